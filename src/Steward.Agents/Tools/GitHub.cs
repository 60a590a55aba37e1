using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Steward.Connectors.GitHub;

namespace Steward.Agents.Tools;

/// <summary>Which repository an agent may read.</summary>
internal sealed class AgentRepositories(IOptions<GitHubOptions> options, GitHubAllowance allowance)
{
    /// <summary>The repository that a call names, or that of Steward's settings where it names none.</summary>
    /// <exception cref="ToolFaultException">It may not be read, or not now, or GitHub is not set up.</exception>
    public GitHubRepo Of(ToolCall call)
    {
        if (!options.Value.IsConfigured || options.Value.DefaultRepo is not { } own)
        {
            throw new ToolFaultException("not-set-up", "GitHub is not set up: set GitHub:Repository, and GitHub:Token or a GitHub App (GitHub:AppId, GitHub:InstallationId, GitHub:PrivateKey).");
        }

        // As when Steward itself only watches.
        if (allowance.IsLow)
        {
            throw new ToolFaultException("too-many", "Half of what GitHub answers in this hour is used up; the rest is for what must be done. Ask again later.");
        }

        if (call.TextOrNull("repository", 200) is not { } name)
        {
            return own;
        }

        var declared = call.Caller.Declaration.Tools.Repositories.SelectMany(call.Caller.Meant);
        return !GitHubRepo.TryParse(name, out var repo) ? throw new ToolFaultException("invalid", "'repository' is not the name of a repository; write owner/name, such as acme/shop.")
            : repo == own || declared.Any(one => GitHubRepo.TryParse(one, out var may) && may == repo) ? repo
            : throw new ToolFaultException("not-declared", $"The agent's declaration does not name the repository {repo}.");
    }
}

/// <summary>Reads the open pull requests of a repository.</summary>
internal sealed class GitHubPullRequestList(GitHubPullRequests pulls, AgentRepositories repositories, ProviderReading reading) : ITool
{
    private const int Most = 100;

    // Each takes two more requests of the 5,000 that GitHub answers in an hour.
    private const int MostWithChecks = 30;

    // Others want to ask GitHub, too.
    private const int Together = 4;

    public string Name => "github_pull_requests";

    public string Grant => "github";

    public string About => $"The open pull requests, those first that have not moved for the longest time: {{ repository, checks }} gives {{ items }}, at most {Most}, {MostWithChecks} of them with checks; drafts have to stand back.";

    public Task<JsonNode> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var (repo, withChecks) = (repositories.Of(call), call.Flag("checks"));
        return reading.ListAsync<Item>(Grant, async () =>
        {
            // Old drafts, which often do not matter, must not hide what does.
            var open = (await pulls.ListOpenAsync(repo, cancellationToken)).OrderBy(one => one.IsDraft).ThenBy(one => one.UpdatedAt).Take(Most).ToList();
            var items = new Item[open.Count];
            await Parallel.ForEachAsync(Enumerable.Range(0, open.Count), new ParallelOptions { MaxDegreeOfParallelism = Together, CancellationToken = cancellationToken }, async (place, token) =>
                items[place] = Read(open[place], withChecks && place < MostWithChecks ? await pulls.ChecksAsync(repo, open[place].HeadSha, token) : null));
            return [.. items.OrderBy(one => one.ChangedAt)];
        });
    }

    private Item Read(GitHubPullRequest one, GitHubChecks? checks) => new(
        one.Number, reading.Words(one.Title), one.Author, reading.Words(one.HeadBranch), one.IsDraft, one.CreatedAt ?? one.UpdatedAt, one.UpdatedAt, one.Url,
        checks?.State, checks?.Failing.Select(reading.Words).Take(20).ToList());

    private sealed record Item(
        int Number, string Title, string Author, string Branch, bool IsDraft, DateTimeOffset OpenedAt, DateTimeOffset ChangedAt, string Url, ChecksState? Checks, IReadOnlyList<string>? Failing);
}

/// <summary>Reads the open issues of a repository.</summary>
internal sealed class GitHubIssueList(GitHubIssues issues, AgentRepositories repositories, ProviderReading reading) : ITool
{
    public string Name => "github_issues";

    public string Grant => "github";

    public string About => "The open issues, newest first: { repository, label, most } gives { items }, at most 100.";

    public Task<JsonNode> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var (repo, label, most) = (repositories.Of(call), call.TextOrNull("label", 100), call.Count("most", 30, 1, 100));
        return reading.ListAsync<Item>(Grant, async () => [.. (await issues.ListOpenAsync(repo, label, most, cancellationToken)).Select(one => new Item(
            one.Number, reading.Words(one.Title), one.Author, [.. one.Labels.Take(50).Select(reading.Words)], one.CreatedAt, one.UpdatedAt ?? one.CreatedAt, one.Url))]);
    }

    private sealed record Item(int Number, string Title, string Author, IReadOnlyList<string> Labels, DateTimeOffset? OpenedAt, DateTimeOffset? ChangedAt, string Url);
}

/// <summary>Reads the newest runs of workflows of a repository.</summary>
internal sealed class GitHubWorkflowRunList(GitHubWorkflows workflows, AgentRepositories repositories, ProviderReading reading) : ITool
{
    public string Name => "github_workflow_runs";

    public string Grant => "github";

    public string About => "The newest runs of workflows, newest first: { repository, branch, most } gives { items }, at most 100.";

    public Task<JsonNode> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var (repo, branch, most) = (repositories.Of(call), call.TextOrNull("branch", 250), call.Count("most", 30, 1, 100));
        return reading.ListAsync<Item>(Grant, async () => [.. (await workflows.ListRunsAsync(repo, branch, most, cancellationToken)).Select(one => new Item(
            one.Id, reading.Words(one.Name), reading.Words(one.Branch), one.HeadSha, one.Event, one.State, one.CreatedAt, one.UpdatedAt, one.Url))]);
    }

    private sealed record Item(long Id, string Name, string Branch, string Commit, string Event, GitHubRunState State, DateTimeOffset StartedAt, DateTimeOffset ChangedAt, string Url);
}
