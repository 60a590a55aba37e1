using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Steward.Connectors.N8n;
using Steward.Kernel;
using Steward.Platform.Http;

namespace Steward.Agents.Tools;

/// <summary>Reads the workflows of n8n.</summary>
internal sealed class N8nWorkflowList(N8nWorkflows workflows, IOptions<N8nOptions> options, ProviderReading reading) : ITool
{
    private const int Most = 200;

    // Each comes with all its nodes, and an answer of n8n may have 8 MB.
    private const int PageSize = 25;

    public string Name => "n8n_workflows";

    public string Grant => "n8n";

    public string About => $"The workflows: {{ }} gives {{ items }}, at most {Most}.";

    public Task<JsonNode> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        Require(options.Value);
        return reading.ListAsync<Item>(Grant, async () =>
        {
            var items = new List<Item>();
            for (PageRequest? page = new(PageSize); page is not null && items.Count < Most;)
            {
                var found = await workflows.ListAsync(page, cancellationToken: cancellationToken);
                items.AddRange(found.Items.Select(one => new Item(one.Id.Value, reading.Words(one.Name), one.Active, one.UpdatedAt)));
                page = found.Next is { } next && next != page.After && found.Items.Count > 0 ? new PageRequest(PageSize, next) : null;
            }

            return items;
        });
    }

    internal static void Require(N8nOptions settings)
    {
        if (settings.BaseUrl.Length == 0 || settings.ApiKey.Length == 0)
        {
            throw new ToolFaultException("not-set-up", "n8n is not set up: set N8n:BaseUrl and N8n:ApiKey.");
        }
    }

    private sealed record Item(string Id, string Name, bool IsActive, DateTimeOffset? ChangedAt);
}

/// <summary>Reads the executions of n8n that failed.</summary>
internal sealed class N8nFailureList(N8nWorkflows workflows, N8nExecutions executions, IOptions<N8nOptions> options, ProviderReading reading, TimeProvider clock) : ITool
{
    private const int Most = 50;

    // What one said comes with all its data.
    private const int Explained = 10;

    public string Name => "n8n_failures";

    public string Grant => "n8n";

    public string About => $"The executions that failed since a time, newest first: {{ since }} gives {{ items }}, at most {Most}; the newest {Explained} say with what.";

    public Task<JsonNode> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        N8nWorkflowList.Require(options.Value);
        var since = call.TimeOrNull("since") ?? clock.GetUtcNow().AddDays(-1);
        return reading.ListAsync<Item>(Grant, async () =>
        {
            var failed = new List<N8nExecution>();
            foreach (var status in new[] { ExecutionStatus.Error, ExecutionStatus.Crashed })
            {
                failed.AddRange((await executions.ListAsync(new ExecutionQuery { Status = status, Since = since, Page = new PageRequest(Most) }, cancellationToken)).Items);
            }

            var newest = failed.OrderByDescending(one => one.Id.Value).Take(Most).ToList();
            var names = new Dictionary<WorkflowId, string>();
            foreach (var id in newest.Select(one => one.WorkflowId).Distinct())
            {
                names[id] = (await workflows.FindAsync(id, cancellationToken)) is { } workflow ? reading.Words(workflow.Name) : id.Value;
            }

            var items = new List<Item>(newest.Count);
            foreach (var one in newest)
            {
                var whole = items.Count < Explained ? await ExplainAsync(one, cancellationToken) : one;
                items.Add(new Item(one.Id.ToString(), one.WorkflowId.Value, names[one.WorkflowId], one.Status, one.StartedAt, one.StoppedAt, reading.WordsOrNull(whole.Error), reading.WordsOrNull(whole.LastNode)));
            }

            return items;
        });
    }

    // One whose data is too large, or gone by now, failed all the same.
    private async Task<N8nExecution> ExplainAsync(N8nExecution one, CancellationToken cancellationToken)
    {
        try
        {
            return await executions.FindAsync(one.Id, withData: true, cancellationToken) ?? one;
        }
        catch (ConnectorException e) when (!e.IsTransient)
        {
            return one;
        }
    }

    private sealed record Item(string Id, string WorkflowId, string Workflow, ExecutionStatus State, DateTimeOffset? StartedAt, DateTimeOffset? StoppedAt, string? Error, string? Node);
}
