using System.Collections.Concurrent;
using Steward.Platform.Http;

namespace Steward.Connectors.GitHub;

/// <summary>Who may do what, and how much may be asked. Methods throw <see cref="ConnectorException"/> when GitHub fails or is not set up.</summary>
public sealed class GitHubAccess
{
    /// <summary>How long an answer about a person is believed.</summary>
    public static readonly TimeSpan KeepFor = TimeSpan.FromMinutes(1);

    // When there are more, all are forgotten: asking again is all that it costs.
    private const int MaxKept = 1000;
    private readonly GitHubRest rest;
    private readonly GitHubOptions settings;
    private readonly TimeProvider clock;
    private readonly ConcurrentDictionary<(GitHubRepo, string), (GitHubPermission Permission, DateTimeOffset Until)> kept = new();

    internal GitHubAccess(GitHubRest rest, GitHubOptions settings, TimeProvider clock) => (this.rest, this.settings, this.clock) = (rest, settings, clock);

    /// <summary>True when there are credentials.</summary>
    public bool IsConfigured => rest.IsConfigured;

    /// <summary>What an account may do in a repository. An answer is believed for <see cref="KeepFor"/>.</summary>
    public async Task<GitHubPermission> PermissionAsync(GitHubRepo repo, string login, CancellationToken cancellationToken)
    {
        var key = (repo, login.ToUpperInvariant());
        if (kept.TryGetValue(key, out var known) && known.Until > clock.GetUtcNow())
        {
            return known.Permission;
        }

        var answer = await rest.FindAsync<GitHubWire.CollaboratorPermission>(
            "GetPermission", $"repos/{repo}/collaborators/{Uri.EscapeDataString(login)}/permission", cancellationToken);
        var permission = answer is null ? GitHubPermission.None : Read(answer);
        if (kept.Count >= MaxKept)
        {
            kept.Clear();
        }

        kept[key] = (permission, clock.GetUtcNow() + KeepFor);
        return permission;
    }

    /// <summary>What a repository says of itself.</summary>
    public async Task<GitHubRepository> RepositoryAsync(GitHubRepo repo, CancellationToken cancellationToken)
    {
        var found = await rest.GetAsync<GitHubWire.Repository>("GetRepository", $"repos/{repo}", cancellationToken);
        return new(GitHubRepo.TryParse(found.FullName, out var named) ? named : repo, found.DefaultBranch, found.Private, found.HtmlUrl);
    }

    /// <summary>How much may still be asked in this hour. Asking that is free.</summary>
    public Task<GitHubRateLimit> RateLimitAsync(CancellationToken cancellationToken) => rest.RateLimitAsync(cancellationToken);

    /// <summary>What is wrong between the settings and GitHub: credentials, permissions, clock. It throws nothing of GitHub's: what fails is in it.</summary>
    public Task<GitHubExamination> ExamineAsync(CancellationToken cancellationToken) => new GitHubExaminer(rest, settings, clock).RunAsync(cancellationToken);

    // The role is finer than the permission, and may be an organisation's own, of which the permission says the nearest below.
    private static GitHubPermission Read(GitHubWire.CollaboratorPermission answer) => answer.RoleName switch
    {
        "triage" => GitHubPermission.Triage,
        "maintain" => GitHubPermission.Maintain,
        _ => answer.Permission switch
        {
            "admin" => GitHubPermission.Admin,
            "write" => GitHubPermission.Write,
            "read" => GitHubPermission.Read,
            _ => GitHubPermission.None,
        },
    };
}
