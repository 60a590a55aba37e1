namespace Steward.Connectors.GitHub;

/// <summary>An issue that is to be opened.</summary>
/// <param name="Key">What it is the one issue about, such as <c>deployment-failed/7f3c</c>. It is hidden in the issue, so that it can be found again.</param>
/// <param name="Title">At most 256 characters; the rest is cut.</param>
/// <param name="Body">Markdown. Text from outside was redacted and fenced by whoever wrote this; at most 60 000 characters, the rest is cut.</param>
/// <param name="Labels">Labels beside <see cref="GitHubIssues.Label"/>, which it always gets.</param>
public sealed record IssueDraft(string Key, string Title, string Body, IReadOnlyList<string> Labels);
