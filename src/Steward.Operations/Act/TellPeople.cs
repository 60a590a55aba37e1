using Microsoft.Extensions.Options;
using Steward.Alerts;
using Steward.Kernel;
using Steward.Operations.Causes;
using Steward.Operations.Findings;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Operations.Act;

/// <summary>Tells people of a finding, with its cause where a log gives one soon enough.</summary>
internal sealed class TellPeople(Cases cases, CauseFinder causes, Database database, Outbox outbox, IOptions<OperationsOptions> options, TimeProvider clock) : IWorkHandler
{
    public string Kind => ActWork.TellKind;

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var (finding, payload) = await cases.OpenAsync(item, cancellationToken);
        var cause = await SoonAsync(finding, cancellationToken);
        var reason = cause is null ? payload.Decision.Reason : $"{payload.Decision.Reason}\n\n{CauseText.Plain(cause)}";
        return await database.WriteAsync(async session =>
        {
            if (!await FindingStore.TellAsync(session, finding.Id, clock.Now()))
            {
                return WorkResult.Done("People had been told, or it was put aside meanwhile.");
            }

            await outbox.TellAsync(session, FindingAlert.Of(finding, AlertOccasion.Found, reason));
            // It may have ended while its log was read; then nobody has heard of that yet, either.
            if (await FindingStore.FindAsync(session, finding.Id) is { State: FindingState.Recovered } ended)
            {
                await outbox.TellAsync(session, FindingAlert.Of(ended, AlertOccasion.Recovered, ended.Outcome ?? ""));
            }

            return WorkResult.Done("People are told.");
        }, cancellationToken);
    }

    // Better heard without a cause than late.
    private async Task<Cause?> SoonAsync(Finding finding, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = clock.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), patience, options.Value.SourceTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            return await causes.OfAsync(finding, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
