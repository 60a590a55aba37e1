using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Steward.Testing;

namespace Steward.Server.Tests.Agents;

/// <summary>A server that runs agents and tells people over n8n, and a page on this machine that they may ask.</summary>
public sealed class AgentServer : IAsyncLifetime
{
    private readonly WebApplication page = WebApplication.CreateSlimBuilder().Build();
    private int names;

    public RunningServer Server { get; } = new();

    public Uri Page { get; private set; } = null!;

    /// <summary>How the page answers.</summary>
    public (int Status, string Body) Answer { get; set; } = (200, "ok");

    /// <summary>How often it was asked.</summary>
    public int Asked { get; private set; }

    /// <summary>How often it was asked at <c>/cut</c>, where it ends the connection in place of an answer.</summary>
    public int Cut { get; private set; }

    /// <summary>What the page waits for before it answers at <c>/held</c>, and before the end of its answer at <c>/slow</c>.</summary>
    public Func<Task> Hold { get; set; } = () => Task.CompletedTask;

    public static CancellationToken Ending => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => InitializeAsync("127.0.0.1");

    /// <summary>With other private hosts that agents may ask.</summary>
    public async ValueTask InitializeAsync(string privateHosts)
    {
        page.Urls.Add("http://127.0.0.1:0");
        page.Map("/away", (string? to) => Results.Redirect(to ?? "http://localhost:1/"));
        page.Map("/held", async () =>
        {
            await Hold();
            return Results.Text("held");
        });
        page.Map("/slow", async (HttpContext context) =>
        {
            await context.Response.WriteAsync(new string('x', 100_000), Ending);
            await Hold();
        });
        page.Map("/cut", (HttpContext context) =>
        {
            Cut++;
            context.Abort();
        });
        page.MapPost("/alerts", () => Results.Ok());
        page.MapFallback(() =>
        {
            Asked++;
            return Results.Text(Answer.Body, statusCode: Answer.Status);
        });
        await page.StartAsync(Ending);
        Page = new Uri(page.Urls.First());
        Server.Environment["STEWARD_Tools__PrivateHosts"] = privateHosts;
        Server.Environment["STEWARD_N8n__AlertWebhook"] = new Uri(Page, "/alerts").ToString();
        await Server.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await page.DisposeAsync();
    }

    public string NewName() => $"agent-{Interlocked.Increment(ref names)}";

    /// <summary>An agent whose work is the body of its method.</summary>
    public static string Source(string body, string declaration = "", string more = "") => $$""""
        [Declaration("""{ "purpose": "A test."{{declaration}} }""")]
        public sealed class Tested : Agent
        {
            public override async Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken)
            {
                await Task.CompletedTask;
                {{body}}
            }
            {{more}}
        }
        """";

    /// <summary>Makes one; gives its name.</summary>
    public async Task<string> MakeAsync(string source, JsonObject? settings = null)
    {
        var name = NewName();
        var made = await Server.PostAsync("/api/agents", new JsonObject { ["name"] = name, ["source"] = source, ["settings"] = settings ?? [] });
        Assert.True(made.Status == 201, made.Body);
        return name;
    }

    /// <summary>Makes one in Python, whose work is the body of its function; gives its name.</summary>
    public async Task<string> MakePythonAsync(string body, string declaration)
    {
        var name = NewName();
        var source = $"""
            import json, os, select, sys
            import steward

            DECLARATION = {"{"}"purpose": "A test.", {declaration}{"}"}
            WIRE = sys.modules["__main__"].wire_out.fileno()

            def frame(number, tool, **arguments):
                meta = {"{"}"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {"{}"}{"}"}
                return (json.dumps({"{"}"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": {"{"}"name": tool, "arguments": arguments, "_meta": meta{"}"}{"}"}) + "\n").encode()

            def send(data):
                data = memoryview(data)
                while data:
                    data = data[os.write(WIRE, data):]

            def run(context):
            {string.Join('\n', body.Split('\n').Select(line => "    " + line))}
            """;
        var made = await Server.PostAsync("/api/agents", new JsonObject { ["name"] = name, ["source"] = source, ["language"] = "python" });
        Assert.True(made.Status == 201, made.Body);
        return name;
    }

    /// <summary>Runs one to its end.</summary>
    public async Task<JsonNode> RunAsync(string name, string? payload = null, CancellationToken? ending = null)
    {
        var accepted = await Server.PostAsync($"/api/agents/{name}/execute", new JsonObject { ["payload"] = payload });
        Assert.True(accepted.Status == 202, accepted.Body);
        return await EndOfAsync((string)accepted.Json["id"]!, ending);
    }

    public async Task<JsonNode> EndOfAsync(string id, CancellationToken? ending = null)
    {
        JsonNode? run = null;
        await Eventually.HoldsAsync(async () => (string?)(run = (await Server.GetAsync($"/api/tasks/{id}")).Json)["state"] is not ("queued" or "running"), $"run {id} ends", ending ?? Ending);
        return run!;
    }

    public async Task<IReadOnlyList<string>> LogAsync(JsonNode run) =>
        [.. (await Server.GetAsync($"/api/tasks/{run["id"]}/logs")).Json["items"]!.AsArray().Select(line => $"{line!["level"]}: {line["line"]}")];

    /// <summary>What an agent has told people, the newest first.</summary>
    public async Task<IReadOnlyList<JsonNode>> ToldAsync(string name) => [.. (await Server.GetAsync($"/api/alerts?service={name}")).Json["items"]!.AsArray().Select(told => told!["alert"]!)];

    public async Task<long> CountAsync() => (await Server.GetAsync("/api/agents?limit=500")).Json["items"]!.AsArray().Count;
}
