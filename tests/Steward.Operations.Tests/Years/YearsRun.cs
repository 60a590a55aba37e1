using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Steward.Alerts;
using Steward.Governance;
using Steward.Governance.Policies;
using Steward.Operations.Events;
using Steward.Platform;
using Steward.Platform.Storage;
using Steward.Simulation;
using Steward.Testing;

namespace Steward.Operations.Tests.Years;

/// <summary>
/// Years of deployments on virtual time: the real loop, gate, ledger, store, handlers and connectors against the simulated
/// world, on one thread. Everything that is by chance comes from the seed.
/// </summary>
internal sealed class YearsRun : IAsyncDisposable
{
    // When people rest, late trouble and the weather go on for an hour. Then everything has to come to its end: approvals
    // take an hour, re-driving two.
    private static readonly TimeSpan LateTrouble = TimeSpan.FromHours(1);
    private static readonly TimeSpan Rest = TimeSpan.FromHours(8);
    private static readonly TimeSpan Rounds = TimeSpan.FromMinutes(30);

    // Less than what was seen on the real platform: what it does matters here, and not how long one waits for it.
    private static readonly WorldTimings Timings = new() { Deploy = TimeSpan.FromSeconds(12), Rollback = TimeSpan.FromSeconds(6) };

    private readonly YearsOptions options;
    private readonly FakeClock clock = new();
    private readonly Dice dice;
    private readonly World world;
    private readonly Chronicle chronicle;
    private readonly Oracle oracle;
    private readonly Weather weather;
    private readonly People people;
    private readonly TempDirectory directory;
    private readonly StorageOptions store;
    private readonly Random chance;
    private readonly HttpMessageInvoker wire;
    private readonly Dictionary<string, string?> settings;
    private PolicyFile? policy;
    private Node? node;
    private int nodes;
    private int turns;
    private bool isWoken;

    private YearsRun(YearsOptions options)
    {
        this.options = options;
        dice = new Dice(options.Seed);
        chance = dice.Row("jitter");
        directory = TempDirectory.InMemory();
        store = new StorageOptions { DataDirectory = directory.Location };
        world = Virtual.Now(World.StartAsync(new WorldOptions { InProcess = true, Url = new Uri("https://world.invalid"), Timings = Timings }, clock, CancellationToken.None));
        wire = new HttpMessageInvoker(world.Connect());
        chronicle = new Chronicle(clock);
        oracle = new Oracle(clock, chronicle, dice);
        weather = new Weather(dice, options.Weather);
        people = new People(clock, world, chronicle, oracle, weather, dice, () => node) { Wanted = options.Deployments };
        settings = YearsSettings.Of(options, world, store);
    }

