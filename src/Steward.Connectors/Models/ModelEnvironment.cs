using Microsoft.Extensions.Configuration;

namespace Steward.Connectors.Models;

/// <summary>
/// What the environment says where the settings say nothing: ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL, OPENAI_API_KEY and
/// OPENAI_BASE_URL, as the providers' own programs know them. Pure.
/// </summary>
public static class ModelEnvironment
{
    /// <summary>The model that is asked when a key alone is there.</summary>
    public const string AnthropicModel = "claude-sonnet-5";

    /// <summary>The same for OpenAI.</summary>
    public const string OpenAIModel = "gpt-5-mini";

    private const string First = ModelOptions.Section;
    private const string Second = $"{ModelOptions.Section}:{nameof(ModelOptions.Second)}";

    /// <summary>
    /// Settings to be put below those that there are. A key of the environment goes to its provider, or where the environment
    /// says that its provider is; never to an address of the settings, which somebody else may serve.
    /// </summary>
    /// <param name="variables">The environment.</param>
    /// <param name="said">The settings that there are.</param>
    public static IReadOnlyDictionary<string, string?> Defaults(IReadOnlyDictionary<string, string> variables, IConfiguration said)
    {
        var defaults = new Dictionary<string, string?>();
        if (Provider(variables, said) is not { } provider)
        {
            return defaults;
        }

        Add(defaults, First, provider, variables, said);
        var other = provider == ModelProvider.Anthropic ? ModelProvider.OpenAI : ModelProvider.Anthropic;
        if (Said(said, $"{Second}:Provider") is null || IsNamed(said[$"{Second}:Provider"], other))
        {
            Add(defaults, Second, other, variables, said);
        }

        return defaults;
    }

    // Settings that name a key or an address and no provider mean Anthropic, as they always have.
    private static ModelProvider? Provider(IReadOnlyDictionary<string, string> variables, IConfiguration said) =>
        Said(said, $"{First}:Provider") is { } named ? (Enum.TryParse<ModelProvider>(named, ignoreCase: true, out var provider) ? provider : null)
        : Said(said, $"{First}:ApiKey") is not null || Said(said, $"{First}:BaseUrl") is not null || Has(variables, ModelProvider.Anthropic) ? ModelProvider.Anthropic
        : Has(variables, ModelProvider.OpenAI) ? ModelProvider.OpenAI
        : null;

    private static void Add(Dictionary<string, string?> defaults, string section, ModelProvider provider, IReadOnlyDictionary<string, string> variables, IConfiguration said)
    {
        var (key, address) = (Value(variables, $"{Prefix(provider)}_API_KEY"), Value(variables, $"{Prefix(provider)}_BASE_URL"));
        if (Said(said, $"{section}:ApiKey") is not null || Said(said, $"{section}:BaseUrl") is not null || (key ?? address) is null)
        {
            return;
        }

        if (section == First && Said(said, $"{First}:Model") is null)
        {
            // What another server than the public one calls its models, nobody can know.
            if (provider == ModelProvider.OpenAI && address is not null)
            {
                return;
            }

            defaults[$"{First}:Model"] = provider == ModelProvider.Anthropic ? AnthropicModel : OpenAIModel;
        }

        defaults[$"{section}:Provider"] = provider.ToString();
        foreach (var (name, value) in new[] { (nameof(ModelOptions.ApiKey), key), (nameof(ModelOptions.BaseUrl), address) })
        {
            // A setting that is there and null would be bound as null.
            if (value is not null)
            {
                defaults[$"{section}:{name}"] = value;
            }
        }
    }

    private static bool Has(IReadOnlyDictionary<string, string> variables, ModelProvider provider) =>
        (Value(variables, $"{Prefix(provider)}_API_KEY") ?? Value(variables, $"{Prefix(provider)}_BASE_URL")) is not null;

    private static string Prefix(ModelProvider provider) => provider == ModelProvider.Anthropic ? "ANTHROPIC" : "OPENAI";

    private static string? Value(IReadOnlyDictionary<string, string> variables, string name) => variables.TryGetValue(name, out var value) && value.Trim() is { Length: > 0 } text ? text : null;

    private static string? Said(IConfiguration said, string key) => said[key] is { Length: > 0 } value ? value : null;

    private static bool IsNamed(string? text, ModelProvider provider) => string.Equals(text, provider.ToString(), StringComparison.OrdinalIgnoreCase);
}
