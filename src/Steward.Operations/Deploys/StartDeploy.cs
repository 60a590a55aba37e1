using Microsoft.Extensions.Options;
using Steward.Connectors.GitHub;
using Steward.Connectors.Railway;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Operations.Act;
using Steward.Operations.Deployments;
using Steward.Operations.Watched;
using Steward.Platform.Http;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Operations.Deploys;

/// <summary>Accepts a wish to deploy or to roll back. From there on it is the ledger's: it survives a restart and happens once.</summary>
public sealed class StartDeploy(
    Database database, WorkLedger ledger, AuditLog audit, RailwayEnvironments railways, GitHubPullRequests pullRequests, Repositories repositories, IOptions<GitHubOptions> gitHub, IOptions<OperationsOptions> options, TimeProvider clock)
{
    // Of SHA-1 and SHA-256, https://git-scm.com/docs/hash-function-transition
    private static readonly int[] HashLengths = [40, 64];

    /// <summary>Deploys a pull request or a service.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="cancellationToken">Gives up before it is accepted.</param>
    public Task<Outcome<Deploy>> HandleAsync(DeployRequest request, Actor by, CancellationToken cancellationToken) => HandleAsync(request, by, null, cancellationToken);

    /// <summary>Deploys a pull request or a service, once for each comment that asks for it.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="thread">Where it was asked for; null for elsewhere than in a thread.</param>
    /// <param name="cancellationToken">Gives up before it is accepted.</param>
    public async Task<Outcome<Deploy>> HandleAsync(DeployRequest request, Actor by, DeployThread? thread, CancellationToken cancellationToken)
    {
        if (request.PullRequest is <= 0)
        {
            return Refusal.Invalid("pullRequest", "'pullRequest' must be the number of a pull request.");
        }

        if (request is { PullRequest: null, Service: null } or { PullRequest: not null, Commit: not null })
        {
            return Refusal.Invalid("service", "Name a pull request, or a service with or without a commit.");
        }

        if (request.Commit is { } commit && (!HashLengths.Contains(commit.Length) || !commit.All(char.IsAsciiHexDigit)))
        {
            return Refusal.Invalid("commit", "'commit' must be the whole hash of a commit, 40 hexadecimal digits (git rev-parse NAME).");
        }

        if (request.PullRequest is null)
        {
            var named = await ServiceAsync(request.Service, request.Environment, null, cancellationToken);
            return named.IsRefused ? named.Refusal : await AcceptAsync(New(DeployKind.Commit, named.Value, by, thread) with { CommitSha = request.Commit?.ToLowerInvariant() }, cancellationToken);
        }

        if ((request.Repository ?? gitHub.Value.Repository) is not { Length: > 0 } text || !GitHubRepo.TryParse(text, out var repository))
        {
            return Refusal.Invalid("repository", "The repository is not known. Say owner/name, or set GitHub:Repository.");
        }

        var service = await ServiceAsync(request.Service, request.Environment, repository, cancellationToken);
        if (service.IsRefused)
        {
            return service.Refusal;
        }

        var wish = New(DeployKind.PullRequest, service.Value, by, thread) with { Repository = repository.ToString(), PullRequest = request.PullRequest };
        return await AcceptAsync(wish with { HeadSha = wish.HeadSha ?? await HeadAsync(repository, request.PullRequest.Value, cancellationToken) }, cancellationToken);
    }

    // What is there now is what whoever asks can have seen. Where GitHub is away, the first look finds out whether it still is that.
    private async Task<string?> HeadAsync(GitHubRepo repository, int number, CancellationToken cancellationToken)
    {
        try
        {
            return pullRequests.IsConfigured ? (await pullRequests.FindAsync(repository, number, cancellationToken))?.HeadSha : null;
        }
        catch (ConnectorException)
        {
            return null;
        }
    }

    /// <summary>Goes back to an earlier deployment.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="cancellationToken">Gives up before it is accepted.</param>
    public Task<Outcome<Deploy>> HandleAsync(RollbackRequest request, Actor by, CancellationToken cancellationToken) => HandleAsync(request, by, null, cancellationToken);

    /// <summary>Goes back to an earlier deployment, once for each comment that asks for it.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="thread">Where it was asked for; null for elsewhere than in a thread.</param>
    /// <param name="cancellationToken">Gives up before it is accepted.</param>
    public async Task<Outcome<Deploy>> HandleAsync(RollbackRequest request, Actor by, DeployThread? thread, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.Service))
        {
            return Refusal.Invalid("service", "'service' must name the service to roll back.");
        }

        var service = await ServiceAsync(request.Service, request.Environment, null, cancellationToken);
        if (!service.IsRefused && request.To is { } to && await ObjectionAsync(service.Value.Service, to, cancellationToken) is { } objection)
        {
            return objection;
        }

        return service.IsRefused ? service.Refusal : await AcceptAsync(
            New(DeployKind.RollBack, service.Value, by, thread) with { TargetId = request.To, FromId = request.From }, cancellationToken);
    }

    // What can be known at once is said at once. A provider that is away is asked again by the rollback itself.
    private async Task<Refusal?> ObjectionAsync(WatchedService service, string to, CancellationToken cancellationToken)
    {
        var none = Refusal.Invalid("to", $"'to' must be the id of a deployment of {service.Name}. They are listed by: steward deployments --service {service.Name}.");
        if (string.IsNullOrWhiteSpace(to))
        {
            return none;
        }

        if ((await database.ReadAsync(session => DeploymentStore.OfServiceAsync(session, service.Id), cancellationToken)).Any(one => one.Id == to))
        {
            return null;
        }

        try
        {
            var (railway, serviceId) = railways.Locate(service.Id);
            return (await railway.GetDeploymentAsync(to, cancellationToken)).ServiceId == serviceId ? null : none;
        }
        catch (ConnectorException e)
        {
            return e is { IsTransient: false, Effect: CallEffect.None } ? Refusal.Invalid("to", $"{none.Message} {e.Message}") : null;
        }
    }

    private async Task<Outcome<(WatchedService Service, string Environment)>> ServiceAsync(
        string? name, string? environment, GitHubRepo? repository, CancellationToken cancellationToken)
    {
        // A service may be named with its environment: web@staging.
        if (name?.Split('@') is [_, var place])
        {
            if (environment is not null && environment != place)
            {
                return Refusal.Invalid("environment", $"The service is named in '{place}' and the environment is '{environment}'. Say one of them.");
            }

            environment = place;
        }

        var wanted = environment ?? railways.Default.Environment.Name;
        if (railways.Find(wanted) is not { } railway)
        {
            return Refusal.Invalid("environment", $"There is no environment '{wanted}'. Known: {string.Join(", ", railways.All.Select(one => one.Environment.Name))}. More are set under Railway:Environments.");
        }

        // A commit of one repository is none of another's service.
        var here = (await database.ReadAsync(ServiceStore.AllAsync, cancellationToken))
            .Where(one => railways.Locate(one.Id).Client == railway && (repository is null || repositories.OfService(one.Name) == repository)).ToList();
        var there = repository is null ? wanted : $"{wanted} that is deployed from {repository}, as Operations:Services:NAME:Repository and GitHub:Repository say";
        var names = here.Count == 0 ? "none" : string.Join(", ", here.Select(one => one.Name));
        if (name is not null)
        {
            var key = railways.KeyOf(railway, name);
            return here.Find(one => one.Name == key) switch
            {
                null => Refusal.Invalid("service", $"There is no service '{name}' in {there}. Known: {names}."),
                // Nobody would see whether it serves, and nobody would undo it.
                { IsWatched: false } => new Refusal(RefusalKind.Conflict, "not-watched",
                    $"{key} is not watched: Steward would not see how it serves and could not undo it. Have it watched first: steward services watch {key}."),
                _ when options.Value.Of(key)?.Watch == false => new Refusal(RefusalKind.Conflict, "not-watched",
                    $"{key} is not watched, as Operations:Services:{key}:Watch says: Steward would not see how it serves and could not undo it."),
                var found => (found, wanted),
            };
        }

        here = [.. here.Where(one => one.IsWatched && options.Value.Of(one.Name)?.Watch != false)];
        // What the settings name is meant before that of which they say nothing.
        var named = here.Where(one => repositories.IsOf(repository!.Value, one.Name)).ToList();
        return (named.Count > 0 ? named : here) is [var only]
            ? (only, wanted)
            : Refusal.Invalid("service", $"Which service of {wanted} is meant? Say one of: {names}; or set Operations:Services:NAME:Repository to {repository}.");
    }

    private Deploy New(DeployKind kind, (WatchedService Service, string Environment) place, Actor by, DeployThread? thread)
    {
        var now = clock.Now();
        return new Deploy(Ids.New(clock), kind, place.Environment, place.Service.Name, place.Service.Id, thread?.Repository, thread?.PullRequest, thread?.HeadSha, null, null, null, null, null,
            DeployState.Checking, null, 0, 0, "", by.Name, now, now, null)
        {
            Origin = thread?.Key,
        };
    }

    private Task<Outcome<Deploy>> AcceptAsync(Deploy wish, CancellationToken cancellationToken)
    {
        var subject = wish.Kind switch
        {
            DeployKind.PullRequest => $"deploy-pr-{wish.PullRequest}",
            DeployKind.Commit => $"deploy-{wish.Service}",
            _ => $"rollback-{wish.Service}",
        };
        var deploy = wish with { CorrelationId = $"{subject}-{wish.CreatedAt.ToUnixTimeSeconds()}" };
        return database.WriteAsync<Outcome<Deploy>>(async session =>
        {
            await AuditLog.LockAsync(session);
            if (deploy.Origin is { } origin && await DeployStore.OfOriginAsync(session, origin) is { } begun)
            {
                return begun;
            }

            if (deploy.Kind == DeployKind.RollBack && await GoingBack.OfTheLoopAsync(session, deploy.ServiceId, clock.Now()) is { } already)
            {
                return new Refusal(RefusalKind.Conflict, "recovery-under-way", already);
            }

            // Going back must not wait for a deploy that is only being watched, or whose undoing waits for somebody: its
            // deployment is what is gone back from.
            var inTheWay = (await DeployStore.OpenAsync(session, deploy.ServiceId)).FirstOrDefault(open => !TakeOver.IsOpenTo(deploy, open));
            // What Steward has seen by now was there before it was asked for.
            deploy = deploy with { PreviousId = await DeploymentStore.OfServiceAsync(session, deploy.ServiceId) is [var latest, ..] ? latest.Id : null };
            if (inTheWay is not null || !await DeployStore.AddAsync(session, deploy))
            {
                return new Refusal(RefusalKind.Conflict, "deploy-under-way",
                    $"{inTheWay?.Title ?? "Another deploy"} is under way (deploy {inTheWay?.Id}). One at a time for each service: wait for its end, or cancel it.");
            }

            await ledger.EnqueueAsync(session, DeploySaga.Work(deploy));
            await audit.AppendAsync(session, new AuditEntry(AuditKinds.DeployAsked, deploy.RequestedBy)
            {
                Target = $"service/{deploy.ServiceId}",
                Service = deploy.Service,
                Reason = deploy.Title,
                CorrelationId = deploy.CorrelationId,
            });
            return deploy;
        }, cancellationToken);
    }
}
