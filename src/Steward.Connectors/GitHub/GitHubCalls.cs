using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Telemetry;

namespace Steward.Connectors.GitHub;

/// <summary>
/// The exact calls that change something on GitHub: what to ask the gate for, and what a permit is redeemed with. Each
/// holds its text as it will stand on GitHub: cut, redacted and marked.
/// </summary>
[SuppressMessage("Performance", "CA1822", Justification = "Callers need not know which calls depend on settings.")]
public sealed class GitHubCalls(IOptions<GitHubOptions> options, Redactor redactor)
{
    /// <summary>Opens an issue.</summary>
    public const string CreateIssueAction = "github.issue.create";

    /// <summary>Changes title and text of an issue.</summary>
    public const string UpdateIssueAction = "github.issue.update";

    /// <summary>Closes an issue with a comment.</summary>
    public const string CloseIssueAction = "github.issue.close";

    /// <summary>Opens a closed issue again.</summary>
    public const string ReopenIssueAction = "github.issue.reopen";

    /// <summary>Writes a comment, or edits the one of the same key.</summary>
    public const string PutCommentAction = "github.comment.put";

    /// <summary>Opens a pull request.</summary>
    public const string CreatePullRequestAction = "github.pull-request.create";

    /// <summary>Merges a pull request.</summary>
    public const string MergeAction = "github.pull-request.merge";

    /// <summary>Starts a workflow.</summary>
    public const string DispatchAction = "github.workflow.dispatch";

    /// <summary>Runs the failed jobs of a run once more.</summary>
    public const string RerunAction = "github.workflow.rerun";

    /// <summary>Makes a branch.</summary>
    public const string CreateBranchAction = "github.branch.create";

    /// <summary>Writes a file on a branch.</summary>
    public const string UpdateBranchAction = "github.branch.update";

    private const int ShownContent = 2000;

    /// <summary>Open an issue.</summary>
    public Call CreateIssue(GitHubRepo repo, IssueDraft draft) => new(CreateIssueAction, $"repository/{repo}", new JsonObject
    {
        ["title"] = redactor.Title(draft.Title),
        ["body"] = redactor.Marked(draft.Body, draft.Key),
        ["labels"] = new JsonArray([.. draft.Labels.Prepend(GitHubIssues.Label).Distinct(StringComparer.Ordinal).Select(label => JsonValue.Create(label))]),
    });

    /// <summary>Give an issue another title and text. Its labels and its state stay: people may have changed them.</summary>
    public Call UpdateIssue(GitHubRepo repo, int number, IssueDraft draft) => new(UpdateIssueAction, $"issue/{repo}#{number}", new JsonObject
    {
        ["title"] = redactor.Title(draft.Title),
        ["body"] = redactor.Marked(draft.Body, draft.Key),
    });

    /// <summary>Close an issue; the comment says why.</summary>
    public Call CloseIssue(GitHubRepo repo, int number, string comment) => new(CloseIssueAction, $"issue/{repo}#{number}", new JsonObject
    {
        // The same words twice are one comment, other words another: the comment's key is its text.
        ["comment"] = redactor.Marked(comment, $"closing/{TextHash.Of(redactor.Redact(comment))[..16]}"),
    });

    /// <summary>Open a closed issue again.</summary>
    public Call ReopenIssue(GitHubRepo repo, int number) => new(ReopenIssueAction, $"issue/{repo}#{number}", []);

    /// <summary>Comment on an issue or a pull request, in place of what was said under the same key.</summary>
    public Call PutComment(GitHubRepo repo, int number, string key, string body) => new(PutCommentAction, $"issue/{repo}#{number}", new JsonObject
    {
        ["key"] = key,
        ["body"] = redactor.Marked(body, key),
    });

    /// <summary>Open a pull request.</summary>
    public Call CreatePullRequest(GitHubRepo repo, PullRequestDraft draft) => new(CreatePullRequestAction, $"repository/{repo}", new JsonObject
    {
        ["title"] = redactor.Title(draft.Title),
        ["body"] = redactor.Marked(draft.Body, draft.Key),
        ["head"] = draft.Head,
        ["base"] = draft.Base,
        ["draft"] = draft.IsDraft,
    });

    /// <summary>Merge a pull request as it stands at this commit, in the way of <see cref="GitHubOptions.MergeMethod"/>.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="number">The pull request.</param>
    /// <param name="headSha">The commit that was looked at.</param>
    /// <param name="service">The service that is deployed by it: its stop and its level hold the merge, too. Null where it is merged for none.</param>
    public Call Merge(GitHubRepo repo, int number, string headSha, string? service) => new(MergeAction, $"pull-request/{repo}#{number}", new JsonObject
    {
        ["sha"] = headSha,
        ["merge_method"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(options.Value.MergeMethod.ToString()),
    }, service);

    /// <summary>Start a workflow that has the event workflow_dispatch.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="workflow">The name of its file, such as <c>ci.yml</c>, or its number.</param>
    /// <param name="branch">The branch that it is to run for.</param>
    /// <param name="inputs">What it is given; no secrets.</param>
    public Call DispatchWorkflow(GitHubRepo repo, string workflow, string branch, IReadOnlyDictionary<string, string> inputs) => new(DispatchAction, $"workflow/{repo}/{workflow}", new JsonObject
    {
        ["ref"] = branch,
        ["inputs"] = new JsonObject(inputs.Select(input => KeyValuePair.Create(input.Key, (JsonNode?)redactor.Redact(input.Value)))),
    });

    /// <summary>Run the failed jobs of a run once more.</summary>
    public Call RerunFailedJobs(GitHubRepo repo, long runId) => new(RerunAction, $"run/{repo}/{runId}", []);

    /// <summary>Make a branch that begins at a commit.</summary>
    public Call CreateBranch(GitHubRepo repo, string branch, string sha) => new(CreateBranchAction, $"branch/{repo}/{branch}", new JsonObject { ["sha"] = sha });

    /// <summary>Write a file on a branch. The call holds the SHA-256 of its content, and its beginning for whoever decides.</summary>
    public Call WriteFile(GitHubRepo repo, string branch, FileDraft file) => new(UpdateBranchAction, $"branch/{repo}/{branch}", new JsonObject
    {
        ["path"] = file.Path,
        ["contentSha256"] = TextHash.Of(file.Content),
        ["beginning"] = redactor.Redact(file.Content.Length <= ShownContent ? file.Content : file.Content[..ShownContent]),
        ["message"] = redactor.Redact(file.Message),
        ["replaces"] = file.Replaces,
    });
}
