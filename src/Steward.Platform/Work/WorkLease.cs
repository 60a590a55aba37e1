using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;

namespace Steward.Platform.Work;

/// <summary>A node's hold on items: claims, renews, and writes down how attempts ended. Every write names the fence, so a node that lost its lease changes nothing.</summary>
internal sealed class WorkLease(Database database, RetryBudget budget, Redactor redactor, TimeProvider clock, Random jitter, string node, TimeSpan length)
{
    private const string EndSql =
        "UPDATE work SET state = @state, next_at = NULL, finished_at = @now, result = @result, failures = @failures, lease_owner = NULL WHERE id = @id AND fence = @fence AND state = 'running'";

    private const string WaitSql =
        """
        UPDATE work SET state = 'pending', next_at = CASE WHEN wakes = COALESCE(@wakes, wakes) THEN @until ELSE @now END, attempt = @attempt,
          result = @result, failures = @failures, lease_owner = NULL
        WHERE id = @id AND fence = @fence AND state = 'running'
        """;

    internal static string ClaimSql(Dialect dialect) =>
        $"""
        UPDATE work SET state = 'running', lease_owner = @node, fence = fence + 1, attempt = attempt + 1, next_at = @until,
          started_at = COALESCE(started_at, @now)
        WHERE id IN (
          SELECT id FROM work WHERE next_at <= @now AND {dialect.InList("kind", "kinds")}
          ORDER BY next_at LIMIT @max {dialect.SkipLocked})
        RETURNING {WorkLedger.ColumnList}
        """;

    internal static string NextSql(Dialect dialect) =>
        $"SELECT next_at FROM work WHERE next_at IS NOT NULL AND {dialect.InList("kind", "kinds")} ORDER BY next_at LIMIT 1";

    /// <summary>Takes up to <paramref name="max"/> due items of the kinds. Items whose lease ran out count as due.</summary>
    public Task<IReadOnlyList<WorkItem>> ClaimAsync(string[] kinds, int max, CancellationToken cancellationToken) =>
        database.WriteOneAsync(session => session.QueryAsync(ClaimSql(session.Dialect), WorkLedger.Read,
            ("node", node), ("until", clock.Now() + length), ("now", clock.Now()), ("kinds", kinds), ("max", max)), cancellationToken);

    /// <summary>When the next item of the kinds is due, or null when nothing waits.</summary>
    public Task<DateTimeOffset?> NextAsync(string[] kinds, CancellationToken cancellationToken) =>
        database.ReadAsync(session => session.FirstAsync(
            NextSql(session.Dialect), row => row.TimeOrNull("next_at"), ("kinds", kinds)), cancellationToken);