    /// <summary>Runs it, on a thread of its own.</summary>
    public static async Task<YearsReport> RunAsync(YearsOptions options, Action<string>? line = null)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var run = await Virtual.OnOneThreadAsync(() => new YearsRun(options));
        var report = await Virtual.OnOneThreadAsync(() =>
        {
            run.Live();
            return run.Report(TimeProvider.System.GetElapsedTime(begun), line);
        });
        // Not after a fault: what it stopped in the middle of cannot be tidied up, and that would be told in its place.
        await run.DisposeAsync();
        return report;
    }

    public async ValueTask DisposeAsync()
    {
        node?.Dispose();
        wire.Dispose();
        await world.DisposeAsync();
        directory.Dispose();
    }

    private void Live()
    {
        Prepare();
        LiveWhile(() => !people.IsAtRest);
        LiveFor(LateTrouble);
        weather.IsOver = true;
        LiveFor(LateTrouble);
        var end = clock.GetUtcNow() + Rest;
        while (!IsStopped && clock.GetUtcNow() < end && !(node is { } up && new Aftermath(oracle, up).IsQuiet))
        {
            LiveFor(Rounds);
        }

        if (!IsStopped)
        {
            new Aftermath(oracle, node ?? Boot()).Judge();
        }
    }

    private bool IsStopped => options.StopAt is { } rule && oracle.Violations.Any(violation => violation.Rule == rule);

    private void LiveFor(TimeSpan time)
    {
        var end = clock.GetUtcNow() + time;
        LiveWhile(() => clock.GetUtcNow() < end);
    }

    private void LiveWhile(Func<bool> goesOn)
    {
        while (!IsStopped && goesOn())
        {
            Turn();
        }
    }

    private void Prepare()
    {
        File.WriteAllText(directory["policy.yaml"], options.DefaultLimits ? PolicyReader.DefaultText : PolicyReader.DefaultText
            .Replace("actions-per-hour: 20 ", "actions-per-hour: 10000 ", StringComparison.Ordinal)
            .Replace("services-per-hour: 3 ", "services-per-hour: 1000 ", StringComparison.Ordinal)
            .Replace("rollbacks-per-service-per-hour: 3 ", "rollbacks-per-service-per-hour: 1000 ", StringComparison.Ordinal));
        policy = new PolicyFile(Microsoft.Extensions.Options.Options.Create(new GovernanceOptions()), Microsoft.Extensions.Options.Options.Create(store), NullLogger<PolicyFile>.Instance);
        world.N8n.Register("steward-alerts");
        world.Railway.OnStatus(chronicle.See);
        chronicle.Changed += Announce;
        for (var i = 0; i < options.Services; i++)
        {
            world.Railway.AddService(YearsSettings.Name(i), $"c000000-{YearsSettings.Name(i)}");
        }

        var database = Virtual.Now(new OpenDatabase(Microsoft.Extensions.Options.Options.Create(store), clock).HandleAsync(CancellationToken.None));
        Virtual.Now(new MigrationRunner(database, clock).RunAsync(Rooms, CancellationToken.None));
        Virtual.Now(database.DisposeAsync().AsTask());
        people.Begin([.. Enumerable.Range(0, options.Services).Select(YearsSettings.Name)]);
    }

    // One item of work, or the way to the next thing that happens.
    private void Turn()
    {
        if (node is null)
        {
            var down = dice.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60), "down", clock.GetUtcNow());
            clock.Advance(down);
            node = Boot();
        }

        isWoken = false;
        Task<int>? ran = null;
        DateTimeOffset? due = null;
        var up = node;
        up.Try(() =>
        {
            ran = up.RunOnceAsync();
            Virtual.Run(clock, ran, () => up.IsDead);
            turns += up.IsDead ? 0 : ran.GetAwaiter().GetResult();
            due = up.IsDead || ran.GetAwaiter().GetResult() > 0 ? null : up.NextDue() ?? throw new InvalidOperationException("The ledger is empty: the loop is gone.");
        });
        if (up.IsDead)
        {
            weather.Count("node: deaths");
            chronicle.TellAll("the node dies");
            oracle.Died();
            up.Dispose();
            node = null;
        }
        else if (due is { } next)
        {
            var until = up.Clock.ToWorld(next);
            while (clock.GetUtcNow() < until && !isWoken)
            {
                Virtual.ToNextTimer(clock, until);
            }
        }
    }

    private Node Boot()
    {
        while (true)
        {
            nodes++;
            var at = clock.GetUtcNow();
            var skew = dice.Between(TimeSpan.FromSeconds(-2), TimeSpan.FromSeconds(2), "skew", at);
            var time = new NodeClock(clock, skew);
            if (!weather.IsOver && options.Deaths > 0)
            {
                // At some time, and there between any two of its steps.
                var hours = -Math.Log(1 - dice.Draw("life of the node", at)) / options.Deaths;
                clock.CreateTimer(_ => time.DieAfter((int)(dice.Draw("step of the death", at) * 200)), null, TimeSpan.FromHours(hours), Timeout.InfiniteTimeSpan);
            }

            var network = new Network(clock, time, wire, chronicle, oracle, weather, dice, options.Noise);
            var started = Node.Start(store, time, network, chance, policy!, settings, options.Change);
            if (!started.IsDead)
            {
                started.Database.Signals.Listen("work", () => isWoken = true);
                chronicle.TellAll($"the node is up, its clock {skew.TotalSeconds:+0.0;-0.0} s off");
                return started;
            }

            started.Dispose();
            clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    // The platform's events: some are lost, some come twice, some late and so in another order.
    private void Announce(Life life)
    {
        var at = clock.GetUtcNow();
        var what = $"event of {life.Service} {life.Status}";
        if (dice.Happens(0.06, $"loss of the {what}", at))
        {
            weather.Count("events: lost");
            return;
        }

        Deliver(dice.Happens(0.1, $"delay of the {what}", at) ? dice.Between(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(120), what, at) : TimeSpan.FromMilliseconds(250), "events: late");
        if (dice.Happens(0.12, $"double of the {what}", at))
        {
            weather.Count("events: twice");
            Deliver(dice.Between(TimeSpan.Zero, TimeSpan.FromSeconds(30), $"second {what}", at), null);
        }
    }

    private void Deliver(TimeSpan after, string? late)
    {
        if (late is not null && after > TimeSpan.FromSeconds(1))
        {
            weather.Count(late);
        }

        clock.CreateTimer(_ =>
        {
            weather.Count(node is null ? "events: missed" : "events: delivered");
            node?.Try(() => node.Get<EventWakes>().Look());
        }, null, after, Timeout.InfiniteTimeSpan);
    }

    private YearsReport Report(TimeSpan took, Action<string>? line)
    {
        var database = (node ?? Boot()).Database;
        var findings = Virtual.Now(database.ReadAsync(session => session.QueryAsync("SELECT kind, state, COUNT(*) AS n FROM finding GROUP BY kind, state ORDER BY kind, state",
            row => ($"{row.Text("kind")} {row.Text("state")}", row.Long("n"))), CancellationToken.None));
        return new YearsReport
        {
            Seed = options.Seed,
            Deployments = people.Pushed,
            VirtualTime = clock.GetUtcNow() - new FakeClock().GetUtcNow(),
            WallTime = took,
            Nodes = nodes,
            Turns = turns,
            Oracle = oracle,
            Findings = findings.ToDictionary(pair => pair.Item1, pair => pair.Item2),
            Fates = chronicle.Lives.Where(life => life.Origin == Origin.Push).GroupBy(life => life.Fate).OrderBy(group => group.Key).ToDictionary(group => group.Key, group => group.Count()),
            Troubles = weather.Made,
            Fingerprint = Fingerprint.Of(world, database, line),
        };
    }

    private static readonly (string Room, Assembly Assembly)[] Rooms =
    [
        (PlatformModule.Room, typeof(PlatformModule).Assembly),
        (GovernanceModule.Room, typeof(GovernanceModule).Assembly),
        (AlertsModule.Room, typeof(AlertsModule).Assembly),
        (OperationsModule.Room, typeof(OperationsModule).Assembly),
    ];
}
