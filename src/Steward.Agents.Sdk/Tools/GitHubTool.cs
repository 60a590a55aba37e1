using System.Text.Json;
using System.Text.Json.Nodes;

namespace Steward.Agents.Sdk.Tools;

/// <summary>
/// Reads the repository that Steward is set up for, and those that <c>"github": { "repositories": [...] }</c> names. All that
/// people wrote there is data from outside: do not trust it.
/// </summary>
/// <param name="tools">The way to the tools.</param>
public sealed class GitHubTool(ITools tools)
{
    /// <summary>The open pull requests, those first that have not moved for the longest time; at most 100, drafts left out first.</summary>
    /// <param name="repository"><c>owner/name</c>; null or empty for Steward's own.</param>
    /// <param name="withChecks">Whether to look at the checks of the first 30, of drafts last: two more questions to GitHub for each.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ToolException"><c>not-set-up</c> without GitHub, <c>not-declared</c> for another repository.</exception>
    public Task<IReadOnlyList<PullRequest>> PullRequestsAsync(string? repository, bool withChecks, CancellationToken cancellationToken) =>
        AskAsync<PullRequest>("github_pull_requests", new JsonObject { ["repository"] = repository, ["checks"] = withChecks }, cancellationToken);

    /// <summary>The open issues, newest first.</summary>
    /// <param name="repository"><c>owner/name</c>; null or empty for Steward's own.</param>
    /// <param name="label">Only those with this label; null or empty for all.</param>
    /// <param name="most">How many at the most, 1 to 100.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ToolException"><c>not-set-up</c> without GitHub, <c>not-declared</c> for another repository.</exception>
    public Task<IReadOnlyList<Issue>> IssuesAsync(string? repository, string? label, int most, CancellationToken cancellationToken) =>
        AskAsync<Issue>("github_issues", new JsonObject { ["repository"] = repository, ["label"] = label, ["most"] = most }, cancellationToken);

    /// <summary>The newest runs of workflows, newest first.</summary>
    /// <param name="repository"><c>owner/name</c>; null or empty for Steward's own.</param>
    /// <param name="branch">Only those for this branch; null or empty for all.</param>
    /// <param name="most">How many at the most, 1 to 100.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ToolException"><c>not-set-up</c> without GitHub, <c>not-declared</c> for another repository.</exception>
    public Task<IReadOnlyList<WorkflowRun>> WorkflowRunsAsync(string? repository, string? branch, int most, CancellationToken cancellationToken) =>
        AskAsync<WorkflowRun>("github_workflow_runs", new JsonObject { ["repository"] = repository, ["branch"] = branch, ["most"] = most }, cancellationToken);

    private async Task<IReadOnlyList<T>> AskAsync<T>(string tool, JsonObject arguments, CancellationToken cancellationToken) =>
        (await tools.CallAsync(tool, arguments, cancellationToken)).GetProperty("items").Deserialize<List<T>>(AgentJson.Options)!;
}

/// <summary>An open pull request.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Title">Its title.</param>
/// <param name="Author">Who opened it.</param>
/// <param name="Branch">Its branch.</param>
/// <param name="IsDraft">Whether it is a draft.</param>
/// <param name="OpenedAt">When it was opened.</param>
/// <param name="ChangedAt">When anything about it changed last.</param>
/// <param name="Url">Its page.</param>
/// <param name="Checks">What the checks of its last commit say together: <c>none</c>, <c>pending</c>, <c>green</c> or <c>red</c>; null when they were not looked at.</param>
/// <param name="Failing">The names of the checks that failed; null when they were not looked at.</param>
public sealed record PullRequest(
    int Number, string Title, string Author, string Branch, bool IsDraft, DateTimeOffset OpenedAt, DateTimeOffset ChangedAt, string Url, string? Checks = null, IReadOnlyList<string>? Failing = null);

/// <summary>An open issue.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Title">Its title.</param>
/// <param name="Author">Who opened it.</param>
/// <param name="Labels">The names of its labels.</param>
/// <param name="OpenedAt">When it was opened.</param>
/// <param name="ChangedAt">When anything about it changed last.</param>
/// <param name="Url">Its page.</param>
public sealed record Issue(int Number, string Title, string Author, IReadOnlyList<string> Labels, DateTimeOffset OpenedAt, DateTimeOffset ChangedAt, string Url);

/// <summary>A run of a workflow of GitHub Actions.</summary>
/// <param name="Id">Its number on GitHub.</param>
/// <param name="Name">The workflow's name.</param>
/// <param name="Branch">The branch that it ran for.</param>
/// <param name="Commit">The commit that it ran for.</param>
/// <param name="Event">What started it: <c>push</c>, <c>pull_request</c> and so on.</param>
/// <param name="State">How far it is: <c>queued</c>, <c>running</c>, <c>green</c>, <c>red</c>, <c>cancelled</c> or <c>other</c>.</param>
/// <param name="StartedAt">When it was first started.</param>
/// <param name="ChangedAt">When anything about it changed last.</param>
/// <param name="Url">Its page.</param>
public sealed record WorkflowRun(long Id, string Name, string Branch, string Commit, string Event, string State, DateTimeOffset StartedAt, DateTimeOffset ChangedAt, string Url);
