using System.Globalization;
using System.Text.Json.Nodes;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.N8n;

// What runs.
public sealed partial class SimulatedN8n
{
    private const int MaxSteps = 1000;
    private readonly List<Execution> executions = [];
    private int lastExecution;

    /// <summary>Runs the workflow that listens at a path; null when none does.</summary>
    internal (Execution Execution, WebhookNode Node)? Receive(string method, string path, IReadOnlyDictionary<string, string> headers, string body)
    {
        lock (sync)
        {
            if (!live.TryGetValue((method, path), out var found))
            {
                return null;
            }

            var item = new JsonObject
            {
                ["headers"] = new JsonObject(headers.Select(header => KeyValuePair.Create(header.Key, (JsonNode?)header.Value))),
                ["params"] = new JsonObject(),
                ["query"] = new JsonObject(),
                ["body"] = Parse(body),
            };
            var execution = Begin(found.Workflow, "webhook", null, item, found.Node.Name);
            if (deliveries.Count == MaxDeliveries)
            {
                deliveries.RemoveAt(0);
            }

            deliveries.Add(new WebhookDelivery(execution.Id.ToString(CultureInfo.InvariantCulture), execution.StartedAt, path, headers, body));
            return (execution, found.Node);
        }
    }

    /// <summary>What a webhook shows of its credential; wrong is refused before anything runs.</summary>
    internal bool IsAuthorised(string method, string path, string? key)
    {
        lock (sync)
        {
            return !live.TryGetValue((method, path), out var found) || !found.Node.AsksForHeader || key == options.N8nWebhookKey;
        }
    }

    /// <summary>What the caller of a webhook hears, when it hears it.</summary>
    internal async Task<Reply> AnswerAsync(Execution execution, WebhookNode node)
    {
        if (node.ResponseMode == "onReceived")
        {
            return Reply.Message(200, "Workflow was started");
        }

        await execution.Over.WaitAsync(worldEnds);
        lock (sync)
        {
            return execution.Status switch
            {
                "error" => Reply.Message(500, "Error in workflow"),
                "canceled" => Reply.Json(500, new JsonObject { ["code"] = 0, ["message"] = "There was a problem executing the workflow" }),
                _ => Reply.Json(200, node.ResponseMode == "responseNode" && Respond(execution) is { } said ? said : execution.Start.DeepClone()),
            };
        }
    }

    internal IReadOnlyList<JsonObject> ListExecutions(string? workflow, string? status, int? olderThan, int count, bool withData)
    {
        lock (sync)
        {
            // Without a status n8n leaves out what runs at the moment.
            return [.. executions.AsEnumerable().Reverse()
                .Where(one => (workflow is null || one.WorkflowId == workflow) && (status is null ? one.Status != "running" : one.Status == status) && (olderThan is null || one.Id < olderThan))
                .Take(count).Select(one => one.ToJson(withData))];
        }
    }

    internal Reply ShowExecution(int id, bool withData)
    {
        lock (sync)
        {
            return executions.Find(one => one.Id == id) is { } execution ? Reply.Json(200, execution.ToJson(withData)) : NotFound();
        }
    }

    internal async Task<Reply> RetryAsync(int id, Action<Execution> begun)
    {
        Execution execution;
        lock (sync)
        {
            if (executions.Find(one => one.Id == id) is not { } old || Find(old.WorkflowId) is not { } workflow)
            {
                return Reply.Message(404, $"The execution with the ID \"{id}\" does not exist.");
            }

            if (old.Status == "success")
            {
                return Reply.Message(409, "The execution succeeded, so it cannot be retried.");
            }

            execution = Begin(workflow, "retry", old, old.Start, old.FirstNode);
            begun(execution);
        }

        await execution.Over.WaitAsync(worldEnds);
        lock (sync)
        {
            return Reply.Json(200, execution.ToJson(withData: true));
        }
    }

