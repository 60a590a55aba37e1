using System.Text.Json.Nodes;
using Steward.Alerts;
using Steward.Governance.Audit;
using Steward.Kernel;
using Steward.Operations.Act;
using Steward.Platform.Http;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Operations.Deploys;

/// <summary>
/// Takes a deploy from step to step, each written down before the next begins: a process that dies goes on where it
/// stood. It says that something serves only when it has seen it, and leaves undoing to the loop, which decides alone.
/// </summary>
internal sealed class DeploySaga(
    Database database, WorkLedger ledger, Outbox outbox, AuditLog audit, IEnumerable<IDeployStep> steps, TimeProvider clock) : IWorkHandler
{
    public const string WorkKind = "operations.deploy";

    // A provider that is away for half an hour does not end a deploy; see ActWork.
    private const int Patience = 14;

    private readonly Dictionary<DeployState, IDeployStep> steps = steps.ToDictionary(step => step.State);

    public string Kind => WorkKind;

    /// <summary>The work item of a deploy.</summary>
    public static NewWork Work(Deploy deploy) =>
        new(WorkKind, deploy.Id.ToString(), Json.Write(new DeployPayload(deploy.Id))) { CorrelationId = deploy.CorrelationId, MaxAttempts = Patience };

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var payload = item.Read<DeployPayload>();
        var deploy = await database.ReadAsync(session => DeployStore.FindAsync(session, payload.Deploy), cancellationToken)
            ?? throw new InvalidOperationException($"There is no deploy {payload.Deploy}.");
        while (!Deploy.IsEnd(deploy.State))
        {
            DeployMove move;
            try
            {
                move = await steps[deploy.State].RunAsync(deploy, item.Id, cancellationToken);
            }
            catch (OvertakenException e)
            {
                move = new DeployMove.End(deploy, DeployState.Overtaken, e.Message);
            }
            catch (ConnectorException e) when (!e.IsTransient || item.Attempt >= item.MaxAttempts)
            {
                move = new DeployMove.End(deploy, DeployState.Failed, $"{Doing(deploy.State)} did not come through: {e.Message}");
            }
            catch (ConnectorException e)
            {
                await database.WriteAsync(session => DeployStore.NoteAsync(session, deploy.Id, $"{Doing(deploy.State)} has not come through yet and is tried again: {e.Message}"), cancellationToken);
                throw;
            }

            switch (move)
            {
                case DeployMove.Go go:
                    deploy = go.Next == go.Deploy.State ? go.Deploy : go.Deploy with { State = go.Next, StateAt = clock.Now(), Note = null };
                    if (!await SaveAsync(deploy, cancellationToken))
                    {
                        return WorkResult.Done("It was called off.");
                    }

                    break;
                case DeployMove.Wait wait:
                    return await WaitAsync(wait with { Deploy = wait.Deploy with { Note = wait.Why } }, cancellationToken)
                        ? wait.IsRetry ? WorkResult.TryAgainAt(wait.Until, wait.Why) : WorkResult.WaitUntil(wait.Until, wait.Why)
                        : WorkResult.Done("It was called off.");
                case DeployMove.End end:
                    deploy = end.Deploy with { State = end.State, Note = end.Outcome, StateAt = clock.Now(), ClosedAt = clock.Now() };
                    await EndAsync(deploy, cancellationToken);
                    break;
                default:
                    throw new InvalidOperationException("A step made a move that the saga does not know.");
            }
        }

        return deploy.State is DeployState.Succeeded or DeployState.Unverified ? WorkResult.Done(deploy.Note) : WorkResult.Refused(deploy.Note ?? "It ended.");
    }

    public string CallOff(WorkItem item) => $"Call the deploy off: steward deploy cancel {item.Read<DeployPayload>().Deploy}";

    private Task<bool> SaveAsync(Deploy deploy, CancellationToken cancellationToken) =>
        database.WriteAsync(session => DeployStore.SaveAsync(session, deploy), cancellationToken);

    private Task<bool> WaitAsync(DeployMove.Wait wait, CancellationToken cancellationToken) => database.WriteAsync(async session =>
    {
        if (!await DeployStore.SaveAsync(session, wait.Deploy))
        {
            return false;
        }

        if (wait.IsHeld)
        {
            await ReportDeploy.HeldAsync(session, ledger, outbox, wait.Deploy);
        }

        return true;
    }, cancellationToken);

    private Task EndAsync(Deploy deploy, CancellationToken cancellationToken) => database.WriteAsync(async session =>
    {
        await AuditLog.LockAsync(session);
        if (await DeployStore.SaveAsync(session, deploy))
        {
            await WriteEndAsync(session, audit, deploy, deploy.RequestedBy);
            await ReportDeploy.AskAsync(session, ledger, outbox, deploy);
        }
    }, cancellationToken);

    /// <summary>Writes the end of a deploy into the audit log.</summary>
    public static Task WriteEndAsync(Session session, AuditLog audit, Deploy deploy, string by) => audit.AppendAsync(session, new AuditEntry(AuditKinds.DeployEnded, by)
    {
        Target = $"service/{deploy.ServiceId}",
        Service = deploy.Service,
        Reason = $"{deploy.Title}: {deploy.Note}",
        CorrelationId = deploy.CorrelationId,
        Detail = new JsonObject
        {
            ["deploy"] = deploy.Id.ToString(),
            ["state"] = Row.EnumText(deploy.State),
            ["deployment"] = deploy.DeploymentId,
            ["commit"] = deploy.CommitSha,
            ["seconds"] = Math.Round((deploy.StateAt - deploy.CreatedAt).TotalSeconds, 1),
        },
    });

    private static string Doing(DeployState state) => state switch
    {
        DeployState.Checking => "Looking whether it can be done",
        DeployState.Merging => "The merge",
        DeployState.Triggering => "Asking the provider to begin",
        _ => "Following the deployment",
    };
}

/// <summary>Which deploy a work item is about.</summary>
/// <param name="Deploy">Its id.</param>
internal sealed record DeployPayload(Guid Deploy);
