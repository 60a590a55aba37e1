namespace Steward.Connectors.Railway;

/// <summary>One deployment of a service. Texts come from Railway and from those who push: data, not to be trusted.</summary>
/// <param name="Id">Railway's id of it.</param>
/// <param name="ServiceId">The service that it is of; empty when Railway does not say.</param>
/// <param name="Status">How it is.</param>
/// <param name="RawStatus">The same in Railway's word.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="StatusUpdatedAt">When its status last changed, if Railway says.</param>
/// <param name="CanRollback">Whether Railway would roll back to it: it has an image that is still kept.</param>
/// <param name="CanRedeploy">Whether Railway would deploy it again.</param>
/// <param name="Url">Where it serves, without a scheme, if anywhere.</param>
/// <param name="Version">What it runs: the commit's hash, else the image; null when Railway does not say.</param>
/// <param name="Reason">Why it exists, in Railway's word: <c>deploy</c>, <c>rollback</c>, <c>redeploy</c>.</param>
public sealed record RailwayDeployment(
    string Id, string ServiceId, RailwayStatus Status, string RawStatus, DateTimeOffset CreatedAt, DateTimeOffset? StatusUpdatedAt,
    bool CanRollback, bool CanRedeploy, string? Url, string? Version, string? Reason);
