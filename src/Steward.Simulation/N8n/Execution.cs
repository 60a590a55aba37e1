using System.Globalization;
using System.Text.Json.Nodes;

namespace Steward.Simulation.N8n;

/// <summary>One run of a workflow. Guarded by the lock of its owner.</summary>
internal sealed class Execution(int id, Workflow workflow, string mode, Execution? retryOf, JsonObject start, string firstNode, DateTimeOffset now)
{
    private readonly TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Id { get; } = id;

    public string WorkflowId { get; } = workflow.Id;

    /// <summary>The workflow as it was then: a change does not reach what runs.</summary>
    public (JsonArray Nodes, JsonObject Connections) Plan { get; } = ((JsonArray)workflow.Nodes.DeepClone(), (JsonObject)workflow.Connections.DeepClone());

    public string Mode { get; } = mode;

    public Execution? RetryOf { get; } = retryOf;

    /// <summary>The item with which it began.</summary>
    public JsonObject Start { get; } = start;

    public string FirstNode { get; } = firstNode;

    public string Status { get; set; } = "running";

    public DateTimeOffset StartedAt { get; } = now;

    public DateTimeOffset? StoppedAt { get; private set; }

    public string? Error { get; private set; }

    /// <summary>The nodes that ran, in order.</summary>
    public List<string> Ran { get; } = [];

    public int? RetrySuccessId { get; private set; }

    public bool IsOver => StoppedAt is not null;

    /// <summary>Done when it has ended.</summary>
    public Task Over => over.Task;

    public void End(string status, string? error, DateTimeOffset at)
    {
        (Status, Error, StoppedAt) = (status, error, at);
        if (status == "success" && RetryOf is not null)
        {
            RetryOf.RetrySuccessId = Id;
        }

        over.TrySetResult();
    }

    public JsonObject ToJson(bool withData)
    {
        var json = new JsonObject
        {
            ["id"] = Id.ToString(CultureInfo.InvariantCulture),
            ["finished"] = Status == "success",
            ["mode"] = Mode,
            ["retryOf"] = RetryOf?.Id.ToString(CultureInfo.InvariantCulture),
            ["retrySuccessId"] = RetrySuccessId?.ToString(CultureInfo.InvariantCulture),
            ["status"] = Status,
            ["startedAt"] = StartedAt.ToString("O"),
            ["stoppedAt"] = StoppedAt?.ToString("O"),
            ["workflowId"] = WorkflowId,
            ["waitTill"] = null,
        };
        if (withData)
        {
            json["data"] = Data();
        }

        return json;
    }

    // What runs has its first item on a stack; what ended shows it among the nodes that ran.
    private JsonObject Data()
    {
        var result = new JsonObject
        {
            ["runData"] = new JsonObject(IsOver ? Ran.Select(node => KeyValuePair.Create(node, (JsonNode?)new JsonArray(new JsonObject { ["data"] = Items() }))) : []),
        };
        if (IsOver)
        {
            result["lastNodeExecuted"] = Ran.LastOrDefault();
        }

        if (Error is not null)
        {
            result["error"] = new JsonObject { ["message"] = Error, ["name"] = "NodeOperationError" };
        }

        var data = new JsonObject { ["version"] = 1, ["startData"] = new JsonObject(), ["resultData"] = result };
        if (!IsOver)
        {
            data["executionData"] = new JsonObject { ["nodeExecutionStack"] = new JsonArray(new JsonObject { ["data"] = Items() }) };
        }

        return data;
    }

    private JsonObject Items() => new() { ["main"] = new JsonArray(new JsonArray(new JsonObject { ["json"] = Start.DeepClone() })) };
}
