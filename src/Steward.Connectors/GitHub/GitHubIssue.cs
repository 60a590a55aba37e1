namespace Steward.Connectors.GitHub;

/// <summary>An issue on GitHub.</summary>
/// <param name="Number">Its number in the repository.</param>
/// <param name="Title">Its title as it stands now.</param>
/// <param name="Url">Its page.</param>
/// <param name="IsOpen">False once it is closed.</param>
public sealed record GitHubIssue(int Number, string Title, string Url, bool IsOpen);
