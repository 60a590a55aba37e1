using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Steward.Governance.Policies;
using Steward.Simulation;
using Steward.Simulation.Faults;
using Steward.Simulation.Railway;
using Steward.Testing;

namespace Steward.Crash.Tests;

/// <summary>
/// A simulated world in this process, a store, and the real program beside it, which is killed and started again. The
/// service "web" is known good when the scene is set.
/// </summary>
internal sealed class Scene : IAsyncDisposable
{
    public const string Web = "web";
    public const string GitHubSecret = "github-github-github-github-github";
    private const string AlertPath = "steward-alerts";
    private const string OwnerKey = "the-key-of-the-owner-of-this-scene-0123456789";
    private const string EventSecret = "0123456789abcdef0123456789abcdef";

    // The grace, the lease of the dead, a start and a busy machine.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly TempDirectory directory = new();
    private readonly Dictionary<string, string> settings;
    private readonly HttpClient api = new() { Timeout = TimeSpan.FromMinutes(5), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", OwnerKey) } };
    private readonly List<string> earlierWords = [];
    private int nodes;

    private Scene(World world, string connectionString)
    {
        World = world;
        ConnectionString = connectionString;
        var options = new WorldOptions();
        settings = new()
        {
            // A process that lives for seconds: what it learns about itself to run faster comes too late.
            ["DOTNET_TieredPGO"] = "0",
            ["STEWARD_OwnerKey"] = OwnerKey,
            ["STEWARD_Storage__ConnectionString"] = connectionString,
            ["STEWARD_Railway__Endpoint"] = world.RailwayEndpoint.ToString(),
            ["STEWARD_Railway__Token"] = options.RailwayToken,
            ["STEWARD_Railway__ProjectId"] = options.RailwayProjectId,
            ["STEWARD_Railway__EnvironmentId"] = options.RailwayEnvironmentId,
            ["STEWARD_GitHub__BaseUrl"] = world.GitHubUrl.ToString(),
            ["STEWARD_GitHub__Repository"] = options.GitHubRepository,
            ["STEWARD_GitHub__Token"] = options.GitHubToken,
            ["STEWARD_GitHub__WebhookSecret"] = GitHubSecret,
            ["STEWARD_N8n__AlertWebhook"] = AlertWebhook.ToString(),
            ["STEWARD_N8n__BaseUrl"] = world.N8nUrl.ToString(),
            ["STEWARD_N8n__ApiKey"] = options.N8nApiKey,
            ["STEWARD_Operations__PollInterval"] = "00:00:01",
            ["STEWARD_Operations__SettleTime"] = "00:00:00",
            ["STEWARD_Operations__HealthPatience"] = "00:00:02",
            ["STEWARD_Operations__AutoDeployGrace"] = "00:00:00",
            ["STEWARD_Operations__VerifyInterval"] = "00:00:00.2",
            ["STEWARD_Operations__RailwayWebhookSecret"] = EventSecret,
            ["STEWARD_Agents__CompilerStays"] = "00:00:10",
            ["STEWARD_Tools__PrivateHosts"] = world.N8nUrl.Host,
            ["STEWARD_Work__Lease"] = "00:00:02",
            ["STEWARD_Work__Poll"] = "00:00:00.2",
        };
    }

    public World World { get; }

    /// <summary>Where PostgreSQL is; empty for SQLite.</summary>
    public string ConnectionString { get; }

    public string DataDirectory => directory["data"];

    /// <summary>The node that answers.</summary>
    public ServerProcess Server { get; private set; } = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Where a webhook of n8n is called.</summary>
    public Uri Webhook(string path) => new(World.N8nUrl, $"webhook/{path}");

    private Uri AlertWebhook => Webhook(AlertPath);

    /// <summary>Sets a scene and plays it; when it goes wrong, says how everything stood.</summary>
    /// <param name="play">What happens.</param>
    /// <param name="supervised">True when a person has to agree to every rollback of the service.</param>
    /// <param name="store">On which store.</param>
    /// <param name="rule">A rule that comes before those of the default policy.</param>
    public static async Task PlayAsync(Func<Scene, Task> play, bool supervised = false, StoreKind store = StoreKind.Sqlite, string? rule = null)
    {
        var connectionString = store == StoreKind.Postgres ? await TestPostgres.NewDatabaseAsync() : "";
        var world = await World.StartAsync(new WorldOptions { Speed = 100 }, TimeProvider.System, Cancellation);
        await using (var scene = new Scene(world, connectionString))
        {
            try
            {
                await scene.SetAsync(supervised, rule);
                await play(scene);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                throw new InvalidOperationException($"{e.Message}\n{await new Aftermath(scene).DescribeAsync()}\n{scene.Words()}", e);
            }
        }

        if (connectionString.Length > 0)
        {
            await TestPostgres.DropAsync(connectionString);
        }
    }

    /// <summary>Starts a program that may be killed before it is up.</summary>
    public ServerProcess Launch()
    {
        Server = ServerProcess.Launch(directory.Location, settings, "up", "--urls", "http://127.0.0.1:0", "--data", DataDirectory);
        return Server;
    }

    /// <summary>Starts the program and waits until it is up.</summary>
    public async Task StartAsync()
    {
        Launch();
        await TurnToAsync(Server);
    }

    /// <summary>Starts another node on the same store, with a directory of its own. The caller ends it.</summary>
    public async Task<ServerProcess> AnotherAsync()
    {
        var other = ServerProcess.Launch(directory.Location, settings, "up", "--urls", "http://127.0.0.1:0", "--data", directory[$"data-{++nodes}"]);
        await other.UpAsync(Cancellation);
        return other;
    }

    /// <summary>From now on this node is asked, and hears of Railway's events.</summary>
    public async Task TurnToAsync(ServerProcess server)
    {
        Server = server;
        Address = await server.UpAsync(Cancellation);
        World.Railway.SendEventsTo(new Uri(Address, $"webhooks/railway-webhook/{EventSecret}"));
    }

    /// <summary>From the next start on the simulated model is set up.</summary>
    public void UseModel()
    {
        var options = new WorldOptions();
        settings["STEWARD_Models__BaseUrl"] = World.ModelUrl.ToString();
        settings["STEWARD_Models__ApiKey"] = options.ModelApiKey;
        settings["STEWARD_Models__Model"] = options.ModelName;
    }

    /// <summary>From the next start on a setting of agents has this value.</summary>
    public void SetAgents(string name, int value) => settings[$"STEWARD_Agents__{name}"] = $"{value}";

    /// <summary>Where the node is that answers.</summary>
    public Uri? Address { get; private set; }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        World.Railway.SendEventsTo(null);
        await Server.DisposeAsync();
        earlierWords.Add(Server.Words);
    }

