using Steward.Kernel;
using Steward.Platform.Work;

namespace Steward.Operations.Events;

/// <summary>
/// What follows from an event. Nearly always: the loop looks at the providers now instead of later. A comment may hold a
/// command, which is looked into then. What the event claims is not believed.
/// </summary>
internal sealed class EventWork(EventWakes wakes, WorkLedger ledger) : IWorkHandler
{
    public const string WorkKind = "operations.event";

    /// <summary>How long an event is remembered. GitHub delivers again what is up to three days old (its documentation of redelivery); a copy of that age is still known.</summary>
    internal static readonly TimeSpan Keep = TimeSpan.FromDays(4);

    public string Kind => WorkKind;

    /// <summary>The item of an event.</summary>
    public static NewWork For(EventRecord record) => new(WorkKind, record.Occurrence, Json.Write(record));

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var record = item.Read<EventRecord>();
        switch (record.Source, record.Kind)
        {
            case (EventSources.Railway or EventSources.N8n, _):
            case (EventSources.GitHub, "push" or "pull_request" or "workflow_run" or "check_suite" or "deployment_status"):
                await wakes.LookAsync(cancellationToken);
                return WorkResult.Done("The loop looks.");
            case (EventSources.GitHub, "issue_comment") when CommandWork.For(record) is { } command:
                await ledger.EnqueueAsync(command, cancellationToken);
                return WorkResult.Done("It may hold a command: GitHub is asked.");
            case (EventSources.GitHub, "ping"):
                return WorkResult.Done("GitHub says that the webhook is there.");
            default:
                return WorkResult.Done("Recorded; nothing follows from it.");
        }
    }
}
