using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Steward.Governance.Policies;
using Steward.Server.Startup;
using Steward.Simulation;
using Steward.Simulation.Railway;
using Steward.Testing;

namespace Steward.Benchmarks;

/// <summary>A whole server in this process, against a simulated world, with limits that do not get in the way.</summary>
internal sealed class BenchServer : IAsyncDisposable
{
    private const string Secret = "benchmarks-benchmarks-benchmarks";
    private const string AlertPath = "alerts";

    private readonly TempDirectory directory;

    private readonly HttpClient api;

    private BenchServer(World world, StewardHost host, TempDirectory directory)
    {
        (World, Host, this.directory) = (world, host, directory);
        api = new HttpClient { BaseAddress = host.Address };
        api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", host.OwnerKey!.Reveal());
    }

    public World World { get; }

    public StewardHost Host { get; }

    /// <summary>Starts one with the simulated model set up, which answers from recordings.</summary>
    public static async Task<BenchServer> StartWithModelAsync()
    {
        var options = new WorldOptions();
        // Its address is known when its world is there; a model on this machine costs nothing.
        return await StartAsync(1, TimeSpan.FromMinutes(1), events: false, ("STEWARD_Models__BaseUrl", WorldUrl), ("STEWARD_Models__ApiKey", options.ModelApiKey), ("STEWARD_Models__Model", options.ModelName));
    }

    // Stands for the address of the world.
    private const string WorldUrl = "{world}";

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
            environment[name] = value == WorldUrl ? world.ModelUrl.ToString() : value;
        }

        var host = await StewardHost.BuildAsync(new StewardStart { DataDirectory = directory.Location, Urls = "http://127.0.0.1:0", Log = Stream.Null, Environment = environment }, CancellationToken.None);
        await host.App.StartAsync();
        if (events)
        {
            world.Railway.SendEventsTo(new Uri(host.Address, $"webhooks/railway-webhook/{Secret}"));
        }

        return new BenchServer(world, host, directory);
    }

    /// <summary>A list of the server's API, as the owner sees it.</summary>
    public async Task<JsonArray> ItemsAsync(string path) =>
        (await api.GetFromJsonAsync<JsonObject>(new Uri(path, UriKind.Relative)))!["items"]!.AsArray();

    /// <summary>One thing of the server's API.</summary>
    public async Task<JsonObject> ItemAsync(string path) => (await api.GetFromJsonAsync<JsonObject>(new Uri(path, UriKind.Relative)))!;

    /// <summary>Reads events to their end.</summary>
    public async Task FollowAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Accept", "text/event-stream" } } };
        using var answer = await api.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Sends to the server's API, as the owner.</summary>
    public async Task<JsonObject> PostAsync(string path, JsonObject body)
    {
        using var answer = await api.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);
        return answer.IsSuccessStatusCode ? (await answer.Content.ReadFromJsonAsync<JsonObject>())! : throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Deletes.</summary>
    public async Task DeleteAsync(string path)
    {
        using var answer = await api.DeleteAsync(new Uri(path, UriKind.Relative));
        answer.EnsureSuccessStatusCode();
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
        api.Dispose();
        await Host.DisposeAsync();
        await World.DisposeAsync();
        directory.Dispose();
    }
}
