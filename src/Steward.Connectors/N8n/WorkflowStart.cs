using System.Text.Json.Nodes;

namespace Steward.Connectors.N8n;

/// <summary>A workflow that is to be started, where and with what; made by <see cref="N8nRuns.Plan"/>.</summary>
public sealed class WorkflowStart
{
    internal WorkflowStart(N8nWorkflow workflow, WorkflowWebhook webhook, string method, string key, JsonObject? body) =>
        (Workflow, Webhook, Method, Key, Body) = (workflow, webhook, method, key, body);

    /// <summary>The workflow.</summary>
    public N8nWorkflow Workflow { get; }

    /// <summary>Which of its webhooks is called.</summary>
    public WorkflowWebhook Webhook { get; }

    /// <summary>The HTTP method: POST where the webhook takes it, else its first one.</summary>
    public string Method { get; }

    /// <summary>What this is the one start of; n8n gets it as <c>Idempotency-Key</c>, and the execution is found by it.</summary>
    public string Key { get; }

    /// <summary>The body of the request, redacted.</summary>
    public JsonObject? Body { get; }
}

/// <summary>A workflow that was started.</summary>
/// <param name="Execution">The execution as it was found; null when n8n keeps none of this workflow.</param>
/// <param name="Status">The HTTP status with which the webhook answered; null when no answer came in time, as from a workflow that answers at its end.</param>
public sealed record StartedWorkflow(N8nExecution? Execution, int? Status);
