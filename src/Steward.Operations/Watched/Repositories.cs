using Microsoft.Extensions.Options;
using Steward.Connectors.GitHub;
using Steward.Operations.Findings;

namespace Steward.Operations.Watched;

/// <summary>The repositories that the settings name, and to which of them a finding belongs.</summary>
public sealed class Repositories(IOptions<GitHubOptions> gitHub, IOptions<OperationsOptions> options)
{
    /// <summary>All of them, the one of the section <c>GitHub</c> first. Bounded by the settings.</summary>
    public IReadOnlyList<GitHubRepo> All { get; } =
    [
        .. options.Value.Services.Values.Where(service => service.Watch).Select(service => service.Repository)
            .Prepend(gitHub.Value.Repository).Where(text => GitHubRepo.TryParse(text, out _)).Select(text => GitHubRepo.Parse(text!)).Distinct(),
    ];

    /// <summary>Where the issue of a finding belongs; null when GitHub is not used.</summary>
    public GitHubRepo? Of(Finding finding) => finding.Kind switch
    {
        FindingKind.CiFailed or FindingKind.PullRequestReady => GitHubRepo.Parse(finding.Service),
        _ => GitHubRepo.TryParse(options.Value.Of(finding.Service)?.Repository, out var own) ? own : gitHub.Value.DefaultRepo,
    };
}
