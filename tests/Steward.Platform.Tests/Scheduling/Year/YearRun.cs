using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Steward.Kernel;
using Steward.Platform.Scheduling;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;
using Steward.Platform.Work;
using Steward.Testing;

namespace Steward.Platform.Tests.Scheduling.Year;

/// <summary>
/// One virtual year of many schedules in all zones that change their clocks, in which the process and the store are killed again and again.
/// Calendar, ledger and store are the real ones; what an occurrence does is a stub.
/// </summary>
internal sealed class YearRun(int seed, int schedules, int kills, TestStore store, FakeClock world)
{
    private const string Kind = "year.run";

    // Numbers, lists and stars: about one a week each, most of them where clocks change.
    private static readonly string[] Crons =
    [
        "{m} 2 * * 0", "{m} 1,2,3 * 3,10 0", "{m} 0 * * 0", "{m} 23 * * 6", "0,30 2 * 3,4,10,11 0", "{m} * 29 3 *", "{m} * 25 10 *", "{m} 3 1,15 * *", "0 0 * * 0", "{m} 0,1,2,3 * 4,9,11 0,6",
    ];

    private readonly Random chance = new(seed);
    private readonly List<(DateTimeOffset From, DateTimeOffset To)> down = [];
    private readonly Dictionary<Guid, int> finished = [];
    private readonly DateTimeOffset begin = world.GetUtcNow();
    private Process? process;

    public int ProcessKills { get; private set; }

    public int StoreKills { get; private set; }

    public int Items { get; private set; }

    public int Skipped { get; private set; }

    /// <summary>Lives the year and tells what went wrong.</summary>
    public async Task<IReadOnlyList<string>> LiveAsync(CancellationToken cancellationToken)
    {
        var all = Make();
        await StartAsync();
        foreach (var schedule in all)
        {
            var ensured = await process!.Scheduler.EnsureAsync(schedule, cancellationToken);
            Assert.False(ensured.IsRefused, ensured.Refusal?.Message);
        }

        var end = begin.AddYears(1);
        var killAt = new Queue<DateTimeOffset>(Enumerable.Range(0, kills).Select(_ => begin + ((end - begin) * chance.NextDouble())).Order());
        while (await NextAsync(cancellationToken) is { } next && next <= end)
        {
            Advance(next);
            var isKill = killAt.TryPeek(out var planned) && planned <= world.GetUtcNow();
            if (isKill)
            {
                killAt.Dequeue();
                Arm();
            }

            await TurnAsync(cancellationToken);
            if (isKill && !process!.Clock.IsDead && chance.Next(2) == 0)
            {
                // It was not in the middle of anything: then between two things.
                process.Clock.DieAfter(0);
            }

            if (process!.Clock.IsDead || (isKill && Dead()))
            {
                await RestartAsync();
            }
        }

        Advance(end);
        await TurnAsync(cancellationToken);
        // The last time down may have gone on into the next year.
        return await CheckAsync(all, world.GetUtcNow(), cancellationToken);
    }

    private void Arm()
    {
        if (chance.Next(2) == 0)
        {
            process!.Clock.DieAfter(chance.Next(12));
            ProcessKills++;
        }
        else
        {
            process!.Database.DieAt(chance.Next(3), (StoreDeath)chance.Next(3));
            StoreKills++;
        }
    }

    private bool Dead()
    {
        try
        {
            process!.Clock.GetUtcNow();
            return false;
        }
        catch (KilledException)
        {
            return true;
        }
    }

    private List<Schedule> Make()
    {
        var year = begin.Year;
        var zones = TimeZoneInfo.GetSystemTimeZones().Where(zone => Enumerable.Range(0, 365).Select(day => zone.GetUtcOffset(begin.AddDays(day))).Distinct().Count() > 1).OrderBy(zone => zone.Id, StringComparer.Ordinal).ToList();
        Assert.True(zones.Count > 50, $"This machine knows {zones.Count} zones that change their clocks in {year}.");
        return [.. Enumerable.Range(0, schedules).Select(number =>
        {
            var schedule = new Schedule($"s{number}", Kind, "{}") { MaxAttempts = 100, Missed = number % 3 == 0 ? MissedRuns.Skip : MissedRuns.RunOnce };
            return (number % 25) switch
            {
                0 => schedule with { Every = TimeSpan.FromHours(chance.Next(60, 400)) + TimeSpan.FromSeconds(chance.Next(3600)) },
                1 => schedule with { At = begin.AddMinutes(chance.Next(365 * 24 * 60)) },
                _ => schedule with { Cron = Crons[number % Crons.Length].Replace("{m}", $"{chance.Next(12) * 5}", StringComparison.Ordinal), TimeZone = zones[(number * 7) % zones.Count].Id },
            };
        })];
    }

    private async Task<DateTimeOffset?> NextAsync(CancellationToken cancellationToken) => await store.Database.ReadAsync(async session =>
        await session.FirstAsync(
            "SELECT MIN(at) AS at FROM (SELECT MIN(next_at) AS at FROM schedule UNION ALL SELECT MIN(next_at) AS at FROM work WHERE next_at IS NOT NULL) AS due",
            row => row.TimeOrNull("at")), cancellationToken);

