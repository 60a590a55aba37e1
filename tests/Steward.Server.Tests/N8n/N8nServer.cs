using System.Text.Json.Nodes;
using Steward.Simulation;

namespace Steward.Server.Tests.N8n;

/// <summary>A server and the n8n that it is set up for.</summary>
public abstract class N8nServer : IAsyncLifetime
{
    protected const string Api = "/api/n8n";

    protected World World { get; private set; } = null!;

    protected RunningServer Server { get; } = new();

    protected static CancellationToken Ending => TestContext.Current.CancellationToken;

    protected virtual void Configure(IDictionary<string, string> environment)
    {
        environment["STEWARD_N8n__BaseUrl"] = World.N8nUrl.ToString();
        environment["STEWARD_N8n__ApiKey"] = new WorldOptions().N8nApiKey;
    }

    public async ValueTask InitializeAsync()
    {
        World = await World.StartAsync(new WorldOptions { Speed = WorldOptions.Instant }, TimeProvider.System, Ending);
        Configure(Server.Environment);
        await Server.InitializeAsync();
        (_, Ada) = await Server.MakeKeyAsync("ada", Steward.Kernel.Scopes.Approve);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await World.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected static JsonObject Workflow(string name, string message = "hello") => new()
    {
        ["name"] = name,
        ["nodes"] = new JsonArray(
            new JsonObject { ["name"] = "Webhook", ["type"] = "n8n-nodes-base.webhook", ["typeVersion"] = 2, ["position"] = new JsonArray(0, 0), ["parameters"] = new JsonObject { ["httpMethod"] = "POST", ["path"] = string.Concat(name.Where(char.IsAsciiLetterOrDigit)) } },
            new JsonObject { ["name"] = "Say", ["type"] = "n8n-nodes-base.set", ["typeVersion"] = 3.4, ["position"] = new JsonArray(200, 0), ["parameters"] = new JsonObject { ["text"] = message } }),
        ["connections"] = new JsonObject { ["Webhook"] = new JsonObject { ["main"] = new JsonArray(new JsonArray(new JsonObject { ["node"] = "Say", ["type"] = "main", ["index"] = 0 })) } },
    };

    protected Task<Answer> ImportAsync(bool activate, params JsonObject[] workflows) => Server.PostAsync($"{Api}/import", new JsonObject
    {
        ["workflows"] = new JsonArray([.. workflows.Select(workflow => workflow.DeepClone())]), ["activate"] = activate,
    });

    /// <summary>The key of somebody who decides: whoever asks may not.</summary>
    protected string Ada { get; private set; } = "";

    /// <summary>Says yes to everything that waits.</summary>
    protected async Task<int> ApproveAllAsync()
    {
        var waiting = (await Server.GetAsync("/api/approvals?state=pending")).Json["items"]!.AsArray();
        foreach (var approval in waiting)
        {
            Assert.Equal(200, (await Server.PostAsync($"/api/approvals/{approval!["id"]}/approve", new JsonObject(), Ada)).Status);
        }

        return waiting.Count;
    }

    /// <summary>Imports with every yes that it takes.</summary>
    protected async Task ImportWholeAsync(bool activate, params JsonObject[] workflows)
    {
        while (!(bool)(await ImportAsync(activate, workflows)).Json["isComplete"]!)
        {
            Assert.NotEqual(0, await ApproveAllAsync());
        }
    }

    protected static string State(Answer answer, int item = 0, string step = "import") => (string)answer.Json["items"]![item]![step]!["state"]!;
}
