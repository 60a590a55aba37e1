namespace Steward.Connectors.Models;

/// <summary>A server of models. No record: its text must not hold its key.</summary>
internal sealed class ModelServer(string vendor, ModelProvider provider, string baseUrl, string apiKey)
{
    // From their documentation.
    private const string Anthropic = "https://api.anthropic.com";
    private const string OpenAI = "https://api.openai.com/v1";

    /// <summary>The name of its pipeline.</summary>
    public string Vendor => vendor;

    public ModelProvider Provider => provider;

    public Uri Address => new(baseUrl.Length > 0 ? baseUrl.TrimEnd('/') : provider == ModelProvider.Anthropic ? Anthropic : OpenAI);

    public string ApiKey => apiKey;

    /// <summary>True for a server on this machine, which needs no key and, as far as nobody says otherwise, no money.</summary>
    public bool IsLocal => Uri.TryCreate(baseUrl, UriKind.Absolute, out var address) && address.IsLoopback;

    public bool IsReachable => apiKey.Length > 0 || IsLocal;
}

/// <summary>A model where it is asked.</summary>
internal sealed record ModelRoute(string Model, ModelServer Server);

/// <summary>Which models are asked for a task, in which order. Pure.</summary>
internal sealed class ModelRoutes(ModelOptions options)
{
    private readonly ModelServer first = new(ModelClient.Vendor, options.Provider, options.BaseUrl, options.ApiKey);
    private readonly ModelServer second = Second(options);

    /// <summary>The models for a task: its own, then the fall-backs. Those whose server nobody has set up are left out.</summary>
    public IReadOnlyList<ModelRoute> Of(ModelTask task) =>
    [
        .. new[] { Own(task) }.Concat(Fallbacks(options)).Where(name => name.Length > 0).Distinct(StringComparer.Ordinal).Select(Find).Where(route => route.Server.IsReachable),
    ];

    /// <summary>The second server.</summary>
    public static ModelServer Second(ModelOptions options) =>
        new(ModelClient.SecondVendor, options.Second.Provider, options.Second.BaseUrl, options.Second.ApiKey);

    /// <summary>Every name of a model in the settings, with the setting that it is in.</summary>
    public static IEnumerable<(string Setting, string Model)> Named(ModelOptions options) =>
    [
        (nameof(options.Model), options.Model), .. Enum.GetValues<ModelTask>().Select(task => (task.ToString(), For(options, task))),
        .. Fallbacks(options).Select(model => (nameof(options.Fallbacks), model)),
    ];

    private string Own(ModelTask task) => For(options, task) is { Length: > 0 } own ? own : options.Model;

    private ModelRoute Find(string name) => name.StartsWith(ModelOptions.SecondPrefix, StringComparison.Ordinal)
        ? new(name[ModelOptions.SecondPrefix.Length..], second)
        : new(name, first);

    private static string For(ModelOptions options, ModelTask task) => task switch
    {
        ModelTask.Summary => options.Summary,
        ModelTask.Agent => options.Agent,
        ModelTask.Plan => options.Plan,
        ModelTask.Write => options.Write,
        ModelTask.Repair => options.Repair,
        _ => throw new ArgumentOutOfRangeException(nameof(task), task, "There is no such task."),
    };

    private static string[] Fallbacks(ModelOptions options) => options.Fallbacks.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
