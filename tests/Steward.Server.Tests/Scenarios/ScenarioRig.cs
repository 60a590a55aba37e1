using System.Text.Json.Nodes;
using Steward.Governance.Policies;
using Steward.Simulation;
using Steward.Simulation.GitHub;
using Steward.Simulation.Mail;
using Steward.Simulation.Railway;
using Steward.Testing;

namespace Steward.Server.Tests.Scenarios;

/// <summary>
/// A simulated world with every provider, and the real server set up for all of them: it is asked over its own HTTP API, and
/// the world says what really happened.
/// </summary>
public sealed partial class ScenarioRig : IAsyncLifetime
{
    public const string Staging = "staging";
    public const string AlertPath = "steward-alerts";
    public const string GitHubSecret = "github-github-github-github-github";
    public const string RailwaySecret = "railway-railway-railway-railway";
    public const string N8nSecret = "n8n-n8n-n8n-n8n-n8n-n8n-n8n";

    /// <summary>A rule by which a person's own wish is enough for a deploy, as the default policy shows it.</summary>
    public const string Trusting =
        """
          - name: deploying-on-request
            decide: allow
            from: supervised
            guarded: false
            when: [asked-by-a-person]
            because: A person asked for it.
            actions: ["github.pull-request.merge", "railway.deployment.create"]
        """;

    private const string StagingId = "0197c5a0-0000-7000-8000-0000000000aa";

    private readonly TempDirectory directory = new();
    private readonly Action<IDictionary<string, string>>? settings;
    private readonly string? services;

    /// <summary>The one that tests share: a person's wish to deploy is enough, rolling back "guarded" needs a person's yes.</summary>
    public ScenarioRig()
        : this(null, "services: { guarded: supervised }")
    {
    }

    /// <param name="settings">Changes the settings.</param>
    /// <param name="services">The policy's line about single services.</param>
    internal ScenarioRig(Action<IDictionary<string, string>>? settings, string? services = null) => (this.settings, this.services) = (settings, services);

    public World World { get; private set; } = null!;

    public RunningServer Server { get; private set; } = null!;

    public SimulatedRailway Railway => World.Railway;

    public SimulatedGitHub GitHub => World.GitHub;

