using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Steward.Connectors.GitHub;
using Steward.Connectors.Railway;
using Steward.Operations.Deployments;
using Steward.Operations.Deploys;
using Steward.Operations.Findings;
using Steward.Operations.Watched;
using Steward.Platform.Storage;

namespace Steward.Operations.Act;

/// <summary>Where people see more of what a finding about a deployment is about: at the provider, in the repository, and in the deploy that it came of.</summary>
internal sealed partial class FindingLinks(RailwayEnvironments railways, Repositories repositories, IOptions<GitHubOptions> gitHub, Database database)
{
    /// <summary>Names and, as Markdown, where they lead; none for a finding that is about no deployment.</summary>
    public async Task<IReadOnlyList<(string Name, string Link)>> OfAsync(Finding finding, CancellationToken cancellationToken)
    {
        if (finding is not { ServiceId: { } service, DeploymentId: { } deployment })
        {
            return [];
        }

        var (deploy, version) = await database.ReadAsync(async session => (
            await DeployStore.OfDeploymentAsync(session, deployment),
            (await DeploymentStore.OfServiceAsync(session, service)).FirstOrDefault(one => one.Id == deployment)?.Version), cancellationToken);
        var repository = GitHubRepo.TryParse(deploy?.Repository, out var named) ? named : repositories.Of(finding);
        var commit = version ?? deploy?.CommitSha;
        return
        [
            .. Link("Deployment", railways.Page(service, deployment)),
            .. Link("Service", railways.Page(service)),
            .. Link("Pull request", repository is { } there && deploy?.PullRequest is { } number ? gitHub.Value.Page(there, $"pull/{number}") : null),
            .. Link("Commit", repository is { } here && commit is not null && Hash().IsMatch(commit) ? gitHub.Value.Page(here, $"commit/{commit}") : null),
            .. deploy is null ? Enumerable.Empty<(string, string)>() : [("Deploy", $"`{deploy.CorrelationId}`")],
        ];
    }

    private static IEnumerable<(string Name, string Link)> Link(string name, string? page) => page is null ? [] : [(name, $"<{page}>")];

    [GeneratedRegex(@"^[0-9a-f]{40}(?:[0-9a-f]{24})?\z")]
    private static partial Regex Hash();
}
