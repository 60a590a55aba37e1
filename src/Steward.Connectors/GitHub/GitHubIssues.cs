using System.Text.Json.Nodes;
using Steward.Governance.Calls;
using Steward.Platform.Http;

namespace Steward.Connectors.GitHub;

/// <summary>
/// Issues. One that Steward opens carries a label and a hidden marker with its key: after an unknown outcome,
/// <see cref="FindIssueAsync(GitHubRepo, string, CancellationToken)"/> says whether it was opened. Methods throw <see cref="ConnectorException"/> when GitHub
/// fails or is not set up.
/// </summary>
public sealed class GitHubIssues
{
    /// <summary>The vendor's name, as in <see cref="ConnectorException.Vendor"/> and for its pipeline.</summary>
    public const string Vendor = "github";

    /// <summary>The label of every issue that Steward opens. Only who may label issues of the repository can give it, so a stranger's issue with our marker does not count.</summary>
    public const string Label = "steward";

    // Who looks for an issue opened it moments ago: a thousand newer ones of ours do not come between.
    private const int MaxIssues = 1000;
    private readonly GitHubRest rest;
    private readonly GitHubThread thread;
    private readonly GitHubCalls calls;

    internal GitHubIssues(GitHubRest rest, GitHubThread thread, GitHubCalls calls) => (this.rest, this.thread, this.calls) = (rest, thread, calls);

    /// <summary>True when there are credentials.</summary>
    public bool IsConfigured => rest.IsConfigured;

    /// <summary>
    /// The newest issue of a key, open or closed by now; null when there is none among the thousand newest that have our
    /// label. Also a closed one says that it was opened.
    /// </summary>
    public async Task<GitHubIssue?> FindIssueAsync(GitHubRepo repo, string key, CancellationToken cancellationToken)
    {
        var found = await rest.ListAsync<IReadOnlyList<GitHubWire.Issue>, GitHubWire.Issue>(
                "ListIssues", $"repos/{repo}/issues?state=all&labels={Label}&per_page={GitHubRest.PageSize}", page => page, cancellationToken)
            .Take(MaxIssues).FirstOrDefaultAsync(issue => issue.PullRequest is null && GitHubText.IsMarked(issue.Body, key), cancellationToken);
        return found?.ToIssue();
    }

    /// <summary>The issue of a number, as it stands; null when there is none.</summary>
    public async Task<GitHubIssue?> FindIssueAsync(GitHubRepo repo, int number, CancellationToken cancellationToken) =>
        (await rest.FindAsync<GitHubWire.Issue>("GetIssue", $"repos/{repo}/issues/{number}", cancellationToken))?.ToIssue();

    /// <summary>The open ones that are no pull requests, newest first.</summary>
    /// <param name="repo">Where.</param>
    /// <param name="label">Only those with this label; null for all.</param>
    /// <param name="limit">How many at the most, 1 to 1000.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<GitHubOpenIssue>> ListOpenAsync(GitHubRepo repo, string? label, int limit, CancellationToken cancellationToken)
    {
        var only = label is null ? "" : $"&labels={Uri.EscapeDataString(label)}";
        // GitHub lists pull requests among the issues: a page of a hundred may hold few of them.
        return await rest.ListAsync<IReadOnlyList<GitHubWire.Issue>, GitHubWire.Issue>(
                "ListIssues", $"repos/{repo}/issues?state=open&per_page={GitHubRest.PageSize}{only}", page => page, cancellationToken)
            .Take(MaxIssues).Where(issue => issue.PullRequest is null).Take(Math.Min(limit, MaxIssues)).Select(issue => issue.ToOpenIssue()).ToListAsync(cancellationToken);
    }

    /// <summary>Opens an issue.</summary>
    /// <param name="permit">For <see cref="GitHubCalls.CreateIssue"/>.</param>
    /// <param name="repo">Where.</param>
    /// <param name="draft">What to write.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public async Task<GitHubIssue> CreateIssueAsync(Permit permit, GitHubRepo repo, IssueDraft draft, CancellationToken cancellationToken)
    {
        const string operation = "CreateIssue";
        rest.Require(operation);
        var call = calls.CreateIssue(repo, draft);
        return await permit.RunAsync(call, sending => SendAsync(operation, HttpMethod.Post, $"repos/{repo}/issues", call.Arguments, sending), Describe, cancellationToken);
    }

    /// <summary>Gives an issue another title and text. A repeat is harmless: it writes the same.</summary>
    /// <param name="permit">For <see cref="GitHubCalls.UpdateIssue"/>.</param>
    /// <param name="repo">Where.</param>
    /// <param name="number">Which.</param>
    /// <param name="draft">What to write; its labels are not touched.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public async Task<GitHubIssue> UpdateIssueAsync(Permit permit, GitHubRepo repo, int number, IssueDraft draft, CancellationToken cancellationToken)
    {
        const string operation = "UpdateIssue";
        rest.Require(operation);
        var call = calls.UpdateIssue(repo, number, draft);
        return await permit.RunAsync(call, sending => SendAsync(operation, HttpMethod.Patch, $"repos/{repo}/issues/{number}", call.Arguments, sending), Describe, cancellationToken);
    }

    /// <summary>
    /// Says why and closes an issue. A repeat is harmless: the same words are not said twice, and what is closed stays
    /// closed. <see cref="FindIssueAsync(GitHubRepo, int, CancellationToken)"/> says whether it is.
    /// </summary>
    /// <param name="permit">For <see cref="GitHubCalls.CloseIssue"/>.</param>
    /// <param name="repo">Where.</param>
    /// <param name="number">Which.</param>
    /// <param name="comment">Why, as Markdown.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public async Task<GitHubIssue> CloseIssueAsync(Permit permit, GitHubRepo repo, int number, string comment, CancellationToken cancellationToken)
    {
        const string operation = "CloseIssue";
        rest.Require(operation);
        var call = calls.CloseIssue(repo, number, comment);
        return await permit.RunAsync(call, async sending =>
        {
            var text = call.Arguments["comment"]!.GetValue<string>();
            if (await thread.FindAsync(repo, number, comment => GitHubText.IsSame(comment.Body, text), sending) is null)
            {
                await thread.AddAsync(repo, number, text, sending);
            }

            return await SendAsync(operation, HttpMethod.Patch, $"repos/{repo}/issues/{number}", new JsonObject { ["state"] = "closed" }, sending);
        }, Describe, cancellationToken);
    }

    /// <summary>Opens a closed issue again. A repeat is harmless: what is open stays open.</summary>
    /// <param name="permit">For <see cref="GitHubCalls.ReopenIssue"/>.</param>
    /// <param name="repo">Where.</param>
    /// <param name="number">Which.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public async Task<GitHubIssue> ReopenIssueAsync(Permit permit, GitHubRepo repo, int number, CancellationToken cancellationToken)
    {
        const string operation = "ReopenIssue";
        rest.Require(operation);
        return await permit.RunAsync(calls.ReopenIssue(repo, number),
            sending => SendAsync(operation, HttpMethod.Patch, $"repos/{repo}/issues/{number}", new JsonObject { ["state"] = "open" }, sending), Describe, cancellationToken);
    }

    private Task<GitHubIssue> SendAsync(string operation, HttpMethod method, string path, JsonObject body, CancellationToken cancellationToken) =>
        rest.SendAsync(operation, method, path, body.ToJsonString(), answer => answer.Json<GitHubWire.Issue>(GitHubWire.Options).ToIssue(), cancellationToken);

    private static string Describe(GitHubIssue issue) => $"Issue {issue.Number}: {issue.Url}";
}
