using System.Text.Json.Nodes;
using Steward.Connectors.N8n;
using Steward.Governance.Calls;
using Steward.Governance.Policies;
using Steward.Simulation;

namespace Steward.Connectors.Tests.N8n;

/// <summary>A Steward that may do everything with n8n without a person, so that tests see the connector and not the gate.</summary>
public abstract class N8nTest : ConnectorTest
{
    protected const string WebhookKey = "simulated-n8n-webhook-key";
    private const string EverythingAllowed = """
        rules:
          - name: test
            decide: allow
            from: manual
            guarded: false
            because: A test.
            actions: ["n8n.*"]

        """;

    private int lastKey;

    // As in the real world: n8n does not listen at once, and what waits takes its time.
    protected override WorldOptions Options => new() { Speed = 1 };

    protected N8nWorkflows Workflows => Get<N8nWorkflows>();

    protected N8nExecutions Executions => Get<N8nExecutions>();

    protected N8nRuns Runs => Get<N8nRuns>();

    /// <summary>A name and a webhook's path that no other test uses, also not in an n8n that outlives the test.</summary>
    protected string Unique { get; } = $"steward-test-{Guid.CreateVersion7():N}";

    protected override void Configure(IDictionary<string, string?> settings)
    {
        base.Configure(settings);
        settings["N8n:WebhookKey"] = WebhookKey;
        File.WriteAllText(Path.Combine(settings["Storage:DataDirectory"]!, "policy.yaml"), PolicyReader.DefaultText.Replace("rules:\n", EverythingAllowed, StringComparison.Ordinal));
    }

    protected Task<Permit> NextPermitAsync(Call call) => PermitAsync(call, $"test/{++lastKey}");

    protected WorkflowDocument Read(JsonNode json)
    {
        var read = Get<WorkflowReader>().Read(json);
        Assert.False(read.IsRefused, read.Refusal?.Message);
        return read.Value;
    }

    /// <summary>A workflow that begins with a POST to its name.</summary>
    protected WorkflowDocument Document(string name, params JsonObject[] after)
    {
        var nodes = new JsonArray(Webhook(name));
        var connections = new JsonObject();
        var last = "Webhook";
        foreach (var node in after)
        {
            var next = (string)node["name"]!;
            connections[last] = Leads(next);
            nodes.Add(node);
            last = next;
        }

        return Read(new JsonObject { ["name"] = name, ["nodes"] = nodes, ["connections"] = connections, ["settings"] = new JsonObject { ["executionOrder"] = "v1" } });
    }

    protected static JsonObject Webhook(string path, string responseMode = "onReceived") => Node("Webhook", "n8n-nodes-base.webhook", new JsonObject
    {
        ["httpMethod"] = "POST", ["path"] = path, ["responseMode"] = responseMode, ["options"] = new JsonObject(),
    }, 2);

    protected static JsonObject Stop(string message) => Node("Stop", "n8n-nodes-base.stopAndError", new JsonObject { ["errorMessage"] = message });

    protected static JsonObject Nothing(string name = "Nothing") => Node(name, "n8n-nodes-base.noOp", []);

    protected static JsonObject Wait(int seconds) => Node("Wait", "n8n-nodes-base.wait", new JsonObject { ["resume"] = "timeInterval", ["amount"] = seconds, ["unit"] = "seconds" }, 1.1);

    protected static JsonObject Node(string name, string type, JsonObject parameters, double version = 1) => new()
    {
        ["name"] = name, ["type"] = type, ["typeVersion"] = version, ["position"] = new JsonArray(0, 0), ["parameters"] = parameters,
    };

    protected static JsonObject Leads(string node) => new()
    {
        ["main"] = new JsonArray(new JsonArray(new JsonObject { ["node"] = node, ["type"] = "main", ["index"] = 0 })),
    };

    protected async Task<N8nWorkflow> CreateAsync(WorkflowDocument document) =>
        await Workflows.CreateAsync(await NextPermitAsync(N8nWorkflowCalls.Create(document)), document, Ending);

    protected async Task<N8nWorkflow> ActivateAsync(N8nWorkflow workflow) =>
        await Workflows.ActivateAsync(await NextPermitAsync(N8nWorkflowCalls.Activate(workflow)), workflow, Ending);

    protected async Task<N8nWorkflow> UpdateAsync(N8nWorkflow current, WorkflowDocument document) =>
        await Workflows.UpdateAsync(await NextPermitAsync(N8nWorkflowCalls.Update(current, document)), current, document, Ending);

    protected async Task DeleteAsync(N8nWorkflow workflow) =>
        await Workflows.DeleteAsync(await NextPermitAsync(N8nWorkflowCalls.Delete(workflow)), workflow, Ending);

    protected async Task<StartedWorkflow> StartAsync(N8nWorkflow workflow, string key, JsonObject? body = null)
    {
        var start = Runs.Plan(workflow, key, body);
        Assert.False(start.IsRefused, start.Refusal?.Message);
        return await Runs.StartAsync(await NextPermitAsync(N8nWorkflowCalls.Run(start.Value)), start.Value, Ending);
    }
}
