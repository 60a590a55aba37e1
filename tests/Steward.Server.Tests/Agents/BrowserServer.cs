using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Options;
using Steward.Agents;
using Steward.Agents.Browsing;
using Steward.Sandboxing;
using Steward.Testing;

namespace Steward.Server.Tests.Agents;

/// <summary>
/// A server whose agents may use a browser, pages on this machine that they may open, and one agent that does with its browser
/// what the payload of its run says.
/// </summary>
public sealed class BrowserServer : IAsyncLifetime
{
    private const string Declaration = """
        , "tools": { "browser": { "hosts": ["localhost", "127.0.0.1", "169.254.169.254", "machine"] }, "files": {} }, "limits": { "retries": 0, "time": "00:02:00" }
        """;

    // Each step is [tool, arguments]; the answers, or codes and messages, are what the run comes to.
    private const string Body = """
        var answers = new System.Text.Json.Nodes.JsonArray();
        foreach (var step in System.Text.Json.Nodes.JsonNode.Parse(context.Run.Payload!)!.AsArray())
        {
            try
            {
                var answer = await context.Tools.CallAsync((string)step![0]!, (System.Text.Json.Nodes.JsonObject)step[1]!.DeepClone(), cancellationToken);
                var text = answer.GetRawText();
                answers.Add(text.Length > 2000 ? System.Text.Json.Nodes.JsonValue.Create(text.Length) : System.Text.Json.Nodes.JsonNode.Parse(text));
            }
            catch (Steward.Agents.Sdk.Tools.ToolException e)
            {
                answers.Add(new System.Text.Json.Nodes.JsonObject { ["code"] = e.Code, ["message"] = e.Message });
            }

            context.Log.Info("step");
        }

        return AgentResult.Success(answers.ToJsonString());
        """;

    private readonly WebApplication pages = WebApplication.CreateSlimBuilder().Build();
    private readonly AgentServer agents = new();

    public AgentServer Of => agents;

    public RunningServer Server => agents.Server;

    public int Port => new Uri(pages.Urls.First()).Port;

    /// <summary>How often something was asked that nobody may ask.</summary>
    public int Breaches { get; private set; }

    /// <summary>The names of agents that do what their payload says.</summary>
    public IReadOnlyList<string> Agents { get; private set; } = [];

    public static CancellationToken Ending => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Server.Environment["STEWARD_Agents__CallsPerMinute"] = "10000";
        await agents.InitializeAsync("localhost");
        using var sandbox = new Sandbox(Options.Create(new SandboxOptions()), TimeProvider.System);
        if (Chromium.Find(new AgentsOptions()) is null || (await sandbox.StateAsync()).Class != SandboxClass.Namespaces)
        {
            throw new MissingComponentException($"Chromium in a box with namespaces. {Chromium.Remedy}");
        }

        pages.Urls.Add("http://127.0.0.1:0");
        BrowserPages.Map(pages, () => Server.Address.Port);
        pages.Map("/breach", () => Breaches++);
        await pages.StartAsync(Ending);
        var source = AgentServer.Source(Body, Declaration.Replace("machine", Environment.MachineName.ToLowerInvariant(), StringComparison.Ordinal));
        Agents = [await agents.MakeAsync(source), await agents.MakeAsync(source), await agents.MakeAsync(source)];
    }

    public async ValueTask DisposeAsync()
    {
        await agents.DisposeAsync();
        await pages.DisposeAsync();
    }

    /// <summary>A step of a run.</summary>
    public static JsonArray Step(string tool, params (string Name, JsonNode? Value)[] arguments) => ["browser_" + tool, new JsonObject(arguments.Select(one => KeyValuePair.Create(one.Name, one.Value)))];

    /// <summary>A step that opens a page of <see cref="BrowserPages"/>.</summary>
    public JsonArray Open(string page, int seconds = 30) => Step("open", ("url", string.Create(CultureInfo.InvariantCulture, $"http://localhost:{Port}/{page}")), ("seconds", seconds));

    /// <summary>Runs steps to their end; gives the answers.</summary>
    public async Task<JsonArray> RunAsync(params JsonArray[] steps)
    {
        var run = await agents.EndOfAsync(await StartAsync(0, steps));
        Assert.True((string?)run["state"] == "succeeded", run.ToJsonString());
        return JsonNode.Parse((string)run["text"]!)!.AsArray();
    }

    /// <summary>Begins a run of one of the agents.</summary>
    public async Task<string> StartAsync(int agent, params JsonArray[] steps)
    {
        var accepted = await Server.PostAsync($"/api/agents/{Agents[agent]}/execute", new JsonObject { ["payload"] = new JsonArray([.. steps]).ToJsonString() });
        Assert.True(accepted.Status == 202, accepted.Body);
        return (string)accepted.Json["id"]!;
    }

    public Task<string> MakeAsync(string source) => agents.MakeAsync(source);

    public Task<JsonNode> RunAsync(string name) => agents.RunAsync(name);

    public Task<JsonNode> EndOfAsync(string id) => agents.EndOfAsync(id);

    /// <summary>Waits until a run has made so many steps.</summary>
    public Task HasMadeAsync(string id, int steps) =>
        Eventually.HoldsAsync(async () => (await Server.GetAsync($"/api/tasks/{id}/logs")).Json["items"]!.AsArray().Count >= steps, $"{steps} steps are made", Ending);

    /// <summary>The processes of browsers that this process has started, those that no one has waited for left out.</summary>
    public static IReadOnlyList<int> Processes()
    {
        var parents = new Dictionary<int, int>();
        foreach (var id in Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!, CultureInfo.InvariantCulture)))
        {
            if (Read($"/proc/{id}/stat") is { Length: > 0 } stat && stat[(stat.LastIndexOf(')') + 2)..].Split(' ') is [not "Z", var parent, ..])
            {
                parents[id] = int.Parse(parent, CultureInfo.InvariantCulture);
            }
        }

        return [.. parents.Keys.Where(id => IsMine(id) && Read($"/proc/{id}/cmdline").Contains("chromium", StringComparison.Ordinal))];

        bool IsMine(int id)
        {
            for (; parents.TryGetValue(id, out var above); id = above)
            {
                if (above == Environment.ProcessId)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>The arguments of a process; empty when it is gone.</summary>
    public static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
