using Steward.Connectors.GitHub;
using Steward.Kernel;
using Steward.Operations.Decide;
using Steward.Operations.Findings;
using Steward.Platform.Storage;

namespace Steward.Operations.Act;

/// <summary>
/// Which issue is a finding's. One deployment has one issue: it is opened by what was found about it first, and what is
/// found later is said there, unless nobody could or would open it.
/// </summary>
internal sealed class FindingIssues(GitHubIssues issues, Database database, TimeProvider clock)
{
    // An issue is opened within seconds, unless a person is asked first.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>The issue that a finding has; null when there is none.</summary>
    public async Task<GitHubIssue?> OfAsync(Finding finding, GitHubRepo repository, CancellationToken cancellationToken) =>
        await OwnAsync(finding, repository, cancellationToken) ?? (await EarlierAsync(finding, repository, cancellationToken)).Issue;

    /// <summary>The issue of what was found before about the same deployment, and whether one is on its way.</summary>
    public async Task<(GitHubIssue? Issue, bool IsOnItsWay)> EarlierAsync(Finding finding, GitHubRepo repository, CancellationToken cancellationToken)
    {
        if (finding.DeploymentId is null)
        {
            return (null, false);
        }

        var earlier = (await database.ReadAsync(session => FindingStore.OfSubjectAsync(session, finding.Subject), cancellationToken))
            .Where(one => one.Id.CompareTo(finding.Id) < 0 && one.Has(DecisionKind.OpenIssue)).ToList();
        foreach (var one in earlier)
        {
            if (await OwnAsync(one, repository, cancellationToken) is { } issue)
            {
                return (issue, false);
            }
        }

        return (null, earlier.Any(one => clock.Now() < one.OpenedAt + Patience));
    }

    private Task<GitHubIssue?> OwnAsync(Finding finding, GitHubRepo repository, CancellationToken cancellationToken) =>
        issues.FindIssueAsync(repository, ActWork.Key(finding, ActWork.IssueStep), cancellationToken);
}
