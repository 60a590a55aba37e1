namespace Steward.Connectors.GitHub;

/// <summary>A branch.</summary>
/// <param name="Name">Its name.</param>
/// <param name="HeadSha">Its newest commit.</param>
/// <param name="IsProtected">True when rules of the repository protect it.</param>
public sealed record GitHubBranch(string Name, string HeadSha, bool IsProtected);

/// <summary>A file as it stands in a commit: data from outside.</summary>
/// <param name="Path">Where in the repository.</param>
/// <param name="Sha">The blob, by which <see cref="FileDraft.Replaces"/> names it.</param>
/// <param name="Content">All of it, as UTF-8.</param>
public sealed record GitHubFile(string Path, string Sha, string Content);
