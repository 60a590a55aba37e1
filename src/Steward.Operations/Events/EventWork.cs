using Steward.Kernel;
using Steward.Platform.Work;

namespace Steward.Operations.Events;

/// <summary>
/// What follows from an event. Nearly always the loop looks at the providers now instead of later, and the event is only
/// recorded: there is nothing to run. A comment may hold a command, which is looked into then. What an event claims is not
/// believed.
/// </summary>
internal sealed class EventWork(WorkLedger ledger) : IWorkHandler
{
    public const string WorkKind = "operations.event";

    /// <summary>How long an event is remembered. GitHub delivers again what is up to three days old (its documentation of redelivery); a copy of that age is still known.</summary>
    internal static readonly TimeSpan Keep = TimeSpan.FromDays(4);

    public string Kind => WorkKind;

    /// <summary>The item of an event: done when it is recorded, unless it may hold a command.</summary>
    public static NewWork For(EventRecord record) => new(WorkKind, record.Occurrence, Json.Write(record))
    {
        Result = MakesLook(record) ? "The loop looks."
            : CommandWork.For(record) is not null ? null
            : record is { Source: EventSources.GitHub, Kind: "ping" } ? "GitHub says that the webhook is there."
            : "Recorded; nothing follows from it.",
    };

    /// <summary>True when something may have moved that the loop watches.</summary>
    public static bool MakesLook(EventRecord record) => record.Source != EventSources.GitHub ||
        record.Kind is "push" or "pull_request" or "workflow_run" or "check_suite" or "deployment_status";

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        if (CommandWork.For(item.Read<EventRecord>()) is { } command)
        {
            await ledger.EnqueueAsync(command, cancellationToken);
            return WorkResult.Done("It may hold a command: GitHub is asked.");
        }

        return WorkResult.Done("Recorded; nothing follows from it.");
    }
}
