using Microsoft.Extensions.Options;
using Steward.Connectors.GitHub;
using Steward.Governance.Approvals;
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

    /// <summary>
    /// True when whoever may write to a repository may command what concerns a service: that of the section <c>GitHub</c> stands for
    /// everything, any other one for the services that the settings say are deployed from it.
    /// </summary>
    public bool MayCommand(GitHubRepo repository, string service) => MayCommandAll(repository) || IsOf(repository, service);

    /// <summary>True for the repository that stands for everything.</summary>
    public bool MayCommandAll(GitHubRepo repository) => repository == gitHub.Value.DefaultRepo;

    /// <summary>True when whoever may write to a repository may decide on a call: on one about a service of it, or about the repository itself.</summary>
    public bool MayDecide(GitHubRepo repository, Approval approval) => MayCommandAll(repository) || (approval.Service is { } service
        ? IsOf(repository, service)
        : approval.Target.StartsWith($"pull-request/{repository}#", StringComparison.OrdinalIgnoreCase));

    /// <summary>True when the settings say that a service is deployed from a repository.</summary>
    public bool IsOf(GitHubRepo repository, string service) => GitHubRepo.TryParse(options.Value.Of(service)?.Repository, out var own) && own == repository;

    /// <summary>Where the issue of a finding belongs; null when GitHub is not used.</summary>
    public GitHubRepo? Of(Finding finding) => finding.Kind switch
    {
        FindingKind.CiFailed or FindingKind.PullRequestReady => GitHubRepo.Parse(finding.Service),
        _ => OfService(finding.Service),
    };

    /// <summary>From which repository a service is deployed; null where the settings name none.</summary>
    public GitHubRepo? OfService(string service) => GitHubRepo.TryParse(options.Value.Of(service)?.Repository, out var own) ? own : gitHub.Value.DefaultRepo;
}
