using System.Data.Common;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Platform.Scheduling;

/// <summary>
/// The calendar. What is due becomes an item of the ledger, or is written down as skipped, in the transaction that sets the
/// schedule's next time: whatever dies at whatever moment, no occurrence is lost and none comes twice.
/// </summary>
public sealed partial class Scheduler(Database database, TimeProvider clock, ILogger<Scheduler> log) : BackgroundService
{
    private const string Topic = "schedule";

    // Keeps one transaction short for whoever else wants to write; what is left goes with the next.
    private const int Together = 256;

    // Covers news that were lost on their way from another node.
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Makes or changes a schedule. One that stands as it is keeps its place, so missed occurrences are still known.</summary>
    public Task<Outcome<Schedule>> EnsureAsync(Schedule schedule, CancellationToken cancellationToken) =>
        database.WriteAsync(session => EnsureAsync(session, schedule), cancellationToken);

    /// <summary>Makes or changes a schedule in a transaction of the caller.</summary>
    public async Task<Outcome<Schedule>> EnsureAsync(Session session, Schedule schedule)
    {
        if (ScheduleRules.Check(schedule) is { } refusal)
        {
            return refusal;
        }

        var standing = await ScheduleStore.FindAsync(session, schedule.Id);
        if (standing?.Schedule != schedule)
        {
            var now = clock.Now();
            await SkipDueAsync(session, standing, now);
            await ScheduleStore.PutAsync(session, schedule, now, new Occurrences(schedule, now).Next(schedule.Cron is null ? now.AddTicks(-1) : now));
            if (schedule.At is { } at && at < now)
            {
                await ScheduleStore.SkipAsync(session, [(Ids.New(clock), DueOccurrences.LetGo(schedule, now, at, now, "It had passed when the schedule was made."))]);
            }

            session.Announce(Topic);
        }
        else if (standing.RestsSince is not null)
        {
            var now = clock.Now();
            await SkipDueAsync(session, standing, now);
            await ScheduleStore.GoOnAsync(session, schedule.Id, standing.NextAt > now ? standing.NextAt : new Occurrences(schedule, standing.MadeAt).Next(now));
            session.Announce(Topic);
        }

        return schedule;
    }

    /// <summary>Lets a schedule rest in a transaction of the caller, until it is ensured again: then what it left out is written down, and it goes on in its place.</summary>
    public Task RestAsync(Session session, string id) => ScheduleStore.RestAsync(session, id, clock.Now());

    /// <summary>Ends a schedule. Items that it already made stay in the ledger. False when there was none.</summary>
    public Task<bool> RemoveAsync(string id, CancellationToken cancellationToken) => database.WriteAsync(session => RemoveAsync(session, id), cancellationToken);

    /// <summary>Ends a schedule in a transaction of the caller.</summary>
    public async Task<bool> RemoveAsync(Session session, string id)
    {
        await SkipDueAsync(session, await ScheduleStore.FindAsync(session, id), clock.Now());
        return await ScheduleStore.RemoveAsync(session, id);
    }

    /// <summary>A schedule as it stands; null when there is none.</summary>
    public static Task<StandingSchedule?> FindAsync(Session session, string id) => ScheduleStore.FindAsync(session, id);

    /// <summary>The occurrences that a schedule left out, the latest first.</summary>
    public static Task<Page<SkippedOccurrences>> SkipsAsync(Session session, string id, PageRequest page) => ScheduleStore.SkipsAsync(session, id, page);

    /// <summary>Forgets what was skipped before a time.</summary>
    public Task<int> ForgetSkipsAsync(DateTimeOffset before, CancellationToken cancellationToken) => database.WriteAsync(session => ScheduleStore.ForgetSkipsAsync(session, before), cancellationToken);

    /// <summary>Sees to what is due, once. What tests and tools call; a server lets the loop run.</summary>
    /// <returns>How many schedules were due, at most 256.</returns>
    public Task<int> RunOnceAsync(CancellationToken cancellationToken) => database.WriteAsync(async session =>
    {
        var now = clock.Now();
        var due = await ScheduleStore.DueAsync(session, now, Together);
        var (rows, skips, advanced) = (new List<WorkRow>(), new List<(Guid, SkippedOccurrences)>(), new List<(string, DateTimeOffset?, DateTimeOffset?, Guid?)>());
        foreach (var (standing, waiting) in due)
        {
            var plan = DueOccurrences.Of(standing.Schedule, standing.MadeAt, standing.NextAt!.Value, now, waiting);
            var row = plan.Run is { } at ? WorkRow.Of(new NewWork(standing.Schedule.Kind, $"{standing.Schedule.Id}@{UtcTime.ToText(at)}", standing.Schedule.Payload) { DueAt = at, MaxAttempts = standing.Schedule.MaxAttempts }, clock) : null;
            if (row is not null)
            {
                rows.Add(row);
            }

            if (plan.Skip is { } skip)
            {
                skips.Add((Ids.New(clock), skip));
            }

            advanced.Add((standing.Schedule.Id, plan.Next, plan.Run, row?.Id));
        }

        rows.Sort(WorkRow.Compare);
        await WorkRow.InsertAsync(session, rows);
        await ScheduleStore.SkipAsync(session, skips);
        await ScheduleStore.AdvanceAsync(session, advanced);
        return due.Count;
    }, cancellationToken);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var listening = database.Signals.Listen(Topic, () => news.Writer.TryWrite(true));
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await RunOnceAsync(stoppingToken) < Together)
                {
                    await SleepAsync(stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e) when (e is DbException or StorageException or TimeoutException or IOException)
            {
                LogStoreTrouble(log, e);
                await Quietly(Task.Delay(Poll, clock, stoppingToken));
            }
        }
    }

    // What is due of a schedule that is changed, ended or goes on before anybody saw to it is not to vanish.
    private async Task SkipDueAsync(Session session, StandingSchedule? standing, DateTimeOffset now)
    {
        if (standing is { NextAt: { } due } && due <= now)
        {
            await ScheduleStore.SkipAsync(session, [(Ids.New(clock), DueOccurrences.LetGo(standing.Schedule, standing.MadeAt, due, now, standing.RestsSince is { } since
                ? $"The schedule rested since {DueOccurrences.Text(since)}."
                : "The schedule was changed or ended before its time was seen to."))]);
        }
    }

    private async Task SleepAsync(CancellationToken stoppingToken)
    {
        var wait = Poll;
        if (await database.ReadAsync(ScheduleStore.NextAsync, stoppingToken) is { } next && next - clock.GetUtcNow() is var due && due < wait)
        {
            wait = due > TimeSpan.FromMilliseconds(1) ? due : TimeSpan.FromMilliseconds(1);
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var sleep = Task.Delay(wait, clock, timeout.Token);
        var woken = news.Reader.WaitToReadAsync(timeout.Token).AsTask();
        await Task.WhenAny(sleep, woken);
        news.Reader.TryRead(out _);
        await timeout.CancelAsync();
        await Quietly(sleep);
        await Quietly(woken);
    }

    private static async Task Quietly(Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException)
        {
            // The wait was cut short on purpose.
        }
    }

    [LoggerMessage(LogLevel.Error, "The store does not answer; the calendar tries again")]
    private static partial void LogStoreTrouble(ILogger log, Exception error);
}
