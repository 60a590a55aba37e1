using System.Text.Json;

namespace Steward.Connectors.GitHub;

/// <summary>GitHub's words as they come over the wire, API version 2022-11-28.</summary>
internal static class GitHubWire
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <param name="Number">The issue's number.</param>
    /// <param name="Title">Its title.</param>
    /// <param name="HtmlUrl">Its page.</param>
    /// <param name="Body">Its text.</param>
    /// <param name="PullRequest">There when it is a pull request, which GitHub lists among the issues.</param>
    public sealed record Issue(int Number, string Title, string HtmlUrl, string? Body = null, JsonElement? PullRequest = null)
    {
        public GitHubIssue ToIssue() => new(Number, Title, HtmlUrl);
    }
}
