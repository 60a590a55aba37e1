using System.Text.Json;

namespace Steward.Connectors.GitHub;

/// <summary>GitHub's words as they come over the wire, API version 2022-11-28; only what is used of them.</summary>
internal static class GitHubWire
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public sealed record InstallationToken(string Token, DateTimeOffset ExpiresAt);

    /// <param name="Id">The account's number.</param>
    /// <param name="Login">Its name. Deleted accounts are null in place of an account.</param>
    public sealed record Account(long Id, string Login);

    /// <param name="Number">The issue's number.</param>
    /// <param name="Title">Its title.</param>
    /// <param name="HtmlUrl">Its page.</param>
    /// <param name="State">"open" or "closed".</param>
    /// <param name="Body">Its text.</param>
    /// <param name="PullRequest">There when it is a pull request, which GitHub lists among the issues.</param>
    /// <param name="User">Who opened it.</param>
    /// <param name="Labels">Each an object with a name, or on old servers the name alone.</param>
    /// <param name="CreatedAt">When it was opened.</param>
    /// <param name="UpdatedAt">When it changed last.</param>
    public sealed record Issue(
        int Number, string Title, string HtmlUrl, string State, string? Body = null, JsonElement? PullRequest = null, Account? User = null, IReadOnlyList<JsonElement>? Labels = null,
        DateTimeOffset? CreatedAt = null, DateTimeOffset? UpdatedAt = null)
    {
        public GitHubIssue ToIssue() => new(Number, Title, HtmlUrl, State == "open");

        public GitHubOpenIssue ToOpenIssue() => new(Number, Title, User?.Login ?? "ghost", [.. (Labels ?? []).Select(NameOf).OfType<string>()], CreatedAt, UpdatedAt, HtmlUrl);

        private static string? NameOf(JsonElement label) =>
            label.ValueKind == JsonValueKind.String ? label.GetString()
            : label.ValueKind == JsonValueKind.Object && label.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString()
            : null;
    }

    /// <param name="Id">The comment's number, among all comments on GitHub.</param>
    /// <param name="Body">Its text.</param>
    /// <param name="User">Who wrote it.</param>
    /// <param name="PerformedViaGithubApp">The App that wrote it, where one did.</param>
    public sealed record Comment(long Id, string? Body = null, Account? User = null, App? PerformedViaGithubApp = null);

    /// <param name="Id">The App's number.</param>
    /// <param name="Slug">Its name in addresses.</param>
    public sealed record App(long Id, string? Slug = null);

    /// <param name="Ref">The branch.</param>
    /// <param name="Sha">Its newest commit.</param>
    /// <param name="Repo">The repository of the branch; null when that fork is gone.</param>
    public sealed record Side(string Ref, string Sha, RepoName? Repo = null);

    public sealed record RepoName(string FullName, DateTimeOffset? PushedAt = null);

    /// <summary>One element of the list, or the whole of one; only the latter has Merged and Mergeable.</summary>
    public sealed record PullRequest(
        int Number, string Title, string State, string HtmlUrl, Side Head, Side Base, DateTimeOffset UpdatedAt, string? Body = null, Account? User = null,
        bool? Draft = null, DateTimeOffset? MergedAt = null, string? MergeCommitSha = null, bool? Merged = null, bool? Mergeable = null, DateTimeOffset? CreatedAt = null)
    {
        // Before the merge "merge_commit_sha" is a commit of GitHub's own, by which it tries whether merging would work.
        public GitHubPullRequest ToPullRequest(GitHubRepo repo)
        {
            var merged = Merged ?? MergedAt is not null;
            return new(Number, Title, Body ?? "", State == "open", merged, Draft == true, Head.Sha, Head.Ref, Base.Ref, merged ? MergeCommitSha : null, Mergeable,
                User?.Login ?? "ghost", !string.Equals(Head.Repo?.FullName, repo.ToString(), StringComparison.OrdinalIgnoreCase), HtmlUrl, UpdatedAt) { CreatedAt = CreatedAt, PushedAt = Head.Repo?.PushedAt };
        }
    }

    public sealed record Merge(string Sha, bool Merged);

    public sealed record CheckRunPage(IReadOnlyList<CheckRun> CheckRuns);

    public sealed record CheckRun(string Name, string Status, string? Conclusion = null);

    public sealed record CombinedStatus(IReadOnlyList<Status> Statuses);

    public sealed record Status(string Context, string State);

    public sealed record RunPage(IReadOnlyList<Run> WorkflowRuns);

    public sealed record Run(
        long Id, long WorkflowId, string Event, string HeadSha, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, string HtmlUrl,
        string? Name = null, string? HeadBranch = null, string? Status = null, string? Conclusion = null, int? RunAttempt = null, string? Path = null)
    {
        public GitHubRun ToRun() => new(Id, Name ?? "", WorkflowId, HeadBranch ?? "", HeadSha, Event, State(Status, Conclusion), RunAttempt ?? 1, CreatedAt, UpdatedAt, HtmlUrl) { File = ToFile(Path) };

        // "dynamic/..." is no file; behind an @ stands the branch of a workflow that an organisation requires.
        private static string ToFile(string? path) => path?.StartsWith(".github/", StringComparison.Ordinal) == true && !path.Contains('@', StringComparison.Ordinal) ? path : "";
    }

    public sealed record JobPage(IReadOnlyList<Job> Jobs);

    public sealed record Job(long Id, string Name, string Status, string? Conclusion = null, IReadOnlyList<Step>? Steps = null)
    {
        public GitHubJob ToJob() => new(Id, Name, State(Status, Conclusion),
            [.. (Steps ?? []).Where(step => State(step.Status, step.Conclusion) == GitHubRunState.Red).Select(step => step.Name)]);
    }

    public sealed record Step(string Name, string Status, string? Conclusion = null);

    public sealed record Dispatched(long WorkflowRunId);

    public sealed record Repository(string FullName, string DefaultBranch, bool Private, string HtmlUrl);

    public sealed record CollaboratorPermission(string Permission, string? RoleName = null);

    public sealed record RateLimits(RateResources Resources)
    {
        public GitHubRateLimit ToRateLimit() => new(Resources.Core.Limit, Resources.Core.Remaining, DateTimeOffset.FromUnixTimeSeconds(Resources.Core.Reset));
    }

    public sealed record RateResources(Rate Core);

    public sealed record Rate(int Limit, int Remaining, long Reset);

    public sealed record Branch(string Name, CommitName Commit, bool Protected);

    public sealed record CommitName(string Sha);

    public sealed record Reference(CommitName Object);

    public sealed record FileContent(string Type, string Path, string Sha, string? Encoding = null, string? Content = null);

    public sealed record Written(CommitName Commit);

    public sealed record Installation(
        long Id, IReadOnlyDictionary<string, string> Permissions, DateTimeOffset? SuspendedAt = null);

    /// <summary>The words of runs, jobs and steps: how far, and once "completed", how it ended.</summary>
    public static GitHubRunState State(string? status, string? conclusion) => (status, conclusion) switch
    {
        ("completed", "success" or "neutral" or "skipped") => GitHubRunState.Green,
        ("completed", "failure" or "timed_out" or "startup_failure") => GitHubRunState.Red,
        ("completed", "cancelled") => GitHubRunState.Cancelled,
        ("in_progress", _) => GitHubRunState.Running,
        ("queued" or "requested" or "waiting" or "pending", _) => GitHubRunState.Queued,
        _ => GitHubRunState.Other,
    };
}
