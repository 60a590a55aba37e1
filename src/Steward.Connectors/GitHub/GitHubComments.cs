using Steward.Governance.Calls;
using Steward.Platform.Http;

namespace Steward.Connectors.GitHub;

/// <summary>
/// Comments that are edited rather than repeated. Each has a key, hidden in it; only our own comments count, whoever
/// copies the marker. Methods throw <see cref="ConnectorException"/> when GitHub fails or is not set up.
/// </summary>
public sealed class GitHubComments
{
    private readonly GitHubRest rest;
    private readonly GitHubThread thread;
    private readonly GitHubCalls calls;

    internal GitHubComments(GitHubRest rest, GitHubThread thread, GitHubCalls calls) => (this.rest, this.thread, this.calls) = (rest, thread, calls);

    /// <summary>True when there are credentials.</summary>
    public bool IsConfigured => rest.IsConfigured;

    /// <summary>A comment by its number; null when there is none (any more).</summary>
    public async Task<GitHubComment?> FindAsync(GitHubRepo repo, long id, CancellationToken cancellationToken) =>
        (await rest.FindAsync<GitHubComment.Wire>("GetComment", $"repos/{repo}/issues/comments/{id}", cancellationToken))?.ToComment();

    /// <summary>Writes the comment of a key below an issue or pull request, or puts this text in its place; gives its number. A repeat is harmless.</summary>
    /// <param name="permit">For <see cref="GitHubCalls.PutComment"/>.</param>
    /// <param name="repo">Where.</param>
    /// <param name="number">The issue or pull request.</param>
    /// <param name="key">What it is the one comment about there.</param>
    /// <param name="body">Markdown. Text from outside was fenced by whoever wrote this; at most 60 000 characters, the rest is cut.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public async Task<long> PutAsync(Permit permit, GitHubRepo repo, int number, string key, string body, CancellationToken cancellationToken)
    {
        rest.Require("CreateComment");
        var call = calls.PutComment(repo, number, key, body);
        var text = call.Arguments["body"]!.GetValue<string>();
        return await permit.RunAsync(call, async sending => await thread.FindAsync(repo, number, comment => GitHubText.IsMarked(comment.Body, key), sending) switch
        {
            null => await thread.AddAsync(repo, number, text, sending),
            { } there when GitHubText.IsSame(there.Body, text) => there.Id,
            { } there => await thread.EditAsync(repo, there.Id, text, sending),
        }, id => $"Comment {id} on {repo}#{number}.", cancellationToken);
    }

    /// <summary>True when the comment of a key is there with exactly this text: says after an unknown outcome whether it arrived.</summary>
    public async Task<bool> IsThereAsync(GitHubRepo repo, int number, string key, string body, CancellationToken cancellationToken)
    {
        var text = calls.PutComment(repo, number, key, body).Arguments["body"]!.GetValue<string>();
        return await thread.FindAsync(repo, number, comment => GitHubText.IsSame(comment.Body, text), cancellationToken) is not null;
    }
}
