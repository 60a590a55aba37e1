namespace Steward.Connectors.GitHub;

/// <summary>An issue on GitHub.</summary>
/// <param name="Number">Its number in the repository.</param>
/// <param name="Title">Its title as it stands now.</param>
/// <param name="Url">Its page.</param>
/// <param name="IsOpen">False once it is closed.</param>
public sealed record GitHubIssue(int Number, string Title, string Url, bool IsOpen);

/// <summary>An open issue as a list tells it. Its texts are data from outside.</summary>
/// <param name="Number">Its number in the repository.</param>
/// <param name="Title">Its title as it stands now.</param>
/// <param name="Author">Who opened it; <c>ghost</c> when the account is gone.</param>
/// <param name="Labels">The names of its labels.</param>
/// <param name="CreatedAt">When it was opened; null when GitHub does not say.</param>
/// <param name="UpdatedAt">When anything about it changed last; null when GitHub does not say.</param>
/// <param name="Url">Its page.</param>
public sealed record GitHubOpenIssue(int Number, string Title, string Author, IReadOnlyList<string> Labels, DateTimeOffset? CreatedAt, DateTimeOffset? UpdatedAt, string Url);
