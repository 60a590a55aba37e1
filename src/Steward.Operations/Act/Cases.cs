using Steward.Alerts;
using Steward.Kernel;
using Steward.Operations.Findings;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Operations.Act;

/// <summary>The findings under treatment: how a work item gets its own, and how it moves on with what that brings about.</summary>
public sealed class Cases(Database database, Outbox outbox, TimeProvider clock)
{
    /// <summary>The finding that a work item is about, with the item's payload.</summary>
    public async Task<(Finding Finding, ActPayload Payload)> OpenAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var payload = item.Read<ActPayload>();
        var finding = await database.ReadAsync(session => FindingStore.FindAsync(session, payload.Finding), cancellationToken)
            ?? throw new InvalidOperationException($"There is no finding {payload.Finding}.");
        return (finding, payload);
    }

    /// <summary>Moves a finding on; an occasion tells people why, once, unless the finding had ended before.</summary>
    public Task MoveAsync(Finding finding, FindingState state, string outcome, AlertOccasion? occasion, CancellationToken cancellationToken) =>
        database.WriteAsync(session => MoveAsync(session, finding, state, outcome, occasion), cancellationToken);

    /// <summary>Moves a finding on in the caller's transaction.</summary>
    public async Task MoveAsync(Session session, Finding finding, FindingState state, string outcome, AlertOccasion? occasion)
    {
        if (await FindingStore.MoveAsync(session, finding.Id, state, outcome, clock.Now()) && occasion is { } why)
        {
            await outbox.TellAsync(session, FindingAlert.Of(finding, why, outcome));
        }
    }

    /// <summary>Moves a finding on after its governed step: refused for good means stuck, anything else waits.</summary>
    public Task LaterAsync(Finding finding, WorkResult later, CancellationToken cancellationToken) => later.IsRefusal
        ? MoveAsync(finding, FindingState.Stuck, later.Text, AlertOccasion.Stuck, cancellationToken)
        : MoveAsync(finding, FindingState.Waiting, later.Text, null, cancellationToken);
}
