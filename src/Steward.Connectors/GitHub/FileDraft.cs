namespace Steward.Connectors.GitHub;

/// <summary>A file that is to be written as one commit.</summary>
/// <param name="Path">Where in the repository, with <c>/</c> between folders and none at the beginning.</param>
/// <param name="Content">All of it, as UTF-8.</param>
/// <param name="Message">The commit's message.</param>
/// <param name="Replaces">The blob that it replaces (<see cref="GitHubFile.Sha"/>); null for a new file. GitHub refuses with 409 when another is there.</param>
public sealed record FileDraft(string Path, string Content, string Message, string? Replaces = null);
