using System.ComponentModel.DataAnnotations;
using Steward.Connectors.GitHub;

namespace Steward.Operations;

/// <summary>How services are watched. Section <c>Operations</c>.</summary>
public sealed class OperationsOptions : IValidatableObject
{
    /// <summary>How often the providers are asked while nothing moves and no event says to look at once, 1 s to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often they are asked while something moves, such as a deployment on its way; afterwards the time doubles until it is <see cref="PollInterval"/>. 1 s to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan MovingInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The shortest time between two turns that no event asked for.</summary>
    internal TimeSpan ShortestInterval => MovingInterval < PollInterval ? MovingInterval : PollInterval;

    /// <summary>How long one source may take to answer before the picture is drawn without it, 100 ms to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan SourceTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a deployment has to serve without trouble before it counts as known good, 0 s to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan SettleTime { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long after it went live a deployment that answers with errors is rolled back; later, people are told instead. 0 s to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan WatchWindow { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How many health checks in a row have to fail before a service counts as unhealthy, 1 to 100.</summary>
    [Range(1, 100)]
    public int HealthFailures { get; set; } = 3;

    /// <summary>How often the outcome of a rollback is looked at, 100 ms to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan VerifyInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a rollback may take before people are told that it did not come through, 10 s to 1 h. The mission waits 600 s for a deployment.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "01:00:00")]
    public TimeSpan VerifyTimeout { get; set; } = TimeSpan.FromSeconds(600);

    /// <summary>How many good answers in a row a new deployment has to give before it counts as live, 1 to 100.</summary>
    [Range(1, 100)]
    public int HealthSuccesses { get; set; } = 3;

    /// <summary>How long a new deployment may take from the provider's word that it serves to its first good answers, 0 s to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan HealthPatience { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Where a service whose address the provider knows is asked how it is, when nothing is said about it. The mission's path.</summary>
    [RegularExpression("^/[!-~]{0,200}$", ErrorMessage = "Operations:HealthPath must begin with / and hold no spaces.")]
    public string HealthPath { get; set; } = "/health";

    /// <summary>How long the checks of a pull request may take before its deploy is refused, 0 s to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan CheckPatience { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long after a merge the provider may begin a deployment by itself before it is asked to, 0 s to 10 min: it may follow the branch.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan AutoDeployGrace { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The unguessable last part of the path on which Railway reports events (Railway does not sign them), 24 characters
    /// or more; empty: events are not taken. An event only makes Steward look; it is never believed.
    /// </summary>
    [RegularExpression("^$|^[A-Za-z0-9_-]{24,200}$", ErrorMessage = "Operations:RailwayWebhookSecret must be 24 to 200 letters, digits, - or _.")]
    public string RailwayWebhookSecret { get; set; } = "";

    /// <summary>The unguessable last part of the path on which workflows of n8n report events, 24 characters or more; empty: events are not taken.</summary>
    [RegularExpression("^$|^[A-Za-z0-9_-]{24,200}$", ErrorMessage = "Operations:N8nWebhookSecret must be 24 to 200 letters, digits, - or _.")]
    public string N8nWebhookSecret { get; set; } = "";

    /// <summary>False to say nothing of pull requests that are ready; true to propose each to be merged, once for each of its commits.</summary>
    public bool ProposeMerges { get; set; } = true;

    /// <summary>How many runs of CI may be run again in any hour, over all nodes and repositories, 0 to 1000. The mission's figure.</summary>
    [Range(0, 1000)]
    public int CiRerunsPerHour { get; set; } = 20;

    /// <summary>When a service counts as loaded too much.</summary>
    public LoadOptions Load { get; set; } = new();

    /// <summary>When a workflow of n8n counts as failing.</summary>
    public WorkflowOptions Workflows { get; set; } = new();

    /// <summary>What is said about single services, by their names at the provider.</summary>
    public Dictionary<string, ServiceOptions> Services { get; set; } = [];

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
    [
        .. Load.Faults(nameof(Load)),
        .. Workflows.Faults(nameof(Workflows)),
        .. Services.SelectMany(service => service.Value.Load.Faults($"{nameof(Services)}:{service.Key}:{nameof(ServiceOptions.Load)}")),
        .. Services.Where(service => service.Value.Repository is { } said && !GitHubRepo.TryParse(said, out _))
            .Select(service => new ValidationResult("must be owner/name, such as acme/shop.", [$"{nameof(Services)}:{service.Key}:{nameof(ServiceOptions.Repository)}"])),
        .. Services.Where(service => service.Value.HealthUrl is { } said && !(said.IsAbsoluteUri && (said.Scheme == Uri.UriSchemeHttp || said.Scheme == Uri.UriSchemeHttps)))
            .Select(service => new ValidationResult("must be a whole address, such as https://web.example.org/health.", [$"{nameof(Services)}:{service.Key}:{nameof(ServiceOptions.HealthUrl)}"])),
    ];

    /// <summary>What is said about a service; where nothing is said about it in its environment, what is said about the service of that name.</summary>
    /// <param name="key">Its key: <c>web</c>, <c>web@staging</c>.</param>
    public ServiceOptions? Of(string key) =>
        Services.TryGetValue(key, out var own) ? own : key.LastIndexOf('@') is > 0 and var at ? Services.GetValueOrDefault(key[..at]) : null;
}

/// <summary>What is said about one service.</summary>
public sealed class ServiceOptions
{
    /// <summary>False to leave the service alone.</summary>
    public bool Watch { get; set; } = true;

    /// <summary>An address that answers 2xx while the service is well; null: the provider's word is all there is.</summary>
    public Uri? HealthUrl { get; set; }

    /// <summary>The repository from which it is deployed, as <c>owner/name</c>; the one of the section GitHub when it is left out.</summary>
    public string? Repository { get; set; }

    /// <summary>Limits of its own in place of the general ones.</summary>
    public LoadThresholds Load { get; set; } = new();
}
