using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;

namespace Steward.Connectors.GitHub;

/// <summary>The comments below an issue or a pull request, and which of them are ours.</summary>
internal sealed class GitHubThread(GitHubRest rest, IOptions<GitHubOptions> options)
{
    // GitHub lists the oldest first. A thread of ours that is longer than this gets a comment more rather than none.
    private const int MaxComments = 1000;
    private GitHubWire.Account? self;

    /// <summary>The newest of our comments that fits; null when none does.</summary>
    public async Task<GitHubWire.Comment?> FindAsync(GitHubRepo repo, int number, Func<GitHubWire.Comment, bool> fits, CancellationToken cancellationToken)
    {
        var isOurs = await OursAsync(cancellationToken);
        return await rest.ListAsync<IReadOnlyList<GitHubWire.Comment>, GitHubWire.Comment>(
                "ListComments", $"repos/{repo}/issues/{number}/comments?per_page={GitHubRest.PageSize}", page => page, cancellationToken)
            .Take(MaxComments).LastOrDefaultAsync(comment => isOurs(comment) && fits(comment), cancellationToken);
    }

    public Task<long> AddAsync(GitHubRepo repo, int number, string text, CancellationToken cancellationToken) =>
        SendAsync("CreateComment", HttpMethod.Post, $"repos/{repo}/issues/{number}/comments", text, cancellationToken);

    public Task<long> EditAsync(GitHubRepo repo, long id, string text, CancellationToken cancellationToken) =>
        SendAsync("UpdateComment", HttpMethod.Patch, $"repos/{repo}/issues/comments/{id}", text, cancellationToken);

    private Task<long> SendAsync(string operation, HttpMethod method, string path, string text, CancellationToken cancellationToken) =>
        rest.SendAsync(operation, method, path, new JsonObject { ["body"] = text }.ToJsonString(), answer => answer.Json<GitHubWire.Comment>(GitHubWire.Options).Id, cancellationToken);

    // Anybody can write our marker. An App is known by its number; with a token we are the person who made it.
    private async Task<Func<GitHubWire.Comment, bool>> OursAsync(CancellationToken cancellationToken)
    {
        if (options.Value.IsApp)
        {
            return comment => comment.PerformedViaGithubApp?.Id == options.Value.AppId;
        }

        var account = self ??= await rest.GetAsync<GitHubWire.Account>("GetUser", "user", cancellationToken);
        return comment => comment.User?.Id == account.Id;
    }
}