    private void Advance(DateTimeOffset to)
    {
        if (to > world.GetUtcNow())
        {
            world.Advance(to - world.GetUtcNow());
        }
    }

    private async Task TurnAsync(CancellationToken cancellationToken)
    {
        // A store that was killed is there again: the loops of both try once more.
        for (var tries = 0; tries < 4; tries++)
        {
            try
            {
                while (await process!.Scheduler.RunOnceAsync(cancellationToken) + await process.Runner.RunOnceAsync(cancellationToken) > 0)
                {
                }

                return;
            }
            catch (KilledException)
            {
                return;
            }
            catch (StorageException)
            {
                // Again.
            }
        }
    }

    private async Task StartAsync()
    {
        var clock = new MortalClock(world);
        var database = new FickleDatabase(await new OpenDatabase(Options.Create(store.Options), clock).HandleAsync(CancellationToken.None));
        var runner = new WorkRunner(database, new RetryBudget(database, clock), new Redactor(), [new Stub(finished)], Options.Create(new WorkOptions { Concurrency = 256 }), clock, chance, NullLogger<WorkRunner>.Instance);
        process = new Process(clock, database, new Scheduler(database, clock, NullLogger<Scheduler>.Instance), runner);
    }

    private async Task RestartAsync()
    {
        var from = world.GetUtcNow();
        await process!.Database.DisposeAsync();
        process.Runner.Dispose();
        // Mostly seconds, now and then for days.
        world.Advance(chance.Next(10) switch
        {
            < 6 => TimeSpan.FromSeconds(chance.Next(1, 40)),
            < 9 => TimeSpan.FromMinutes(chance.Next(2, 300)),
            _ => TimeSpan.FromHours(chance.Next(5, 60)),
        });
        down.Add((from, world.GetUtcNow()));
        await StartAsync();
    }

    private async Task<IReadOnlyList<string>> CheckAsync(List<Schedule> all, DateTimeOffset end, CancellationToken cancellationToken)
    {
        var wrong = new List<string>();
        var items = await store.Database.ReadAsync(session => session.QueryAsync("SELECT id, occurrence, state FROM work", row => (Id: row.Uuid("id"), Occurrence: row.Text("occurrence"), State: row.Text("state"))), cancellationToken);
        var ran = items.ToLookup(item => item.Occurrence.Split('@')[0], item => UtcTime.Parse(item.Occurrence.Split('@')[1]));
        Items = items.Count;
        wrong.AddRange(items.Where(item => item.State != "succeeded" || finished.GetValueOrDefault(item.Id) == 0).Select(item => $"{item.Occurrence} is {item.State}"));
        foreach (var schedule in all)
        {
            var expected = ExpectedOccurrences.Of(schedule, begin, end);
            var skips = (await store.Database.ReadAsync(session => Scheduler.SkipsAsync(session, schedule.Id, new PageRequest(PageRequest.MaxLimit)), cancellationToken)).Items;
            var skipped = skips.SelectMany(skip => expected.Where(at => at >= skip.FirstAt && at <= skip.LastAt)).ToList();
            Skipped += skipped.Count;
            Compare(schedule, expected, [.. ran[schedule.Id]], skipped, wrong);
            wrong.AddRange(skips.Where(skip => skip.Reason.Length == 0 || skip.Occurrences != expected.Count(at => at >= skip.FirstAt && at <= skip.LastAt)).Select(skip => $"{schedule.Id}: {skip} counts wrongly"));
            // Nothing is skipped while the server was up: only what came while it was down, or is as late as that.
            wrong.AddRange(skipped.Where(at => !down.Any(time => time.From <= at + DueOccurrences.Grace && time.To >= at)).Select(at => $"{schedule.Id} at {at:u} was skipped for nothing"));
        }

        return wrong;
    }

    private static void Compare(Schedule schedule, IReadOnlyList<DateTimeOffset> expected, List<DateTimeOffset> ran, List<DateTimeOffset> skipped, List<string> wrong)
    {
        var seen = ran.Concat(skipped).Order().ToList();
        var what = $"{schedule.Id} ({schedule.Cron ?? $"{schedule.Every}{schedule.At}"} {schedule.TimeZone})";
        wrong.AddRange(expected.Except(seen).Select(at => $"{what} at {at:u} was lost"));
        wrong.AddRange(seen.Except(expected).Select(at => $"{what} at {at:u} should not be"));
        wrong.AddRange(seen.GroupBy(at => at).Where(same => same.Count() > 1).Select(same => $"{what} at {same.Key:u} is there {same.Count()} times"));
    }

    private sealed record Process(MortalClock Clock, FickleDatabase Database, Scheduler Scheduler, WorkRunner Runner);

    private sealed class Stub(Dictionary<Guid, int> finished) : IWorkHandler
    {
        public string Kind => YearRun.Kind;

        public Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
        {
            finished[item.Id] = finished.GetValueOrDefault(item.Id) + 1;
            return Task.FromResult(WorkResult.Done());
        }
    }
}
