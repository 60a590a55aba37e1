namespace Steward.Connectors.Railway;

/// <summary>One line of a build's or a deployment's log, as it was written: it may hold secrets and lies. Redact it before it goes anywhere.</summary>
/// <param name="At">When it was written; null when Railway's time cannot be read.</param>
/// <param name="Message">The line.</param>
/// <param name="Severity">How grave it is, in Railway's word, such as <c>info</c> or <c>error</c>.</param>
public sealed record RailwayLogLine(DateTimeOffset? At, string Message, string? Severity);
