namespace Steward.Alerts;

/// <summary>How urgently a person must hear of it.</summary>
public enum AlertSeverity
{
    /// <summary>Good to know.</summary>
    Info,

    /// <summary>Look at it today.</summary>
    Warning,

    /// <summary>Look at it now.</summary>
    Critical,
}

/// <summary>Something that a person must hear of.</summary>
/// <param name="Key">What it is the one alert about: a second one with the same key is not sent. 1 to 500 characters.</param>
/// <param name="Fingerprint">What it is about, such as the cause of a finding: alerts of one fingerprint share a cool-down and an end. 1 to 500 characters.</param>
/// <param name="Severity">How urgent it is.</param>
/// <param name="Title">One line.</param>
/// <param name="Text">The rest, as plain text; redacted before it is stored.</param>
public sealed record Alert(string Key, string Fingerprint, AlertSeverity Severity, string Title, string Text)
{
    /// <summary>The service that it is about, where it is about one.</summary>
    public string? Service { get; init; }

    /// <summary>
    /// What happened, in the mission's words: <c>FAILED</c>, <c>WAITING</c>, <c>HELD</c>, <c>RECOVERED</c>, <c>STUCK</c>, <c>SUCCESS</c>. The same news again
    /// within the cool-down is not sent; another status is other news.
    /// </summary>
    public string? Status { get; init; }

    /// <summary>The environment that a deploy was to, such as <c>production</c>.</summary>
    public string? Environment { get; init; }

    /// <summary>The commit that was deployed or gone back to.</summary>
    public string? CommitSha { get; init; }

    /// <summary>The number of the pull request that was deployed.</summary>
    public int? PullRequest { get; init; }

    /// <summary>The deployment that it is about.</summary>
    public string? DeploymentId { get; init; }

    /// <summary>The deployment that was, or is to be, gone back to.</summary>
    public string? RollbackDeploymentId { get; init; }

    /// <summary>When it happened or was decided; when it was told, if null.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>A page with more, where there is one.</summary>
    public string? Link { get; init; }

    /// <summary>Ties it to everything else that followed from one cause.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>The channels that it goes to, whatever its severity; null for those of its severity. Of those that are not set up it is not told.</summary>
    public IReadOnlyList<string>? Channels { get; init; }

    /// <summary>True for what says something else each time, such as a question to a person: the cool-down does not keep it back.</summary>
    public bool IsAlwaysNews { get; init; }

    /// <summary>True when what the fingerprint is about is over: it goes to whoever heard of the trouble, and the cool-down ends.</summary>
    public bool IsResolved { get; init; }
}
