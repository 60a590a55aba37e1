using System.Globalization;
using Steward.Platform.Http;

namespace Steward.Connectors.GitHub;

/// <summary>Finds out what is wrong between the settings and GitHub. For one examination.</summary>
internal sealed class GitHubExaminer(GitHubRest rest, GitHubOptions settings, TimeProvider clock)
{
    // An App's claims are dated a minute back: with a clock further ahead than that GitHub refuses them. Half of it is left.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(30);

    private readonly List<string> problems = [];
    private IReadOnlyList<GitHubGrant> permissions = [];
    private string? account;
    private bool? visible;
    private TimeSpan? ahead;
    private GitHubRateLimit? limit;

    public async Task<GitHubExamination> RunAsync(CancellationToken cancellationToken)
    {
        if (settings.IsConfigured)
        {
            try
            {
                await (settings.IsApp ? AskAsAppAsync(cancellationToken) : AskWithTokenAsync(cancellationToken));
            }
            catch (ConnectorException e)
            {
                problems.Add($"GitHub cannot be asked: {e.Message}");
            }
        }
        else
        {
            problems.Add("GitHub is not set up: set GitHub:Repository, and GitHub:AppId, GitHub:InstallationId and GitHub:PrivateKey.");
        }

        if (ahead is { } skew && skew.Duration() > ClockTolerance)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture,
                $"This machine's clock is {skew.Duration().TotalSeconds:0} s {(skew > TimeSpan.Zero ? "ahead of" : "behind")} GitHub's. ")
                + "Set it by NTP: GitHub refuses an App whose clock is a minute ahead.");
        }

        return new GitHubExamination(
            settings.IsApp ? GitHubCredentials.App : settings.IsConfigured ? GitHubCredentials.Token : GitHubCredentials.None,
            account, settings.DefaultRepo?.ToString(), visible, permissions, ahead is { } time ? Math.Round(time.TotalSeconds) : null, limit, problems);
    }

    private async Task AskAsAppAsync(CancellationToken cancellationToken)
    {
        try
        {
            account = (await rest.GetAsAppAsync("GetApp", "app", answer => Dated(answer).Json<GitHubWire.App>(GitHubWire.Options), cancellationToken)).Slug;
        }
        catch (ConnectorException e) when ((int?)e.Status is 401 or 404)
        {
            problems.Add($"GitHub does not accept the App. Check that GitHub:AppId is the App's id and GitHub:PrivateKey is one of its keys that was not deleted, and the clock. {e.Message}");
            return;
        }

        if (await InstallationAsync(cancellationToken) is not { } installation)
        {
            visible = false;
            problems.Add($"The App is not installed for {settings.Repository}, or there is no such repository. Install it there, or correct GitHub:Repository.");
            return;
        }

        permissions = GitHubPermissions.Compare(installation.Permissions);
        foreach (var grant in permissions.Where(grant => grant.State == GitHubGrantState.Missing))
        {
            problems.Add($"The permission {grant.Name} is missing ({grant.Needed} is needed to {grant.Purpose}). Grant it in the App's settings and accept the change on the installation's page.");
        }

        if (installation.Id != settings.InstallationId)
        {
            problems.Add($"GitHub:InstallationId is {settings.InstallationId}, and the App's installation for {settings.Repository} is {installation.Id}. Correct it.");
            return;
        }

        if (installation.SuspendedAt is { } since)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"The installation is suspended since {since:yyyy-MM-dd}. Lift that on its page."));
            return;
        }

        if (!await IsSpentAsync(cancellationToken))
        {
            await AskMoreAsync(cancellationToken);
        }
    }

    private Task<GitHubWire.Installation?> InstallationAsync(CancellationToken cancellationToken) => rest.GetAsAppAsync(
        "GetInstallation", $"repos/{settings.Repository}/installation",
        answer => (int)answer.Status == 404 ? null : answer.Json<GitHubWire.Installation>(GitHubWire.Options), cancellationToken);

    private async Task AskWithTokenAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await IsSpentAsync(cancellationToken))
            {
                return;
            }

            account = (await rest.SendAsync("GetUser", HttpMethod.Get, "user", null, answer => Dated(answer).Json<GitHubWire.Account>(GitHubWire.Options), cancellationToken)).Login;
        }
        catch (ConnectorException e) when ((int?)e.Status == 401)
        {
            problems.Add($"GitHub does not accept the token: it is wrong, has expired or was revoked. Make another and set GitHub:Token. {e.Message}");
            return;
        }

        await AskMoreAsync(cancellationToken);
    }

    private async Task AskMoreAsync(CancellationToken cancellationToken)
    {
        visible = await rest.FindAsync<GitHubWire.Repository>("GetRepository", $"repos/{settings.Repository}", cancellationToken) is not null;
        if (visible == false)
        {
            problems.Add($"{settings.Repository} is not there, or is not among the repositories that may be seen. Correct GitHub:Repository, or add it to the installation or the token.");
        }
    }

    // Asked first, as it is free: nothing else would be answered.
    private async Task<bool> IsSpentAsync(CancellationToken cancellationToken)
    {
        limit = await rest.RateLimitAsync(cancellationToken);
        if (limit.Remaining > 0)
        {
            return false;
        }

        problems.Add(string.Create(CultureInfo.InvariantCulture, $"All {limit.Limit} requests of this hour are spent; GitHub answers again at {limit.ResetsAt:HH:mm} UTC and is not asked before. The rest of the check has to wait until then."));
        return true;
    }

    private ProviderAnswer Dated(ProviderAnswer answer)
    {
        ahead = GitHubRest.Date(answer) is { } there ? clock.GetUtcNow() - there : null;
        return answer;
    }
}
