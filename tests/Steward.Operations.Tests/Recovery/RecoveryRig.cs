using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Steward.Alerts;
using Steward.Connectors;
using Steward.Governance;
using Steward.Governance.Audit;
using Steward.Governance.Policies;
using Steward.Kernel;
using Steward.Operations.Findings;
using Steward.Platform;
using Steward.Platform.Storage;
using Steward.Platform.Work;
using Steward.Simulation;
using Steward.Simulation.Railway;
using Steward.Testing;

namespace Steward.Operations.Tests.Recovery;

/// <summary>A node of Steward without its doors: all rooms below the server, against the simulated world over HTTP.</summary>
internal sealed class RecoveryRig : IAsyncDisposable
{
    private const string Webhook = "steward-alerts";

    public static readonly (string Room, Assembly Assembly)[] Rooms =
    [
        (GovernanceModule.Room, typeof(GovernanceModule).Assembly),
        (ConnectorsModule.Room, typeof(ConnectorsModule).Assembly),
        (AlertsModule.Room, typeof(AlertsModule).Assembly),
        (OperationsModule.Room, typeof(OperationsModule).Assembly),
    ];

    private readonly IHost host;

    private RecoveryRig(World world, TestStore store, IHost host) => (World, Store, this.host) = (world, store, host);

    public World World { get; }

    public TestStore Store { get; }

    public Database Database => Get<Database>();

    /// <summary>Makes a world, a store and one running node.</summary>
    /// <param name="kind">On which store.</param>
    /// <param name="settings">Changes the settings.</param>
    /// <param name="prepare">Changes the settings by what the world says.</param>
    /// <param name="policy">The line of the default policy that sets levels of single services.</param>
    /// <param name="rule">A rule that comes before those of the default policy.</param>
    /// <param name="options">What the world is made of.</param>
    /// <param name="services">Changes what the node is made of.</param>
    public static async Task<RecoveryRig> StartAsync(
        StoreKind kind = StoreKind.Sqlite, Action<Dictionary<string, string?>>? settings = null, Action<World, Dictionary<string, string?>>? prepare = null, string? policy = null, string? rule = null,
        WorldOptions? options = null, Action<World, IServiceCollection>? services = null)
    {
        var world = await World.StartAsync((options ?? new WorldOptions()) with { Speed = 100 }, TimeProvider.System, CancellationToken.None);
        world.N8n.Register(Webhook);
        var store = await TestStore.CreateAsync(kind, TimeProvider.System, Rooms);
        if (policy is not null || rule is not null)
        {
            var text = PolicyReader.DefaultText
                .Replace("services: {}", policy ?? "services: {}", StringComparison.Ordinal)
                .Replace("\nrules:\n", $"\nrules:\n{rule}\n", StringComparison.Ordinal);
            await File.WriteAllTextAsync(Path.Combine(store.Options.DataDirectory, "policy.yaml"), text);
        }

        return await StartNodeAsync(world, store, store.Database, change =>
        {
            settings?.Invoke(change);
            prepare?.Invoke(world, change);
        }, services);
    }

    /// <summary>Tells the node where the service <c>web</c> says how it is.</summary>
    public static void WithHealthUrl(World world, Dictionary<string, string?> settings) =>
        settings["Operations:Services:web:HealthUrl"] = world.Railway.HealthUrl("web").ToString();

    /// <summary>Starts another node on the same store and world.</summary>
    public async Task<RecoveryRig> AnotherAsync() => await StartNodeAsync(World, Store, await Store.OpenAsync(), null);

    public T Get<T>()
        where T : notnull => host.Services.GetRequiredService<T>();

    public Task LookAsync() => Get<WatchLoop>().LookNowAsync(CancellationToken.None);

    public async Task<IReadOnlyList<Finding>> FindingsAsync() =>
        (await Database.ReadAsync(session => FindingStore.ListAsync(session, null, null, new PageRequest(500)), CancellationToken.None)).Items;

    public async Task UntilFindingAsync(Func<Finding, bool> isSo, string what)
    {
        try
        {
            await Eventually.HoldsAsync(async () => (await FindingsAsync()).Any(isSo), what, CancellationToken.None);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{await DescribeAsync()}", e);
        }
    }

    /// <summary>Waits until the ledger has nothing left but the loop itself and what waits for later.</summary>
    public Task UntilQuietAsync() => Eventually.HoldsAsync(async () =>
    {
        var open = (await Get<WorkLedger>().ListAsync(null, null, new PageRequest(500), CancellationToken.None)).Items
            .Where(item => (item.Kind.StartsWith("operations.", StringComparison.Ordinal) || item.Kind == "alerts.deliver") && item.Kind != "operations.watch");
        return open.All(item => item.FinishedAt is not null);
    }, "all work is finished", CancellationToken.None);

    /// <summary>Waits until the loop has taken every turn that it was woken for and sleeps out its interval, which must be minutes.</summary>
    public Task UntilAsleepAsync() => Eventually.HoldsAsync(async () =>
        (await Get<WorkLedger>().ListAsync(WorkState.Pending, "operations.watch", new PageRequest(), CancellationToken.None)).Items
            .Any(loop => loop.NextAt > TimeProvider.System.GetUtcNow().AddMinutes(1)), "the loop sleeps", CancellationToken.None);

    /// <summary>Waits until the loop has seen the service serve, well enough to be known good.</summary>
    public Task UntilKnownGoodAsync(string service) => Eventually.HoldsAsync(async () =>
    {
        await LookAsync();
        return await Database.ReadAsync(session => session.NumberAsync(
            "SELECT COUNT(*) FROM deployment WHERE service = @service AND state = 'active' AND good_at IS NOT NULL", ("service", service)), CancellationToken.None) > 0;
    }, $"{service} is known good", CancellationToken.None);

