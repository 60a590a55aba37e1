namespace Steward.Connectors.Railway;

/// <summary>Whose token it is, which decides the header that carries it.</summary>
public enum RailwayTokenKind
{
    /// <summary>A person's or a workspace's token: <c>Authorization: Bearer</c>. It reaches every project that its owner does.</summary>
    Account,

    /// <summary>A token for one environment of one project: <c>Project-Access-Token</c>. Prefer it: it reaches no further.</summary>
    Project,
}
