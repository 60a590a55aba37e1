using System.Text.Json.Nodes;
using Steward.Governance.Calls;

namespace Steward.Connectors.N8n;

/// <summary>
/// The exact calls that change n8n's workflows or set them going. A document cannot hold a secret
/// (<see cref="WorkflowReader"/>), so calls show it whole: whoever approves sees what would run.
/// </summary>
public static class N8nWorkflowCalls
{
    /// <summary>Makes a workflow, which is not active.</summary>
    public const string CreateAction = "n8n.workflow.create";

    /// <summary>Replaces what a workflow does; at once, when it is active.</summary>
    public const string UpdateAction = "n8n.workflow.update";

    /// <summary>Turns a workflow's triggers and webhooks on.</summary>
    public const string ActivateAction = "n8n.workflow.activate";

    /// <summary>Turns them off.</summary>
    public const string DeactivateAction = "n8n.workflow.deactivate";

    /// <summary>Deletes a workflow and its executions.</summary>
    public const string DeleteAction = "n8n.workflow.delete";

    /// <summary>Starts a workflow through its webhook.</summary>
    public const string RunAction = "n8n.workflow.run";

    /// <summary>Runs a failed execution again, from the node that failed.</summary>
    public const string RetryAction = "n8n.execution.retry";

    /// <summary>Stops an execution.</summary>
    public const string StopAction = "n8n.execution.stop";

    /// <summary>Make a workflow.</summary>
    public static Call Create(WorkflowDocument document) => new(CreateAction, $"workflow-name/{document.Name}", new JsonObject { ["document"] = document.ToJson() });

    /// <summary>Replace what a workflow does.</summary>
    /// <param name="current">The workflow as it is: the call is about this state of it and no later one.</param>
    /// <param name="document">What it is to do.</param>
    public static Call Update(N8nWorkflow current, WorkflowDocument document) => new(UpdateAction, Target(current), new JsonObject
    {
        ["document"] = document.ToJson(),
        ["replaces"] = current.Document.Hash,
        ["version"] = current.Version,
        ["active"] = current.Active,
    });

    /// <summary>Turn a workflow on, as it is.</summary>
    public static Call Activate(N8nWorkflow workflow) => OfState(ActivateAction, workflow);

    /// <summary>Turn a workflow off.</summary>
    public static Call Deactivate(N8nWorkflow workflow) => OfState(DeactivateAction, workflow);

    /// <summary>Delete a workflow and its executions; an active one is turned off first.</summary>
    public static Call Delete(N8nWorkflow workflow) => OfState(DeleteAction, workflow);

    /// <summary>Start a workflow.</summary>
    public static Call Run(WorkflowStart start) => new(RunAction, Target(start.Workflow), new JsonObject
    {
        ["name"] = start.Workflow.Name,
        ["document"] = start.Workflow.Document.Hash,
        ["webhook"] = start.Webhook.Node,
        ["method"] = start.Method,
        ["path"] = start.Webhook.Path,
        ["key"] = start.Key,
        ["body"] = start.Body?.DeepClone(),
    });

    /// <summary>Run a failed execution again.</summary>
    public static Call Retry(N8nExecution execution) => OfExecution(RetryAction, execution);

    /// <summary>Stop an execution.</summary>
    public static Call Stop(N8nExecution execution) => OfExecution(StopAction, execution);

    private static Call OfState(string action, N8nWorkflow workflow) =>
        new(action, Target(workflow), new JsonObject { ["name"] = workflow.Name, ["document"] = workflow.Document.Hash, ["version"] = workflow.Version });

    private static Call OfExecution(string action, N8nExecution execution) =>
        new(action, $"execution/{execution.Id}", new JsonObject { ["workflow"] = execution.WorkflowId.Value });

    private static string Target(N8nWorkflow workflow) => $"workflow/{workflow.Id}";
}
