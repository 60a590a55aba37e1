using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Steward.Agents.Sdk.Tools;

/// <summary>Reads the n8n that Steward is set up for; needs <c>"n8n": {}</c>. Nothing is changed or started by it.</summary>
/// <param name="tools">The way to the tools.</param>
public sealed class N8nTool(ITools tools)
{
    /// <summary>The workflows, in n8n's order, at most 200.</summary>
    /// <exception cref="ToolException"><c>not-set-up</c> without n8n.</exception>
    public async Task<IReadOnlyList<Workflow>> WorkflowsAsync(CancellationToken cancellationToken) =>
        (await tools.CallAsync("n8n_workflows", [], cancellationToken)).GetProperty("items").Deserialize<List<Workflow>>(AgentJson.Options)!;

    /// <summary>The executions that failed, newest first, at most 200. The newest ten say with what.</summary>
    /// <param name="since">Only those that began then or later.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ToolException"><c>not-set-up</c> without n8n.</exception>
    public async Task<IReadOnlyList<FailedExecution>> FailuresAsync(DateTimeOffset since, CancellationToken cancellationToken) => (await FailuresAsync(since, [], cancellationToken)).Items;

    /// <summary>The same without those of some workflows, and whether there may be more.</summary>
    /// <param name="since">Only those that began then or later.</param>
    /// <param name="ignore">Names of workflows whose executions are left out and do not count; at most 100.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ToolException"><c>not-set-up</c> without n8n.</exception>
    public async Task<FailedExecutions> FailuresAsync(DateTimeOffset since, IReadOnlyList<string> ignore, CancellationToken cancellationToken) =>
        (await tools.CallAsync("n8n_failures", new JsonObject { ["since"] = since.ToString("O", CultureInfo.InvariantCulture), ["ignore"] = JsonSerializer.SerializeToNode(ignore) }, cancellationToken))
        .Deserialize<FailedExecutions>(AgentJson.Options)!;
}

/// <summary>A workflow.</summary>
/// <param name="Id">n8n's id of it.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsActive">Whether its triggers are on.</param>
/// <param name="ChangedAt">When it was last changed; null when n8n does not say.</param>
public sealed record Workflow(string Id, string Name, bool IsActive, DateTimeOffset? ChangedAt = null);

/// <summary>Executions that failed.</summary>
/// <param name="Items">The newest, newest first.</param>
/// <param name="IsCut">Whether there may be more than these.</param>
public sealed record FailedExecutions(IReadOnlyList<FailedExecution> Items, bool IsCut = false);

/// <summary>An execution that failed.</summary>
/// <param name="Id">n8n's id of it: a number, larger for a later one.</param>
/// <param name="WorkflowId">The workflow that ran.</param>
/// <param name="Workflow">Its name; its id when it is gone.</param>
/// <param name="State"><c>error</c> when a node failed, <c>crashed</c> when n8n went down under it.</param>
/// <param name="StartedAt">When it began; null when it never did.</param>
/// <param name="StoppedAt">When it ended.</param>
/// <param name="Error">What the failing node said, without what looks like a secret; data from outside. Null for older ones, and where n8n does not say.</param>
/// <param name="Node">The node that ran last; null likewise.</param>
public sealed record FailedExecution(
    string Id, string WorkflowId, string Workflow, string State, DateTimeOffset? StartedAt = null, DateTimeOffset? StoppedAt = null, string? Error = null, string? Node = null);
