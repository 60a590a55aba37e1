namespace Steward.Operations.Deployments;

/// <summary>A deployment of a watched service, as Steward has followed it.</summary>
/// <param name="Id">The provider's id.</param>
/// <param name="ServiceId">The provider's id of the service.</param>
/// <param name="Service">The service's name.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="RawStatus">The provider's own word, last seen.</param>
/// <param name="Version">What was deployed: the commit, or the image where there is none; null when the provider does not say.</param>
/// <param name="CreatedAt">When the provider accepted it.</param>
/// <param name="StateAt">Since when it is in this state, by the provider's clock where it says so.</param>
/// <param name="ActiveAt">When it first served; null when it never has.</param>
/// <param name="GoodAt">When it was established to be known good; null when it never was.</param>
/// <param name="CanRollback">Whether the provider still has what is needed to go back to it.</param>
/// <param name="Url">Where it serves, without a scheme; null when it has no address.</param>
/// <param name="RestartedAt">The crash after which the provider accepted to start it once more, by the provider's clock; null when it never was, or has served for long since.</param>
/// <param name="RestartFailedAt">When that was seen not to have helped; null when it was not, or it has served for long since.</param>
/// <param name="UnhealthyAt">Since when it answers with errors, or answered with errors when it was last asked; null while it answers well.</param>
/// <param name="Distrust">Why it is not to be trusted whatever the provider says, as found when its deploy was verified; null when nothing speaks against it.</param>
public sealed record Deployment(
    string Id, string ServiceId, string Service, DeploymentState State, string RawStatus, string? Version, DateTimeOffset CreatedAt,
    DateTimeOffset StateAt, DateTimeOffset? ActiveAt, DateTimeOffset? GoodAt, bool CanRollback, string? Url,
    DateTimeOffset? RestartedAt = null, DateTimeOffset? RestartFailedAt = null, DateTimeOffset? UnhealthyAt = null, string? Distrust = null)
{
    /// <summary>How often it may be started once more within <see cref="RestartDay"/>.</summary>
    private const int MostRestarts = 3;

    /// <summary>How long restarts are counted together.</summary>
    internal static readonly TimeSpan RestartDay = TimeSpan.FromDays(1);

    /// <summary>How often it was started once more since <see cref="RestartsSince"/>.</summary>
    public int Restarts { get; init; }

    /// <summary>The first crash of a day after which it was started once more; null when it never was.</summary>
    public DateTimeOffset? RestartsSince { get; init; }

    /// <summary>True when starting it once more was tried, and it has not served for long since.</summary>
    public bool WasRestarted => (RestartedAt ?? RestartFailedAt) is not null;

    /// <summary>True when it was started once more so often within a day that it gets no other chance.</summary>
    public bool DiesAgainAndAgain(DateTimeOffset at) => Restarts >= MostRestarts && at - RestartsSince <= RestartDay;
}
