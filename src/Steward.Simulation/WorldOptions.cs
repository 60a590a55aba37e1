using Steward.Simulation.Railway;

namespace Steward.Simulation;

/// <summary>What a <see cref="World"/> is made of.</summary>
public sealed record WorldOptions
{
    /// <summary>A <see cref="Speed"/> at which nothing takes any time.</summary>
    public const double Instant = double.PositiveInfinity;

    /// <summary>Where to listen. Port 0 lets the operating system choose.</summary>
    public Uri Url { get; init; } = new("http://127.0.0.1:0");

    /// <summary>
    /// True for a world without a network: requests reach it through <see cref="World.Connect"/> alone and are answered on the
    /// thread that sends them, so that a run on a driven clock is the same every time.
    /// </summary>
    public bool InProcess { get; init; }

    /// <summary>
    /// How many times faster than the real world: 1 keeps real timings, 10 is ten times faster, <see cref="Instant"/>
    /// makes every transition happen within the call that starts it.
    /// </summary>
    public double Speed { get; init; } = 1;

    /// <summary>How long things take at speed 1.</summary>
    public WorldTimings Timings { get; init; } = new();

    /// <summary>The token that Railway accepts: as a bearer for all environments, as a project token for the default one.</summary>
    public string RailwayToken { get; init; } = "simulated-railway-token";

    /// <summary>True to accept <see cref="RailwayToken"/> as a bearer alone, as the real Railway does with an account's token.</summary>
    public bool RailwayTokenIsAccounts { get; init; }

    /// <summary>The plain token that GitHub accepts; it may do everything.</summary>
    public string GitHubToken { get; init; } = "simulated-github-token";

    /// <summary>Whose token that is.</summary>
    public string GitHubLogin { get; init; } = "steward-user";

    /// <summary>The number of the GitHub App that there is.</summary>
    public long GitHubAppId { get; init; } = 424242;

    /// <summary>The number of its only installation.</summary>
    public long GitHubInstallationId { get; init; } = 737373;

    /// <summary>The App's public key as PEM. Empty: the world makes a key pair when it is asked for the private one.</summary>
    public string GitHubAppPublicKey { get; init; } = "";

    /// <summary>What the installation of the App is granted at first: what Steward needs and no more.</summary>
    public IReadOnlyDictionary<string, string> GitHubPermissions { get; init; } = new Dictionary<string, string>
    {
        ["actions"] = "write",
        ["checks"] = "read",
        ["contents"] = "write",
        ["issues"] = "write",
        ["metadata"] = "read",
        ["pull_requests"] = "write",
        ["statuses"] = "read",
    };

    /// <summary>How many requests GitHub takes in an hour of the world's clock; 5000 as its documentation says.</summary>
    public int GitHubRequestsPerHour { get; init; } = 5000;

    /// <summary>The key that n8n's public API accepts.</summary>
    public string N8nApiKey { get; init; } = "simulated-n8n-key";

    /// <summary>What n8n's Header Auth credential holds: webhooks that ask for a header want it in <c>X-Steward-Key</c>.</summary>
    public string N8nWebhookKey { get; init; } = "simulated-n8n-webhook-key";

    /// <summary>The project of the default environment on the simulated Railway.</summary>
    public string RailwayProjectId { get; init; } = "0197c5a0-0000-7000-8000-000000000001";

    /// <summary>The default environment, "production".</summary>
    public string RailwayEnvironmentId { get; init; } = "0197c5a0-0000-7000-8000-000000000002";

    /// <summary>More environments on the simulated Railway.</summary>
    public IReadOnlyList<SimulatedEnvironment> RailwayEnvironments { get; init; } = [];

    /// <summary>
    /// Refuses Railway requests that have no query string with 429 and "error code: 1015", as the rate limiter in front
    /// of the real API has been seen to do.
    /// </summary>
    public bool RailwayWantsQueryString { get; init; }

    /// <summary>The bot's token that Telegram accepts.</summary>
    public string TelegramToken { get; init; } = "4200000001:simulated-telegram-token-0123456789";

    /// <summary>The chat that knows the bot.</summary>
    public long TelegramChatId { get; init; } = -1001234567890;

    /// <summary>The routing key that PagerDuty accepts.</summary>
    public string PagerDutyRoutingKey { get; init; } = "simulatedPagerDutyKey00000000042";

    /// <summary>The key that the language model accepts.</summary>
    public string ModelApiKey { get; init; } = "simulated-model-key";

    /// <summary>The only language model that there is.</summary>
    public string ModelName { get; init; } = "simulated-model-1";

    /// <summary>Whom the mail server lets in; empty: everybody, without a password.</summary>
    public string MailUser { get; init; } = "steward";

    /// <summary>With which password.</summary>
    public string MailPassword { get; init; } = "simulated-mail-password";

    /// <summary>The only repository on the simulated GitHub, as "owner/name".</summary>
    public string GitHubRepository { get; init; } = "acme/shop";
}
