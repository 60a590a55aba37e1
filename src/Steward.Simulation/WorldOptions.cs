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

    /// <summary>The token that GitHub accepts.</summary>
    public string GitHubToken { get; init; } = "simulated-github-token";

    /// <summary>The key that n8n's public API accepts.</summary>
    public string N8nApiKey { get; init; } = "simulated-n8n-key";

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

    /// <summary>The only repository on the simulated GitHub, as "owner/name".</summary>
    public string GitHubRepository { get; init; } = "acme/shop";
}
