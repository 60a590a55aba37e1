using Steward.Connectors.GitHub;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Operations.Act;
using Steward.Platform.Storage;

namespace Steward.Operations.Deploys;

/// <summary>Merges the commit that was checked, and no other.</summary>
internal sealed class MergeStep(Gate gate, GitHubPullRequests pullRequests, GitHubCalls calls, Database database, TimeProvider clock) : IDeployStep
{
    /// <summary>The governed step's name.</summary>
    public const string Step = "merge";

    private static readonly TimeSpan Again = TimeSpan.FromSeconds(2);

    public DeployState State => DeployState.Merging;

    public async Task<DeployMove> RunAsync(Deploy deploy, Guid workItem, CancellationToken cancellationToken)
    {
        var (repository, number, head) = (GitHubRepo.Parse(deploy.Repository!), deploy.PullRequest!.Value, deploy.HeadSha!);
        if (await pullRequests.FindAsync(repository, number, cancellationToken) is { IsMerged: true } already && already.HeadSha == head && already.MergeSha is { } sha
            && await database.WriteAsync(session => gate.WithdrawAsync(session, deploy.Key(Step), "It is merged."), cancellationToken))
        {
            // By a person while another one was being asked. One that we began is taken to its end below.
            return new DeployMove.Go(deploy with { CommitSha = sha }, DeployState.Triggering);
        }

        var step = await new GovernedStep(gate, clock).RunAsync(
            deploy.Asks(Step, calls.Merge(repository, number, head, deploy.Service), $"{deploy.Title}: its checks are green.", workItem),
            async (permit, token) =>
            {
                await deploy.StillWantedAsync(database, token);
                await StillGreenAsync(repository, number, head, token);
                return $"Merged as {await pullRequests.MergeAsync(permit, repository, number, head, deploy.Service, token)}.";
            },
            async (_, token) => (await pullRequests.FindAsync(repository, number, token))?.IsMerged == true,
            cancellationToken);
        if (step.Later is { } later)
        {
            return deploy.Later(later, clock);
        }

        return await pullRequests.FindAsync(repository, number, cancellationToken) is { IsMerged: true, MergeSha: { } merged }
            ? new DeployMove.Go(deploy with { CommitSha = merged }, DeployState.Triggering)
            : new DeployMove.Wait(deploy, clock.Now() + Again, "Merged; GitHub does not name the commit yet.");
    }

    // Between the check and the permit a person may have thought for an hour.
    private async Task StillGreenAsync(GitHubRepo repository, int number, string head, CancellationToken cancellationToken)
    {
        var pullRequest = await pullRequests.FindAsync(repository, number, cancellationToken);
        if (pullRequest is not { IsOpen: true } || pullRequest.HeadSha != head)
        {
            throw new OvertakenException($"Pull request {number} changed after it was checked. Ask again, so that what it is now is checked.");
        }

        if ((await pullRequests.ChecksAsync(repository, head, cancellationToken)).State != ChecksState.Green)
        {
            throw new OvertakenException($"The checks of pull request {number} are no longer green.");
        }
    }
}