    public static CancellationToken Ending => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        World = await World.StartAsync(
            new WorldOptions { Speed = 100, RailwayEnvironments = [new SimulatedEnvironment(Staging, StagingId)] }, TimeProvider.System, CancellationToken.None);
        World.N8n.Register(AlertPath);
        Directory.CreateDirectory(directory["data"]);
        await File.WriteAllTextAsync(directory["mail.pem"], SimulatedMail.CertificatePem);
        await File.WriteAllTextAsync(Path.Combine(directory["data"], "policy.yaml"), PolicyReader.DefaultText
            .Replace("services: {}", services ?? "services: {}", StringComparison.Ordinal)
            // Many scenarios within one hour.
            .Replace("actions-per-hour: 20 ", "actions-per-hour: 1000 ", StringComparison.Ordinal)
            .Replace("services-per-hour: 3 ", "services-per-hour: 100 ", StringComparison.Ordinal)
            .Replace("\nrules:\n", $"\nrules:\n{Trusting}\n", StringComparison.Ordinal));
        await StartServerAsync();
    }

    /// <summary>Starts the server on what is there.</summary>
    public async Task StartServerAsync()
    {
        var key = Server?.ShownKey;
        Server = new RunningServer(directory);
        foreach (var (name, value) in Settings())
        {
            Server.Environment[$"STEWARD_{name.Replace(":", "__", StringComparison.Ordinal)}"] = value;
        }

        await Server.InitializeAsync();
        OwnerKey ??= key ?? Server.ShownKey!;
        Railway.SendEventsTo(new Uri(Server.Address, $"webhooks/railway-webhook/{RailwaySecret}"));
        GitHub.SendEventsTo(new Uri(Server.Address, "webhooks/github-webhook"), GitHubSecret);
    }

    /// <summary>Stops the server; its data stays.</summary>
    public async Task StopServerAsync()
    {
        Railway.SendEventsTo(null);
        GitHub.SendEventsTo(null);
        await Server.DisposeAsync();
    }

    private string? OwnerKey { get; set; }

    public async ValueTask DisposeAsync()
    {
        await StopServerAsync();
        await World.DisposeAsync();
        directory.Dispose();
    }

    /// <summary>Reads over the API.</summary>
    public async Task<JsonNode> GetAsync(string path)
    {
        var answer = await Server.GetAsync(path, OwnerKey);
        Assert.True(answer.Status == 200, $"{path}: {answer.Status} {answer.Body}");
        return answer.Json;
    }

    /// <summary>Sends over the API.</summary>
    public async Task<JsonNode> PostAsync(string path, JsonNode? body = null)
    {
        var answer = await Server.PostAsync(path, body, OwnerKey);
        Assert.True(answer.Status is >= 200 and < 300, $"{path}: {answer.Status} {answer.Body}");
        return answer.Json;
    }

    /// <summary>Sends over the API what is to be refused.</summary>
    public Task<Answer> TryPostAsync(string path, JsonNode? body = null) => Server.PostAsync(path, body, OwnerKey);

    /// <summary>The same with PUT.</summary>
    public async Task PutAsync(string path, JsonNode body)
    {
        var answer = await Server.SendAsync(HttpMethod.Put, path, body, OwnerKey);
        Assert.True(answer.Status == 200, $"{path}: {answer.Status} {answer.Body}");
    }

    /// <summary>The items of a list, as they come.</summary>
    public async Task<IReadOnlyList<JsonNode>> ListAsync(string path) => [.. (await GetAsync(path))["items"]!.AsArray().OfType<JsonNode>()];

    /// <summary>Adds a service with a good deployment and waits until the server knows it for good.</summary>
    public async Task ServeAsync(string service, string commit = "good", string environment = "production")
    {
        World.RailwayIn(environment).AddService(service, commit);
        await UntilGoodAsync(environment == Staging ? $"{service}@{Staging}" : service, commit);
    }

    /// <summary>Waits until the server reports that a version of a service is known good.</summary>
    public Task UntilGoodAsync(string service, string commit) => UntilAsync(async () =>
        (await ListAsync("/api/deployments?limit=200")).Any(one => Text(one, "service") == service && Text(one, "version") == commit && one["goodAt"] is not null), $"{commit} of {service} is known good");

    /// <summary>The state of a deployment as the API reports it; null as long as it does not know it.</summary>
    public async Task<string?> StateAsync(string deployment) =>
        (await ListAsync("/api/deployments?limit=200")).FirstOrDefault(one => Text(one, "id") == deployment) is { } found ? Text(found, "state") : null;

    /// <summary>Waits until the API reports a deployment in a state.</summary>
    public Task UntilStateAsync(string deployment, string state) => UntilAsync(async () => await StateAsync(deployment) == state, $"deployment {deployment} is {state}");

    /// <summary>Waits for a finding, and gives it.</summary>
    public async Task<JsonNode> UntilFindingAsync(string service, string kind, params string[] states)
    {
        JsonNode? found = null;
        await UntilAsync(async () => (found = (await ListAsync("/api/findings?limit=200")).FirstOrDefault(one =>
            Text(one, "service") == service && Text(one, "kind") == kind && states.Contains(Text(one, "state")))) is not null, $"{kind} of {service} is {string.Join(" or ", states)}");
        return found!;
    }

    /// <summary>Asks for a deploy or a rollback and follows it to its end.</summary>
    public async Task<JsonNode> FollowAsync(string path, JsonNode wish) => await EndAsync((string)(await PostAsync(path, wish))["id"]!);

    /// <summary>Follows a deploy to its end.</summary>
    public async Task<JsonNode> EndAsync(string deploy)
    {
        JsonNode? ended = null;
        await UntilAsync(async () => (ended = await GetAsync($"/api/deploys/{deploy}"))["closedAt"] is not null, $"deploy {deploy} ends");
        return ended!;
    }

    /// <summary>Waits until a person is asked about a call, and gives the approval.</summary>
    public async Task<JsonNode> UntilAskedAsync(string action, string target)
    {
        JsonNode? asked = null;
        await UntilAsync(async () => (asked = (await ListAsync("/api/approvals?state=pending")).FirstOrDefault(one => Text(one, "action") == action && Text(one, "target")!.EndsWith(target, StringComparison.Ordinal))) is not null,
            $"a person is asked about {action} of {target}");
        return asked!;
    }

    /// <summary>A green pull request of its own branch; gives its number.</summary>
    public int GreenPullRequest(string title, string branch)
    {
        var number = GitHub.AddPullRequest(title, branch);
        GitHub.SetChecks(number, RunState.Green);
        return number;
    }

    /// <summary>A workflow of n8n fails three times; gives its id.</summary>
    public async Task<string> FailAtN8nAsync(string path, string failure = "connect ECONNREFUSED 10.0.0.5:5432", string? name = null)
    {
        var workflow = World.N8n.Register(path, failure);
        World.N8n.Change(path, failure, name);
        using var http = new HttpClient();
        for (var time = 0; time < 3; time++)
        {
            using var failed = await http.PostAsync(new Uri(World.N8nUrl, $"webhook/{path}"), new StringContent("{}"), Ending);
        }

        return workflow;
    }

    /// <summary>What the audit log says of a correlation, oldest first.</summary>
    public async Task<IReadOnlyList<JsonNode>> TrailAsync(JsonNode one) => [.. (await ListAsync($"/api/audit?limit=200&correlation={Text(one, "correlationId")}")).Reverse()];

    /// <summary>The mutations of one operation that the world performed on targets that hold a text.</summary>
    public int Performed(string operation, string target = "") => World.Mutations.Count(one => one.Operation == operation && one.Target.Contains(target, StringComparison.Ordinal));

    /// <summary>What n8n was told about a service, oldest first.</summary>
    public IReadOnlyList<JsonNode> Told(string service) =>
        [.. World.N8n.Deliveries.Where(one => one.Path == AlertPath).Select(one => JsonNode.Parse(one.Body)!).Where(alert => Text(alert, "service") == service)];

    /// <summary>How many turns the loop has taken.</summary>
    public async Task<long> TurnsAsync() => (long)(await LoopAsync())["fence"]!;

    /// <summary>The loop's item in the ledger.</summary>
    public async Task<JsonNode> LoopAsync() => Assert.Single(await ListAsync("/api/work?kind=operations.watch"));

    /// <summary>Waits; when that is in vain, says how everything stands.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        try
        {
            await Eventually.HoldsAsync(condition, what, TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(20), Ending);
        }
        catch (TimeoutException e)
        {
            var findings = (await ListAsync("/api/findings?limit=200")).Select(one => $"finding {Text(one, "cause")} {Text(one, "state")}: {Text(one, "outcome")}");
            var work = (await ListAsync("/api/work?limit=100")).Select(one => $"work {Text(one, "kind")} {Text(one, "state")} {Text(one, "occurrence")}: {Text(one, "result")} {one["failures"]!.ToJsonString()}");
            var done = World.Mutations.Select(one => $"mutation {one.At:HH:mm:ss.fff} {one.Operation} {one.Target}");
            throw new TimeoutException($"{e.Message}\n{string.Join('\n', findings.Concat(work).Concat(done))}", e);
        }
    }

    /// <summary>The same for a look at the world.</summary>
    public Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    /// <summary>The whole hash of a commit that begins with these digits.</summary>
    public static string Commit(string digits) => digits.PadRight(40, '0');

    public static string? Text(JsonNode node, string name) => node[name] is JsonValue value ? value.ToString() : null;
}