    /// <summary>Renews the leases of running items and gives those that are still ours.</summary>
    public Task<IReadOnlySet<Guid>> RenewAsync(IReadOnlyCollection<WorkItem> running, CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            var ours = new HashSet<Guid>();
            await LockAsync(session, running);
            foreach (var item in running)
            {
                if (await session.ExecuteAsync("UPDATE work SET next_at = @until WHERE id = @id AND fence = @fence AND state = 'running'",
                    ("until", clock.Now() + length), ("id", item.Id), ("fence", item.Fence)) == 1)
                {
                    ours.Add(item.Id);
                }
            }

            return (IReadOnlySet<Guid>)ours;
        }, cancellationToken);

    /// <summary>Writes down how attempts ended, all in one transaction.</summary>
    public Task FinishAsync(IReadOnlyCollection<(WorkItem Item, WorkResult? Result, Exception? Error)> ended, CancellationToken cancellationToken) =>
        database.WriteAsync(async session =>
        {
            var done = new List<(string, object?)[]>();
            await LockAsync(session, ended.Select(end => end.Item));
            foreach (var (item, result, error) in ended)
            {
                switch (result)
                {
                    case WorkResult.Succeeded succeeded:
                        done.Add(End(item, WorkState.Succeeded, succeeded.Note, item.Failures));
                        break;
                    case WorkResult.Failed failed:
                        done.Add(End(item, WorkState.Failed, failed.Reason, item.Failures));
                        break;
                    case WorkResult.Dead dead:
                        done.Add(End(item, WorkState.Dead, dead.Reason, [.. item.Failures.TakeLast(WorkItem.MaxFailures - 1), new(item.Attempt, clock.Now(), redactor.Redact(dead.Reason))]));
                        break;
                    case WorkResult.Cancelled cancelled:
                        done.Add(End(item, WorkState.Cancelled, cancelled.Reason, item.Failures));
                        break;
                    case WorkResult.Waiting waiting:
                        // Unless it says otherwise the handler got through: whatever failed before is over, and the next run starts with all its attempts.
                        await WaitAsync(session, item, waiting.Time, waiting.IsRetry ? item.Attempt : 0, redactor.Redact(waiting.Reason), item.Failures, item.Wakes);
                        break;
                    default:
                        await FailAttemptAsync(session, item, error);
                        break;
                }
            }

            await session.ExecuteManyAsync(EndSql, done);
        }, cancellationToken);

    private async Task FailAttemptAsync(Session session, WorkItem item, Exception? error)
    {
        var text = redactor.Redact(error?.Message ?? "The node that ran it died before it finished.");
        IReadOnlyList<WorkFailure> failures = [.. item.Failures.TakeLast(WorkItem.MaxFailures - 1), new(item.Attempt, clock.Now(), text)];
        if (item.Attempt >= item.MaxAttempts || error is ConnectorException { IsTransient: false })
        {
            await session.ExecuteAsync(EndSql, End(item, WorkState.Dead, text, failures));
        }
        else if (error is ConnectorException world && !await budget.TrySpendAsync(session, world.Vendor))
        {
            await session.ExecuteAsync(EndSql, End(item, WorkState.Dead,
                $"The retry budget of {world.Vendor} ({RetryBudget.PerHour} an hour) is spent; a person has to look. Last error: {text}", failures));
        }
        else
        {
#pragma warning disable CA5394 // Jitter needs no secrecy.
            var pause = RetryPolicy.Pause(item.Attempt, (error as ConnectorException)?.RetryAfter, jitter.NextDouble());
#pragma warning restore CA5394
            // A wake during the failed attempt does not cut the pause: the next attempt sees what it was about.
            await WaitAsync(session, item, clock.Now() + pause, item.Attempt, text, failures, null);
        }
    }

    // Takes the rows in one order wherever many are taken, so that renewing and finishing cannot block each other.
    private static async Task LockAsync(Session session, IEnumerable<WorkItem> items)
    {
        if (session.Dialect.ForUpdate.Length > 0)
        {
            await session.QueryAsync($"SELECT id FROM work WHERE {session.Dialect.InList("id", "ids")} ORDER BY id {session.Dialect.ForUpdate}",
                row => row.Uuid("id"), ("ids", items.Select(item => item.Id).ToArray()));
        }
    }

    private Task<int> WaitAsync(Session session, WorkItem item, DateTimeOffset until, int attempt, string note, IReadOnlyList<WorkFailure> failures, long? wakes)
    {
        session.Announce(WorkLedger.Topic);
        return session.ExecuteAsync(WaitSql,
            ("wakes", wakes), ("until", UtcTime.Truncate(until)), ("now", clock.Now()), ("attempt", attempt), ("result", note),
            ("failures", Json.Write(failures)), ("id", item.Id), ("fence", item.Fence));
    }

    private (string, object?)[] End(WorkItem item, WorkState state, string? note, IReadOnlyList<WorkFailure> failures) =>
    [
        ("state", state), ("now", clock.Now()), ("result", note is null ? null : redactor.Redact(note)),
        ("failures", Json.Write(failures)), ("id", item.Id), ("fence", item.Fence),
    ];
}
