using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Steward.Platform.Scheduling;
using Steward.Platform.Telemetry;
using Steward.Platform.Work;
using Steward.Testing;

namespace Steward.Benchmarks;

/// <summary>How late 10,000 schedules are that come 200 times a second, each occurrence an item of the ledger that is run; beside APScheduler with the same.</summary>
internal static class SchedulesBenchmark
{
    private const int Schedules = 10_000;
    private const string Python = "/usr/bin/python3";
    private static readonly TimeSpan Warming = TimeSpan.FromSeconds(5);

    public static async Task<IReadOnlyList<Figure>> RunAsync(bool isShort)
    {
        var time = TimeSpan.FromSeconds(isShort ? 15 : 60);
        var figures = new List<Figure>();
        foreach (var kind in new[] { StoreKind.Sqlite, StoreKind.Postgres })
        {
            figures.AddRange(await MeasureAsync(kind, time));
        }

        figures.Add(await PeerAsync("its jobs in memory alone", time, file: null));
        var file = Path.Combine(Directory.CreateTempSubdirectory("steward-bench-").FullName, "jobs.db");
        figures.Add(await PeerAsync("its jobs in SQLite", time, file));
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        return figures;
    }

    private static async Task<List<Figure>> MeasureAsync(StoreKind kind, TimeSpan time)
    {
        TestPostgres.Durable = true;
        await using var store = await TestStore.CreateAsync(kind, TimeProvider.System);
        var fired = new Fired();
        using var runner = new WorkRunner(store.Database, new RetryBudget(store.Database, TimeProvider.System), new Redactor(), [fired],
            Options.Create(new WorkOptions { Concurrency = 64 }), TimeProvider.System, Random.Shared, NullLogger<WorkRunner>.Instance);
        using var scheduler = new Scheduler(store.Database, TimeProvider.System, NullLogger<Scheduler>.Instance);
        await runner.StartAsync(CancellationToken.None);
        await Task.Delay(Warming, TimeProvider.System);
        var before = Resident();
        foreach (var part in Enumerable.Range(0, Schedules).Chunk(500))
        {
            await store.Database.WriteAsync(async session =>
            {
                foreach (var number in part)
                {
                    var second = number % 60;
                    await scheduler.EnsureAsync(session, new Schedule($"bench-{number}", Fired.Name, "{}")
                    {
                        // Every fifth comes twice a minute: 12,000 in a minute.
                        Cron = number % 5 == 0 ? $"{second},{(second + 30) % 60} * * * * *" : $"{second} * * * * *",
                    });
                }
            }, CancellationToken.None);
        }

        await Task.Delay(Warming, TimeProvider.System);
        var grown = Resident() - before;
        await scheduler.StartAsync(CancellationToken.None);
        await Task.Delay(Warming, TimeProvider.System);
        fired.Late.Clear();
        await Task.Delay(time, TimeProvider.System);
        var late = fired.Late.ToList();
        await scheduler.StopAsync(CancellationToken.None);
        await runner.StopAsync(CancellationToken.None);
        return
        [
            new Figure($"{Schedules:#,0} schedules, 200 times a second for {time.TotalSeconds:0} s, due to handler running, {kind}", "p99 under 250 ms", late.Text(), late.At(0.99) < 250),
            new Figure($"memory that {Schedules:#,0} schedules take while none is due, {kind}", "under 60 MB", string.Create(CultureInfo.InvariantCulture, $"{grown / 1048576.0:0.0} MB"), grown < 60 << 20),
        ];
    }

    private static long Resident()
    {
        // What was thrown away while they were made is not what they take.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private static async Task<Figure> PeerAsync(string how, TimeSpan time, string? file)
    {
        var about = $"peer: the same with APScheduler of Debian, {how}";
        var start = new ProcessStartInfo(Python) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string?[])[Path.Combine(AppContext.BaseDirectory, "apscheduler-peer.py"), $"{Schedules}", $"{time.TotalSeconds:0}", file])
        {
            if (argument is not null)
            {
                start.ArgumentList.Add(argument);
            }
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            return new Figure(about, "-", $"not measured: {(await errors).Trim().Split('\n')[^1]}", true);
        }

        var answer = JsonNode.Parse(said)!;
        var late = answer["late"]!.AsArray().Select(one => (double)one!).ToList();
        return new Figure(about, "-", late.Count == 0 ? "nothing fired" : string.Create(CultureInfo.InvariantCulture, $"{late.Text()}, missed {(int)answer["missed"]!}; grown by {(long)answer["grown"]! / 1048576.0:0} MB"), true);
    }

    private sealed class Fired : IWorkHandler
    {
        public const string Name = "bench.fired";

        public ConcurrentBag<double> Late { get; } = [];

        public string Kind => Name;

        public Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
        {
            var due = DateTimeOffset.Parse(item.Occurrence[(item.Occurrence.LastIndexOf('@') + 1)..], CultureInfo.InvariantCulture);
            Late.Add((TimeProvider.System.GetUtcNow() - due).TotalMilliseconds);
            return Task.FromResult(WorkResult.Done());
        }
    }
}