    /// <summary>A good deployment that is known good, then a bad one that takes over and dies. Gives the bad one's id.</summary>
    public async Task<string> CrashAsync()
    {
        World.Railway.AddService("web", "good");
        await UntilKnownGoodAsync("web");
        return await CrashAsync("bad");
    }

    /// <summary>A bad deployment takes over and dies. Gives its id.</summary>
    public async Task<string> CrashAsync(string commit)
    {
        var bad = World.Railway.Deploy("web", commit, DeploymentFate.CrashesAfterStart);
        await Eventually.HoldsAsync(() => World.Railway.Status(bad) == RailwayStatus.Crashed, "the bad deployment crashed", CancellationToken.None);
        await LookAsync();
        return bad;
    }

    public async Task<Guid> PendingApprovalAsync()
    {
        var pending = Guid.Empty;
        await Eventually.HoldsAsync(async () =>
        {
            pending = await Database.ReadAsync(session => session.FirstAsync("SELECT id FROM approval WHERE state = 'pending'", row => row.Uuid("id")), CancellationToken.None);
            return pending != Guid.Empty;
        }, "an approval is pending", CancellationToken.None);
        return pending;
    }

    /// <summary>How many alerts of a status were told.</summary>
    public int Told(string status) => World.N8n.Deliveries.Count(delivery => delivery.Body.Contains($"\"{status}\"", StringComparison.Ordinal));

    /// <summary>A service with a version that is known good, and another one after it, which is so too; gives the latter's deployment.</summary>
    public async Task<string> TwoGoodAsync(string service, string first, string second)
    {
        World.Railway.AddService(service, first);
        await UntilKnownGoodAsync(service);
        var serving = World.Railway.Deploy(service, second);
        await Eventually.HoldsAsync(() => World.Railway.Active(service)!.Id == serving, $"{second} serves", CancellationToken.None);
        await UntilKnownGoodAsync(service);
        return serving;
    }

    public Task<IReadOnlyList<Guid>> PendingAsync() =>
        Database.ReadAsync(session => session.QueryAsync("SELECT id FROM approval WHERE state = 'pending'", row => row.Uuid("id")), CancellationToken.None);

    public async Task<IReadOnlyList<AuditRow>> AuditAsync()
    {
        var rows = new List<AuditRow>();
        await foreach (var row in Get<AuditLog>().AllAsync(CancellationToken.None))
        {
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>The mutations that the world performed, by their operation.</summary>
    public int Mutations(string operation) => World.Mutations.Count(mutation => mutation.Operation == operation);

    /// <summary>How everything stands, for the message of a test that waited in vain.</summary>
    public async Task<string> DescribeAsync()
    {
        var work = await Get<WorkLedger>().ListAsync(null, null, new PageRequest(100), CancellationToken.None);
        var lines = (await FindingsAsync()).Select(finding => $"finding {finding.Cause} {finding.State}: {finding.Outcome}")
            .Concat(work.Items.Select(item => $"work {item.Kind} {item.State} attempt {item.Attempt} next {item.NextAt:T}: {item.Result} {string.Join(" | ", item.Failures.Select(failure => failure.Error))}"))
            .Concat((await AuditAsync()).Select(row => $"audit {row.At:HH:mm:ss.fff} {row.Entry.Kind} {row.Entry.Action} {row.Entry.Reason} {string.Join("; ", row.Entry.Evidence)}"))
            .Concat(World.Mutations.Select(mutation => $"mutation {mutation.At:HH:mm:ss.fff} {mutation.Operation} {mutation.Target}"));
        return string.Join('\n', lines);
    }

    /// <summary>Ends this node and leaves the world and the store.</summary>
    public async Task StopNodeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await StopNodeAsync();
        await Store.DisposeAsync();
        await World.DisposeAsync();
    }

    private static async Task<RecoveryRig> StartNodeAsync(World world, TestStore store, Database database, Action<Dictionary<string, string?>>? change,
        Action<World, IServiceCollection>? services = null)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Storage:DataDirectory"] = store.Options.DataDirectory,
            ["Storage:ConnectionString"] = store.Options.ConnectionString,
            ["Railway:Endpoint"] = world.RailwayEndpoint.ToString(),
            ["Railway:Token"] = "simulated-railway-token",
            ["Railway:ProjectId"] = new WorldOptions().RailwayProjectId,
            ["Railway:EnvironmentId"] = new WorldOptions().RailwayEnvironmentId,
            ["GitHub:BaseUrl"] = world.GitHubUrl.ToString(),
            ["GitHub:Repository"] = new WorldOptions().GitHubRepository,
            ["GitHub:Token"] = "simulated-github-token",
            ["N8n:AlertWebhook"] = new Uri(world.N8nUrl, $"webhook/{Webhook}").ToString(),
            ["N8n:BaseUrl"] = world.N8nUrl.ToString(),
            ["N8n:ApiKey"] = "simulated-n8n-key",
            ["Operations:PollInterval"] = "00:00:01",
            // Where it is not the subject, an approval that waits is one of the subject's.
            ["Operations:ProposeMerges"] = "false",
            ["Operations:SettleTime"] = "00:00:00",
            ["Operations:VerifyInterval"] = "00:00:00.1",
            ["Work:Poll"] = "00:00:00.2",
        };
        change?.Invoke(settings);
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddPlatform(database).AddGovernance().AddConnectors().AddAlerts().AddOperations();
        services?.Invoke(world, builder.Services);
        var host = builder.Build();
        await host.StartAsync();
        return new RecoveryRig(world, store, host);
    }
}
