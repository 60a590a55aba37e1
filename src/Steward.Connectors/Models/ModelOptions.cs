using System.ComponentModel.DataAnnotations;

namespace Steward.Connectors.Models;

/// <summary>
/// Which language models are asked for what, where they are, and what that may cost. Section <c>Models</c>. Without a key, or a
/// server on this machine, nothing is asked and nothing leaves.
/// </summary>
public sealed class ModelOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Models";

    /// <summary>What begins the name of a model on the second server: <c>second:gpt-5-mini</c>.</summary>
    public const string SecondPrefix = "second:";

    /// <summary>Whose API the server speaks.</summary>
    public ModelProvider Provider { get; set; }

    /// <summary>The root of the API, https, or http on this machine; for OpenAI's it ends with the version, as in <c>http://localhost:11434/v1</c>. Empty for the provider's public one.</summary>
    public string BaseUrl { get; set => field = value.Trim(); } = "";

    /// <summary>The key; empty when no model is used, or for a server on this machine.</summary>
    public string ApiKey { get; set => field = value.Trim(); } = "";

    /// <summary>Which model, as the API names it, for whatever has none of its own. Needed as soon as there is a key.</summary>
    public string Model { get; set => field = value.Trim(); } = "";

    /// <summary>The model for summaries of logs; empty for <see cref="Model"/>.</summary>
    public string Summary { get; set => field = value.Trim(); } = "";

    /// <summary>The model that agents ask; empty for <see cref="Model"/>.</summary>
    public string Agent { get; set => field = value.Trim(); } = "";

    /// <summary>The model that plans; empty for <see cref="Model"/>.</summary>
    public string Plan { get; set => field = value.Trim(); } = "";

    /// <summary>The model that writes programs; empty for <see cref="Model"/>.</summary>
    public string Write { get; set => field = value.Trim(); } = "";

    /// <summary>The model that mends them; empty for <see cref="Model"/>.</summary>
    public string Repair { get; set => field = value.Trim(); } = "";

    /// <summary>Models that are asked in this order when the one before is overloaded, down, or not there; separated by commas.</summary>
    public string Fallbacks { get; set; } = "";

    /// <summary>A second server, for models that are named with <see cref="SecondPrefix"/>.</summary>
    public SecondModelOptions Second { get; set; } = new();

    /// <summary>How long an answer to a short task (summary, agent) may be, in tokens, 50 to 64 000. What an answer costs grows with it.</summary>
    [Range(50, 64_000)]
    public int MaxTokens { get; set; } = 400;

    /// <summary>How long an answer to a long task (plan, write, repair) may be, in tokens, 50 to 64 000.</summary>
    [Range(50, 64_000)]
    public int LongMaxTokens { get; set; } = 16_000;

    /// <summary>How long an answer to a short task is waited for, 1 s to 10 min; whoever asked goes on without one then.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an answer to a long task is waited for, 1 s to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan LongTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>What a million tokens that <see cref="Model"/> reads cost, in dollars, 0 to 1000. With both at 0 the price list counts.</summary>
    [Range(0.0, 1000.0)]
    public double DollarsPerMillionIn { get; set; }

    /// <summary>What a million tokens that <see cref="Model"/> writes cost, in dollars, 0 to 1000.</summary>
    [Range(0.0, 1000.0)]
    public double DollarsPerMillionOut { get; set; }

    /// <summary>How many questions may be asked about failures in any 24 hours, over all nodes, 0 to 100 000.</summary>
    [Range(0, 100_000)]
    public int CallsPerDay { get; set; } = 50;

    /// <summary>What one question may cost at the worst, in dollars, 0 to 1000; 0 for no bound.</summary>
    [Range(0.0, 1000.0)]
    public double DollarsPerCall { get; set; } = 1;

    /// <summary>What one agent, or one build, may cost in any 24 hours, 0 to 100 000 dollars; 0 for no bound.</summary>
    [Range(0.0, 100_000.0)]
    public double DollarsPerAgentPerDay { get; set; } = 3;

    /// <summary>What everything may cost together in any 24 hours, 0 to 100 000 dollars; 0 for no bound.</summary>
    [Range(0.0, 100_000.0)]
    public double DollarsPerDay { get; set; } = 10;

    /// <summary>What everything may cost together, ever, 0 to 10 000 000 dollars; 0 for no bound.</summary>
    [Range(0.0, 10_000_000.0)]
    public double Dollars { get; set; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, address) in new[] { (nameof(BaseUrl), BaseUrl), ("Second:BaseUrl", Second.BaseUrl) })
        {
            if (address.Length > 0 && !Addresses.IsSafe(address))
            {
                yield return new($"Models:{name} is '{address}'; it must be an https address, or http on this machine.", [name]);
            }
        }

        foreach (var (name, key) in new[] { (nameof(ApiKey), ApiKey), ("Second:ApiKey", Second.ApiKey) })
        {
            if (key.AsSpan().ContainsAnyExceptInRange('!', '~'))
            {
                yield return new($"Models:{name} must be printable ASCII without spaces, as it was given out.", [name]);
            }
        }

        if (ApiKey.Length > 0 && Model.Length == 0)
        {
            yield return new("Models:ApiKey is set, so Models:Model must be the model's name as the API knows it, without spaces.", [nameof(Model)]);
        }

        foreach (var (name, model) in ModelRoutes.Named(this))
        {
            if (model.Length > 200 || model.AsSpan().ContainsAnyExceptInRange('!', '~'))
            {
                yield return new($"Models:{name} must be a model's name as the API knows it, without spaces.", [name]);
            }
            else if (model.StartsWith(SecondPrefix, StringComparison.Ordinal) && !ModelRoutes.Second(this).IsReachable)
            {
                yield return new($"Models:{name} is '{model}', so Models:Second:ApiKey, or a Models:Second:BaseUrl on this machine, must be set.", [name]);
            }
        }
    }
}

/// <summary>A second server of models.</summary>
public sealed class SecondModelOptions
{
    /// <summary>Whose API it speaks.</summary>
    public ModelProvider Provider { get; set; } = ModelProvider.OpenAI;

    /// <summary>The root of its API; empty for the provider's public one.</summary>
    public string BaseUrl { get; set => field = value.Trim(); } = "";

    /// <summary>Its key; empty when it is not used, or is on this machine.</summary>
    public string ApiKey { get; set => field = value.Trim(); } = "";
}
