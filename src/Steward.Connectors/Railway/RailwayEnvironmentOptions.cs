namespace Steward.Connectors.Railway;

/// <summary>What is said about one more environment. What is not said is as in the default environment.</summary>
public sealed class RailwayEnvironmentOptions
{
    /// <summary>The environment's id. Needed.</summary>
    public string EnvironmentId { get; set; } = "";

    /// <summary>The id of its project; empty: the default's.</summary>
    public string ProjectId { get; set; } = "";

    /// <summary>The token; empty: the default's. A project token belongs to one environment, so it cannot be shared.</summary>
    public string Token { get; set => field = value.Trim(); } = "";

    /// <summary>Whose token it is; null: as the default's.</summary>
    public RailwayTokenKind? TokenKind { get; set; }
}