    /// <summary>kill -9, and the program is started again on what is left.</summary>
    public async Task RestartAsync()
    {
        await KillAsync();
        await StartAsync();
    }

    /// <summary>A bad version takes over and dies. Gives its deployment.</summary>
    public async Task<string> BreakAsync()
    {
        var bad = World.Railway.Deploy(Web, "bad", DeploymentFate.CrashesAfterStart);
        await UntilAsync(() => World.Railway.Status(bad) == RailwayStatus.Crashed, "the bad deployment crashed");
        return bad;
    }

    public async Task<IReadOnlyList<JsonNode>> ListAsync(string path) =>
        [.. (await api.GetFromJsonAsync<JsonObject>(new Uri(Address!, path), Cancellation))!["items"]!.AsArray().OfType<JsonNode>()];

    public async Task<JsonObject> GetAsync(string path) => (await api.GetFromJsonAsync<JsonObject>(new Uri(Address!, path), Cancellation))!;

    public async Task<JsonNode> PostAsync(string path, JsonObject body)
    {
        using var answer = await api.PostAsJsonAsync(new Uri(Address!, path), body, Cancellation);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
        return (await answer.Content.ReadFromJsonAsync<JsonNode>(Cancellation))!;
    }

    public async Task<HttpResponseMessage> PostAsync(string path) => await api.PostAsync(new Uri(Address!, path), null, Cancellation);

