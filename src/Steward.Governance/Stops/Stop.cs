namespace Steward.Governance.Stops;

/// <summary>What a kill switch covers.</summary>
public enum StopScope
{
    /// <summary>Everything.</summary>
    Global,

    /// <summary>Calls that change one service.</summary>
    Service,

    /// <summary>Calls of one actor, such as an agent.</summary>
    Actor,
}

/// <summary>A kill switch that is, or was, on.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Scope">What it covers.</param>
/// <param name="Subject">The service or actor; empty for everything.</param>
/// <param name="Reason">Why it was raised.</param>
/// <param name="RaisedBy">Who raised it.</param>
/// <param name="RaisedAt">When.</param>
/// <param name="LiftedBy">Who lifted it; null while it is on.</param>
/// <param name="LiftedAt">When; null while it is on.</param>
public sealed record Stop(
    Guid Id, StopScope Scope, string Subject, string Reason, string RaisedBy, DateTimeOffset RaisedAt, string? LiftedBy, DateTimeOffset? LiftedAt)
{
    /// <summary>What it covers, for people: <c>everything</c>, <c>service web</c>.</summary>
    public string Covers => Scope switch
    {
        StopScope.Global => "everything",
        StopScope.Service => $"service {Subject}",
        StopScope.Actor => $"actor {Subject}",
        _ => throw new InvalidOperationException($"Unknown scope {Scope}."),
    };

    /// <summary>The command that lifts it.</summary>
    public string Resume => Scope switch
    {
        StopScope.Service => $"steward resume --service '{Subject}'",
        StopScope.Actor => $"steward resume --actor '{Subject}'",
        _ => "steward resume",
    };
}
