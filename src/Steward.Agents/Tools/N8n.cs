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
    private const int Most = 200;
    private const int MostIgnored = 100;

    // n8n's largest pages, and of each status so many: a workflow may fail every minute for two days.
    private const int PageSize = 250;
    private const int MostPages = 12;

    // What one said comes with all its data.
    private const int Explained = 10;

    public string Name => "n8n_failures";

    public string Grant => "n8n";

    public string About => $"The executions that failed since a time, newest first: {{ since, ignore }} gives {{ items, isCut }}, at most {Most}, without those of the workflows whose names are ignored; the newest {Explained} say with what.";

    public Task<JsonNode> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        N8nWorkflowList.Require(options.Value);
        var (since, ignored) = (call.TimeOrNull("since") ?? clock.GetUtcNow().AddDays(-1), call.Texts("ignore", MostIgnored).ToHashSet(StringComparer.Ordinal));
        return reading.AskAsync(Grant, async () =>
        {
            var (failed, isCut) = await ReadAsync(since, cancellationToken);
            var names = new Dictionary<WorkflowId, string>();
            var items = new List<Item>();
            foreach (var one in failed)
            {
                if (!names.TryGetValue(one.WorkflowId, out var name))
                {
                    names[one.WorkflowId] = name = (await workflows.FindAsync(one.WorkflowId, cancellationToken))?.Name ?? one.WorkflowId.Value;
                }

                if (ignored.Contains(name))
                {
                    continue;
                }

                if (items.Count == Most)
                {
                    isCut = true;
                    break;
                }

                var whole = items.Count < Explained ? await ExplainAsync(one, cancellationToken) : one;
                items.Add(new Item(one.Id.ToString(), one.WorkflowId.Value, reading.Words(name), one.Status, one.StartedAt, one.StoppedAt, reading.WordsOrNull(whole.Error), reading.WordsOrNull(whole.LastNode)));
            }

            return new Found(items, isCut);
        });
    }

    // Newest first, and whether there are more than are read.
    private async Task<(IReadOnlyList<N8nExecution> Failed, bool IsCut)> ReadAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var (failed, isCut) = (new List<N8nExecution>(), false);
        foreach (var status in new[] { ExecutionStatus.Error, ExecutionStatus.Crashed })
        {
            PageRequest? page = new(PageSize);
            for (var read = 0; page is not null && read < MostPages; read++)
            {
                var found = await executions.ListAsync(new ExecutionQuery { Status = status, Since = since, Page = page }, cancellationToken);
                failed.AddRange(found.Items);
                page = found.Next is { } next && next != page.After && found.Items.Count > 0 ? new PageRequest(PageSize, next) : null;
            }

            isCut |= page is not null;
        }

        return ([.. failed.OrderByDescending(one => one.Id.Value)], isCut);
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

    private sealed record Found(IReadOnlyList<Item> Items, bool IsCut);

    private sealed record Item(string Id, string WorkflowId, string Workflow, ExecutionStatus State, DateTimeOffset? StartedAt, DateTimeOffset? StoppedAt, string? Error, string? Node);
}
