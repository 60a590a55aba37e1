using Steward.Connectors.GitHub;
using Steward.Kernel;
using Steward.Operations.Deployments;
using Steward.Operations.Deploys;
using Steward.Platform.Storage;

namespace Steward.Operations.Events;

/// <summary>What <c>/deploy</c> and <c>/rollback</c> do: they ask for a deploy like any other, which looks, merges and verifies by itself.</summary>
internal sealed class CommandDeploys(StartDeploy start, GitHubPullRequests pullRequests, Database database)
{
    /// <summary>Deploys the pull request.</summary>
    public async Task<CommandAnswer> DeployAsync(GivenCommand given, CancellationToken cancellationToken)
    {
        if (await BegunAsync(given, cancellationToken) is { } begun)
        {
            return Begun(begun);
        }

        if (given.IsLate)
        {
            return new("Nothing was begun: the comment is minutes old, and somebody may have pushed something since that you have not seen. Look again and say it again.");
        }

        // Bound to what its author saw before anything is asked for. GitHub does not say when a branch was pushed to; when its
        // repository was, it does, to the second. What is merged has the commit that it had.
        var pullRequest = await pullRequests.FindAsync(given.Repository, given.Number, cancellationToken);
        if (pullRequest is { IsMerged: false, PushedAt: { } pushed } && pushed >= given.At)
        {
            return new("Nothing was begun: something was pushed in the seconds of this comment, which you may not have seen. Look again and say it again.");
        }

        var (service, environment) = Place(given);
        return Tell(await start.HandleAsync(
            new DeployRequest(given.Number, service, Environment: environment, Repository: given.Repository.ToString()), given.Person, Thread(given) with { HeadSha = pullRequest?.HeadSha }, cancellationToken));
    }

    /// <summary>Takes back what was last deployed of the pull request, as long as nothing came after it.</summary>
    public async Task<CommandAnswer> RollBackAsync(GivenCommand given, CancellationToken cancellationToken)
    {
        if (await BegunAsync(given, cancellationToken) is { } begun)
        {
            return Begun(begun);
        }

        if (given.IsLate)
        {
            return new("Nothing was done: the comment is minutes old, and something else may serve since. Look again and say it again.");
        }

        var (service, environment) = Place(given);
        var deploys = (await ListAsync(given, cancellationToken)).Where(deploy =>
            deploy.Kind == DeployKind.PullRequest && (environment is null || deploy.Environment == environment) && (service is null || Bare(deploy) == service));
        // The last one of each service of each environment.
        var there = deploys.Where(deploy => deploy.DeploymentId is not null).DistinctBy(deploy => deploy.ServiceId).ToList();
        var serving = new List<Deploy>();
        foreach (var deploy in there)
        {
            if (await MayServeAsync(deploy, cancellationToken))
            {
                serving.Add(deploy);
            }
        }

        return serving switch
        {
            [] when there is [var gone, ..] => new("Nothing was done: what was deployed of this pull request does not serve any more.", $"{gone.Title}\n{gone.Note}"),
            [] => new($"Nothing was done: this pull request was never deployed from here{(given.Command.Argument is null ? "" : " to that place")}. `steward rollback SERVICE` takes back what was deployed otherwise."),
            [var one] => Tell(await start.HandleAsync(new RollbackRequest(one.Service, Environment: one.Environment, From: one.DeploymentId), given.Person, Thread(given), cancellationToken)),
            var several => new("Nothing was done: this pull request was deployed to more than one place. Say which: `/rollback SERVICE@ENVIRONMENT`.", string.Join('\n', several.Select(one => $"{Bare(one)}@{one.Environment}"))),
        };
    }

    // What was overtaken serves again when what came after it failed.
    private async Task<bool> MayServeAsync(Deploy deploy, CancellationToken cancellationToken) =>
        deploy.State is not (DeployState.RolledBack or DeployState.Overtaken)
        || (await database.ReadAsync(session => DeploymentStore.OfServiceAsync(session, deploy.ServiceId), cancellationToken)).Any(one => one.Id == deploy.DeploymentId && one.State == DeploymentState.Active);

    /// <summary>The newest deploy of the pull request; null when there was none.</summary>
    public async Task<Deploy?> LastAsync(GivenCommand given, CancellationToken cancellationToken) => await ListAsync(given, cancellationToken) is [var last, ..] ? last : null;

    // After a crash the first run's deploy stands already.
    private Task<Deploy?> BegunAsync(GivenCommand given, CancellationToken cancellationToken) =>
        database.ReadAsync(session => DeployStore.OfOriginAsync(session, Thread(given).Key), cancellationToken);

    private async Task<IReadOnlyList<Deploy>> ListAsync(GivenCommand given, CancellationToken cancellationToken) =>
        [.. (await database.ReadAsync(session => DeployStore.ListAsync(session, null, given.Number, onlyOpen: false, new PageRequest()), cancellationToken)).Items
            .Where(deploy => string.Equals(deploy.Repository, given.Repository.ToString(), StringComparison.OrdinalIgnoreCase))];

    // The environment alone, or SERVICE@ENVIRONMENT.
    private static (string? Service, string? Environment) Place(GivenCommand given) =>
        given.Command.Argument?.Split('@') is [var service, var environment] ? (service, environment) : (null, given.Command.Argument);

    // Services of other environments than the default one are called with it.
    private static string Bare(Deploy deploy) => deploy.Service.EndsWith($"@{deploy.Environment}", StringComparison.Ordinal) ? deploy.Service[..^(deploy.Environment.Length + 1)] : deploy.Service;

    // The comment's number: whoever runs the command again after a crash finds what it began.
    private static DeployThread Thread(GivenCommand given) => new($"github/{given.Repository}/comment/{given.CommentId}", given.Repository.ToString(), given.Number);

    private static CommandAnswer Tell(Outcome<Deploy> outcome) => outcome.IsRefused
        ? new(outcome.Refusal.Field == "service" ? "Nothing was begun. In a comment a service is named with its environment: `/deploy SERVICE@ENVIRONMENT`." : "Nothing was begun.", outcome.Refusal.Message)
        : Begun(outcome.Value);

    private static CommandAnswer Begun(Deploy deploy) => new(
        deploy.Kind == DeployKind.RollBack
            ? "It is under way: going back to what served before, and whether that serves. What comes of it is told here."
            : "It is under way: the checks, the merge, the deployment and whether it serves. What comes of it is told here.",
        $"{deploy.Title}\n{deploy.CorrelationId}\nasked for by {deploy.RequestedBy}");
}
