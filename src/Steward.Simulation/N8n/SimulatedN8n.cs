using System.Text.Json;
using System.Text.Json.Nodes;

namespace Steward.Simulation.N8n;

/// <summary>
/// n8n as version 2.41 was seen to behave: workflows, their webhooks and their executions. Nodes do nothing, except that
/// a Stop and Error node fails, a Wait node takes its time and a Respond to Webhook node answers; of several branches
/// the first is taken.
/// </summary>
public sealed partial class SimulatedN8n
{
    // As n8n prunes its executions, if earlier.
    private const int MaxDeliveries = 10_000;
    private readonly Lock sync = new();
    private readonly Schedule schedule;
    private readonly WorldOptions options;
    private readonly CancellationToken worldEnds;
    private readonly List<WebhookDelivery> deliveries = [];

    internal SimulatedN8n(Schedule schedule, WorldOptions options, CancellationToken worldEnds) =>
        (this.schedule, this.options, this.worldEnds) = (schedule, options, worldEnds);

    /// <summary>What the webhooks received, oldest first; the newest 10 000. A copy.</summary>
    public IReadOnlyList<WebhookDelivery> Deliveries
    {
        get
        {
            lock (sync)
            {
                return [.. deliveries];
            }
        }
    }

    /// <summary>What the API's key may do, in n8n's words such as <c>workflow:create</c>; null for everything.</summary>
    public IReadOnlySet<string>? KeyScopes { get; set; }

    /// <summary>Makes a workflow that listens at /webhook/ and this path, and activates it at once.</summary>
    /// <param name="path">The path.</param>
    /// <param name="failure">What it fails with every time; null for one that succeeds.</param>
    /// <param name="asksForHeader">True when it wants <see cref="WorldOptions.N8nWebhookKey"/> in <c>X-Steward-Key</c>.</param>
    /// <returns>The workflow's id.</returns>
    public string Register(string path, string? failure = null, bool asksForHeader = false)
    {
        lock (sync)
        {
            if (live.TryGetValue(("POST", path), out var known))
            {
                return known.Workflow.Id;
            }

            var workflow = new Workflow(Workflow.NewId(), schedule.Clock);
            var document = Document(path, failure);
            if (asksForHeader)
            {
                document["nodes"]![0]!["parameters"]!["authentication"] = "headerAuth";
            }

            workflow.Write(document);
            workflow.Active = true;
            workflows.Add(workflow);
            Listen(workflow);
            return workflow.Id;
        }
    }

    /// <summary>Changes what the workflow that listens at this path does from now on.</summary>
    /// <param name="path">The path.</param>
    /// <param name="failure">What it fails with every time; null for one that succeeds.</param>
    /// <param name="name">What it is called from now on; its path when null.</param>
    public void Change(string path, string? failure, string? name = null)
    {
        lock (sync)
        {
            if (live.TryGetValue(("POST", path), out var found))
            {
                found.Workflow.Write(Document(path, failure, name));
            }
        }
    }

    /// <summary>Deactivates the workflow that listens at this path; its executions stay.</summary>
    public void Unregister(string path)
    {
        lock (sync)
        {
            if (live.TryGetValue(("POST", path), out var found))
            {
                Silence(found.Workflow);
                found.Workflow.Active = false;
            }
        }
    }

    private DateTimeOffset Now => schedule.Clock.GetUtcNow();

    /// <summary>True when the key may do this.</summary>
    internal bool May(string scope) => KeyScopes?.Contains(scope) != false;

    private static JsonObject Node(string name, string type, JsonObject parameters) => new()
    {
        ["name"] = name,
        ["type"] = type,
        ["typeVersion"] = 1,
        ["position"] = new JsonArray(0, 0),
        ["parameters"] = parameters,
    };

    private static JsonNode? Parse(string body)
    {
        try
        {
            return body.Length == 0 ? new JsonObject() : JsonNode.Parse(body);
        }
        catch (JsonException)
        {
            return body;
        }
    }

    private static JsonObject Document(string path, string? failure, string? name = null)
    {
        var nodes = new JsonArray(Node("Webhook", WebhookNode.NodeType, new JsonObject { ["httpMethod"] = "POST", ["path"] = path }));
        var connections = new JsonObject();
        if (failure is not null)
        {
            nodes.Add(Node("Stop", "n8n-nodes-base.stopAndError", new JsonObject { ["errorMessage"] = failure }));
            connections["Webhook"] = new JsonObject { ["main"] = new JsonArray(new JsonArray(new JsonObject { ["node"] = "Stop", ["type"] = "main", ["index"] = 0 })) };
        }

        return new JsonObject { ["name"] = name ?? path, ["nodes"] = nodes, ["connections"] = connections, ["settings"] = new JsonObject() };
    }
}
