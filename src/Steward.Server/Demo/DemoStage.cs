using System.Security.Cryptography;
using Steward.Governance.Policies;
using Steward.Server.Startup;
using Steward.Simulation;

namespace Steward.Server.Demo;

/// <summary>The demonstration's stage: a simulated world, and a server whose settings point at it, in a directory of its own.</summary>
internal sealed class DemoStage : IAsyncDisposable
{
    public const string Service = "web";
    private const string AlertPath = "steward-alerts";

    private readonly string directory;
    private readonly FileStream log;

    private DemoStage(World world, StewardHost host, string directory, FileStream log) =>
        (World, Host, this.directory, this.log) = (world, host, directory, log);

    public World World { get; }

    public StewardHost Host { get; }

    /// <summary>Where the server writes its log.</summary>
    public string LogFile => log.Name;

    /// <summary>Sets the stage and starts the server.</summary>
    public static async Task<DemoStage> SetAsync(Play play, bool approve, double speed, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("steward-demo-").FullName;
        var options = new WorldOptions { Speed = speed };
        var world = await World.StartAsync(options, TimeProvider.System, cancellationToken);
        world.N8n.Register(AlertPath);
        await File.WriteAllTextAsync(Path.Combine(directory, "policy.yaml"), play.Policy(PolicyReader.DefaultText, approve), cancellationToken);
        var settings = Settings(world, options);
        foreach (var (name, value) in play.Settings(world))
        {
            settings[name] = value;
        }

        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        settings["STEWARD_Operations__RailwayWebhookSecret"] = secret;
        settings["STEWARD_GitHub__WebhookSecret"] = secret;
        var log = new FileStream(Path.Combine(directory, "steward.log"), FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        var host = await StewardHost.BuildAsync(new StewardStart
        {
            DataDirectory = directory,
            Urls = "http://127.0.0.1:0",
            Log = log,
            Environment = settings,
        }, cancellationToken);
        await host.App.StartAsync(cancellationToken);
        world.Railway.SendEventsTo(new Uri(host.Address, $"webhooks/railway-webhook/{secret}"));
        world.GitHub.SendEventsTo(new Uri(host.Address, "webhooks/github-webhook"), secret);
        return new DemoStage(world, host, directory, log);
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await World.DisposeAsync();
        await log.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    private static Dictionary<string, string> Settings(World world, WorldOptions options) => new()
    {
        ["STEWARD_Railway__Endpoint"] = world.RailwayEndpoint.ToString(),
        ["STEWARD_Railway__Token"] = options.RailwayToken,
        ["STEWARD_Railway__ProjectId"] = options.RailwayProjectId,
        ["STEWARD_Railway__EnvironmentId"] = options.RailwayEnvironmentId,
        ["STEWARD_GitHub__BaseUrl"] = world.GitHubUrl.ToString(),
        ["STEWARD_GitHub__Repository"] = options.GitHubRepository,
        ["STEWARD_GitHub__Token"] = options.GitHubToken,
        ["STEWARD_N8n__AlertWebhook"] = new Uri(world.N8nUrl, $"webhook/{AlertPath}").ToString(),
        ["STEWARD_N8n__BaseUrl"] = world.N8nUrl.ToString(),
        ["STEWARD_N8n__ApiKey"] = options.N8nApiKey,
        ["STEWARD_Operations__PollInterval"] = "00:00:01",
        ["STEWARD_Operations__SettleTime"] = "00:00:00.5",
        ["STEWARD_Operations__VerifyInterval"] = "00:00:00.2",
        [$"STEWARD_Operations__Services__{Service}__HealthUrl"] = world.Railway.HealthUrl(Service).ToString(),
    };
}