    /// <summary>Waits for a question to a person; gives its id.</summary>
    public async Task<string> UntilAskedAsync()
    {
        IReadOnlyList<JsonNode> pending = [];
        await UntilAsync(async () => (pending = await ListAsync("api/approvals?state=pending")).Count > 0, "a person is asked");
        return (string)pending[0]["id"]!;
    }

    /// <summary>A person says yes.</summary>
    public async Task ApproveAsync(string approval)
    {
        using var answer = await PostAsync($"api/approvals/{approval}/approve");
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    public Task UntilFindingAsync(string state) => UntilAsync(async () =>
        (await ListAsync("api/findings")).Any(finding => (string?)finding["state"] == state), $"the finding is {state}");

    /// <summary>Waits until the service has recovered and nothing is left to do.</summary>
    public Task UntilOverAsync() => UntilAsync(async () =>
        (await ListAsync("api/findings")).Any(finding => (string?)finding["state"] is "recovered" or "stuck" or "closed") &&
        (await StepsAsync()).All(item => item["finishedAt"] is not null), "everything is done");

    /// <summary>The work items of the recovery.</summary>
    public async Task<IReadOnlyList<JsonNode>> StepsAsync() => [.. (await ListAsync("api/work?limit=100")).Where(IsStep)];

    /// <summary>Waits until a request stands at the gate.</summary>
    public static Task ReachedAsync(Gate gate) => UntilAsync(() => gate.Reached.IsCompleted, "the request stands at the gate");

    /// <summary>The world's record: how often an operation was performed.</summary>
    public int Performed(string operation) => World.Mutations.Count(mutation => mutation.Operation == operation);

    /// <summary>Waits for what a look at the world shows.</summary>
    public static Task UntilAsync(Func<bool> condition, string what) =>
        Eventually.HoldsAsync(() => Task.FromResult(condition()), what, Patience, TimeSpan.FromMilliseconds(2), Cancellation);

    /// <summary>Waits for what the server is asked about, with pauses that leave it the machine.</summary>
    public static Task UntilAsync(Func<Task<bool>> condition, string what) =>
        Eventually.HoldsAsync(condition, what, Patience, TimeSpan.FromMilliseconds(100), Cancellation);

    public async ValueTask DisposeAsync()
    {
        if (Server is not null)
        {
            await Server.DisposeAsync();
        }

        await World.DisposeAsync();
        api.Dispose();
        directory.Dispose();
    }

    private static bool IsStep(JsonNode item) => (string?)item["kind"] is { } kind && kind != "operations.watch" &&
        (kind.StartsWith("operations.", StringComparison.Ordinal) || kind == "alerts.deliver");

    private async Task SetAsync(bool supervised, string? rule)
    {
        World.N8n.Register(AlertPath);
        // n8n has run before: only older executions can show that an alert is missing among them.
        using (var earlier = await api.PostAsJsonAsync(AlertWebhook, new JsonObject { ["text"] = "somebody else's" }, Cancellation))
        {
            earlier.EnsureSuccessStatusCode();
        }

        if (supervised || rule is not null)
        {
            Directory.CreateDirectory(DataDirectory);
            var policy = supervised ? PolicyReader.DefaultText.Replace("services: {}", $"services: {{ {Web}: supervised }}", StringComparison.Ordinal) : PolicyReader.DefaultText;
            await File.WriteAllTextAsync(Path.Combine(DataDirectory, "policy.yaml"), policy.Replace("\nrules:\n", $"\nrules:\n{rule}\n", StringComparison.Ordinal), Cancellation);
        }

        World.Railway.AddService(Web, "good");
        await StartAsync();
        await UntilAsync(async () => (await ListAsync("api/deployments")).Any(one => one["goodAt"] is not null), "the service is known good");
    }

    private string Words() => string.Join("\n-- killed --\n", earlierWords.TakeLast(2).Append(Server?.Words ?? "").Distinct());
}