    internal Reply Stop(int id, Action<Execution> stopped)
    {
        lock (sync)
        {
            if (executions.Find(one => one.Id == id) is not { } execution)
            {
                return Reply.Message(404, "Failed to find execution to stop");
            }

            if (execution.IsOver)
            {
                return Reply.Message(409, $"Only running or waiting executions can be stopped and {id} is currently {execution.Status}");
            }

            execution.End("canceled", null, Now);
            stopped(execution);
            return Reply.Json(200, new JsonObject
            {
                ["mode"] = execution.Mode,
                ["startedAt"] = execution.StartedAt.ToString("O"),
                ["stoppedAt"] = execution.StoppedAt?.ToString("O"),
                ["finished"] = false,
                ["status"] = execution.Status,
            });
        }
    }

    internal Reply DeleteExecution(int id, Action<Execution> deleted)
    {
        lock (sync)
        {
            if (executions.Find(one => one.Id == id) is not { } execution)
            {
                return NotFound();
            }

            executions.Remove(execution);
            deleted(execution);
            return Reply.Json(200, execution.ToJson(withData: false));
        }
    }

    private Execution Begin(Workflow workflow, string mode, Execution? retryOf, JsonObject start, string firstNode)
    {
        var execution = new Execution(++lastExecution, workflow, mode, retryOf, (JsonObject)start.DeepClone(), firstNode, Now);
        if (executions.Count == MaxDeliveries)
        {
            executions.RemoveAt(0);
        }

        executions.Add(execution);
        Go(execution, [firstNode]);
        return execution;
    }

    private void Go(Execution execution, IEnumerable<string> from)
    {
        var next = new Queue<string>(from);
        while (next.TryDequeue(out var name) && execution.Ran.Count < MaxSteps)
        {
            var node = execution.Plan.Nodes.OfType<JsonObject>().FirstOrDefault(one => one.Text("name") == name) ?? [];
            execution.Ran.Add(name);
            var parameters = node["parameters"] as JsonObject ?? [];
            var after = Targets(execution, name);
            switch (node.Text("type"))
            {
                case "n8n-nodes-base.stopAndError":
                    execution.End("error", parameters.Text("errorMessage") ?? "An error occurred", Now);
                    return;
                case "n8n-nodes-base.wait" when schedule.Scale(Duration(parameters)) is { Ticks: > 0 } wait:
                    schedule.After(wait, () =>
                    {
                        lock (sync)
                        {
                            if (!execution.IsOver)
                            {
                                Go(execution, after);
                            }
                        }
                    });
                    return;
            }

            foreach (var target in after)
            {
                next.Enqueue(target);
            }
        }

        execution.End("success", null, Now);
    }

    private static List<string> Targets(Execution execution, string name) =>
        [.. ((execution.Plan.Connections[name] as JsonObject)?["main"] as JsonArray)?.FirstOrDefault() is JsonArray targets
            ? targets.OfType<JsonObject>().Select(target => target.Text("node")).OfType<string>() : []];

    private static TimeSpan Duration(JsonObject parameters)
    {
        var amount = parameters["amount"] is JsonValue value && value.TryGetValue(out double number) ? number : 1;
        return (parameters.Text("unit") ?? "hours") switch
        {
            "seconds" => TimeSpan.FromSeconds(amount),
            "minutes" => TimeSpan.FromMinutes(amount),
            "days" => TimeSpan.FromDays(amount),
            _ => TimeSpan.FromHours(amount),
        };
    }

    private static JsonNode? Respond(Execution execution) => execution.Plan.Nodes.OfType<JsonObject>()
        .Where(node => node.Text("type") == "n8n-nodes-base.respondToWebhook" && execution.Ran.Contains(node.Text("name") ?? ""))
        .Select(node => (node["parameters"] as JsonObject)?.Text("responseBody"))
        .Where(body => body is not null && !body.StartsWith('='))
        .Select(body => Parse(body!)).FirstOrDefault();
}
