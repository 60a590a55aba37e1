using System.Text.Json.Nodes;
using Steward.Governance.Policies;
using Steward.Server.Startup;
using Steward.Simulation;
using Steward.Simulation.Railway;
using Steward.Testing;

namespace Steward.Benchmarks;

/// <summary>A whole server in this process, against a simulated world, with limits that do not get in the way.</summary>
internal sealed class BenchServer : BenchClient, IAsyncDisposable
{
    private const string Secret = "benchmarks-benchmarks-benchmarks";
    private const string AlertPath = "alerts";

    private readonly TempDirectory directory;

    private BenchServer(World world, StewardHost host, TempDirectory directory)
        : base(host.Address, host.OwnerKey!.Reveal()) => (World, Host, this.directory) = (world, host, directory);

    public World World { get; }

    public StewardHost Host { get; }

    public static async Task<BenchServer> StartAsync(double speed, TimeSpan poll, bool events, params (string Name, string Value)[] settings)
    {
        var directory = new TempDirectory();
        var options = new WorldOptions { Speed = speed };
        var world = await World.StartAsync(options, TimeProvider.System, CancellationToken.None);
        world.N8n.Register(AlertPath);
        await File.WriteAllTextAsync(directory["policy.yaml"], PolicyReader.DefaultText
            .Replace("actions-per-hour: 20 ", "actions-per-hour: 9999 ", StringComparison.Ordinal)
            .Replace("services-per-hour: 3 ", "services-per-hour: 9999 ", StringComparison.Ordinal)
            .Replace("rollbacks-per-service-per-hour: 3 ", "rollbacks-per-service-per-hour: 999 ", StringComparison.Ordinal));
        var environment = new Dictionary<string, string>
        {
            ["STEWARD_Railway__Endpoint"] = world.RailwayEndpoint.ToString(),
            ["STEWARD_Railway__Token"] = options.RailwayToken,
            ["STEWARD_Railway__ProjectId"] = options.RailwayProjectId,
            ["STEWARD_Railway__EnvironmentId"] = options.RailwayEnvironmentId,
            ["STEWARD_GitHub__BaseUrl"] = world.GitHubUrl.ToString(),
            ["STEWARD_GitHub__Repository"] = options.GitHubRepository,
            ["STEWARD_GitHub__Token"] = options.GitHubToken,
            ["STEWARD_N8n__AlertWebhook"] = new Uri(world.N8nUrl, $"webhook/{AlertPath}").ToString(),
            ["STEWARD_Operations__PollInterval"] = poll.ToString("c"),
            ["STEWARD_Operations__SettleTime"] = "00:00:00",
            ["STEWARD_Operations__VerifyInterval"] = "00:00:00.1",
            ["STEWARD_Operations__RailwayWebhookSecret"] = Secret,
        };
        foreach (var (name, value) in settings)
        {
            environment[name] = value;
        }

        var host = await StewardHost.BuildAsync(new StewardStart { DataDirectory = directory.Location, Urls = "http://127.0.0.1:0", Log = Stream.Null, Environment = environment }, CancellationToken.None);
        await host.App.StartAsync();
        if (events)
        {
            world.Railway.SendEventsTo(new Uri(host.Address, $"webhooks/railway-webhook/{Secret}"));
        }

        return new BenchServer(world, host, directory);
    }

    /// <summary>A service that is known good, and then breaks when <paramref name="moment"/> is over. Gives its finding once it has recovered.</summary>
    public async Task<JsonNode> RecoverAsync(string service, TimeSpan moment)
    {
        World.Railway.AddService(service);
        World.Railway.Deploy(service, "good", DeploymentFate.Good);
        await Eventually.HoldsAsync(async () => (await ItemsAsync($"api/deployments?service={service}")).Any(one => one!["goodAt"] is not null), $"{service} is known good", CancellationToken.None);
        await Task.Delay(moment, TimeProvider.System);
        World.Railway.Deploy(service, "bad", DeploymentFate.CrashesAfterStart);
        JsonNode? finding = null;
        await Eventually.HoldsAsync(async () =>
        {
            finding = (await ItemsAsync($"api/findings?service={service}")).FirstOrDefault(one => (string?)one!["state"] == "recovered");
            return finding is not null;
        }, $"{service} has recovered", CancellationToken.None);
        return finding!;
    }

    public T Get<T>()
        where T : notnull => (T)Host.App.Services.GetService(typeof(T))!;

    public async ValueTask DisposeAsync()
    {
        Dispose();
        await Host.DisposeAsync();
        await World.DisposeAsync();
        directory.Dispose();
    }
}
