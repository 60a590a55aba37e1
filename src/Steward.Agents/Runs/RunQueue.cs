using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Agents.Runs;

/// <summary>The runs that wait for their turn, in order, as one look found them; at most 500.</summary>
internal sealed class RunQueue
{
    private const int Most = 500;

    private readonly IReadOnlyList<WorkItem> items;
    private readonly Dictionary<Guid, QueuePlace> places;

    private RunQueue(IReadOnlyList<WorkItem> items, DateTimeOffset now)
    {
        this.items = items;
        places = items.Select((item, place) => (item.Id, Place: new QueuePlace(place + 1, item.NextAt!.Value, Reason(item, now)))).ToDictionary(one => one.Id, one => one.Place);
    }

    /// <summary>Looks.</summary>
    public static async Task<RunQueue> ReadAsync(Session session, DateTimeOffset now) => new(InTurn(await WorkLedger.WaitingAsync(session, RunAgent.WorkKind, Most)), now);

    // Those of one agent are woken in the order in which they came, whichever the ledger would look at first.
    private static List<WorkItem> InTurn(IReadOnlyList<WorkItem> items)
    {
        var turns = items.GroupBy(AgentOf).ToDictionary(own => own.Key, own => new Queue<WorkItem>(own.OrderBy(item => item.Id.ToString(), StringComparer.Ordinal)));
        return [.. items.Select(item => turns[AgentOf(item)].Dequeue())];
    }

    private static Guid AgentOf(WorkItem item) => item.Read<RunWish>().AgentId;

    /// <summary>The run with its place, where it waits.</summary>
    public Run With(Run run) => places.TryGetValue(run.Id, out var place) ? run with { Queue = place } : run;

    /// <summary>The runs as the ledger knows them. Those whose time has come and that nobody has looked at yet are there alone.</summary>
    public IReadOnlyList<Run> Waiting(Guid? agentId, Trigger? trigger) => [.. items
        .Select(item => (Item: item, Wish: item.Read<RunWish>()))
        .Where(one => (agentId is null || one.Wish.AgentId == agentId) && (trigger is null || one.Wish.Trigger == trigger))
        .Select(one => With(Before(one.Item, one.Wish)))];

    /// <summary>A run as it is before it begins for the first time.</summary>
    public static Run Before(WorkItem item, RunWish wish) =>
        new(item.Id, wish.AgentId, 0, 0, wish.Trigger, RunState.Queued, 0, null, null, 0, item.DueAt, null, null, item.CorrelationId);

    private static string Reason(WorkItem item, DateTimeOffset now) =>
        item.Attempt > 0 ? $"It is tried again {(item.NextAt > now ? $"at {item.NextAt!.Value.UtcDateTime:u}" : "when there is a free place")}: attempt {item.Attempt} failed."
        : item.Result ?? "It waits for a free place.";
}
