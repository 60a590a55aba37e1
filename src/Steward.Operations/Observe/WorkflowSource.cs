using Microsoft.Extensions.Options;
using Steward.Connectors.N8n;
using Steward.Kernel;

namespace Steward.Operations.Observe;

/// <summary>What n8n says of one workflow's latest executions.</summary>
/// <param name="Id">The workflow.</param>
/// <param name="Name">Its name; its id where n8n does not tell.</param>
/// <param name="Ended">The executions that came to an end within the time that is looked back on, newest first.</param>
public sealed record WorkflowPicture(WorkflowId Id, string Name, IReadOnlyList<N8nExecution> Ended);

/// <summary>What n8n says of its workflows.</summary>
/// <param name="On">All that are switched on: of any other nothing can fail any more.</param>
/// <param name="Ran">Those of them that ran lately.</param>
public sealed record WorkflowsPicture(IReadOnlySet<WorkflowId> On, IReadOnlyList<WorkflowPicture> Ran);

/// <summary>Asks n8n how its workflows fare.</summary>
internal sealed class WorkflowSource(N8nWorkflows workflows, N8nExecutions executions, IOptions<OperationsOptions> options, TimeProvider clock)
{
    // A thousand executions: of a busier n8n the latest part is judged.
    private const int PageSize = 250;
    private const int MostPages = 4;

    // A row of failures may be spread over more than the time within which all have to fail.
    private static readonly TimeSpan LeastLookBack = TimeSpan.FromHours(1);

    /// <summary>True when n8n's API is set up.</summary>
    public bool IsConfigured => workflows.IsConfigured;

    /// <summary>The workflows. Those that were switched off or put aside are left out.</summary>
    public async Task<WorkflowsPicture> LookAsync(CancellationToken cancellationToken)
    {
        var back = options.Value.Workflows.AllWithin > LeastLookBack ? options.Value.Workflows.AllWithin : LeastLookBack;
        var ran = await RecentAsync(clock.Now() - back, cancellationToken);
        var watched = (await workflows.ListAllAsync(cancellationToken: cancellationToken)).Where(workflow => workflow is { Active: true, IsArchived: false })
            .ToDictionary(workflow => workflow.Id, workflow => workflow.Name);
        return new WorkflowsPicture(watched.Keys.ToHashSet(),
        [
            .. ran.Where(execution => execution.IsOver && watched.ContainsKey(execution.WorkflowId)).GroupBy(execution => execution.WorkflowId)
                .Select(group => new WorkflowPicture(group.Key, watched[group.Key], [.. group.OrderByDescending(execution => execution.Id.Value)])),
        ]);
    }

    private async Task<List<N8nExecution>> RecentAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var all = new List<N8nExecution>();
        string? after = null;
        for (var number = 0; number < MostPages; number++)
        {
            var page = await executions.ListAsync(new ExecutionQuery { Since = since, Page = new PageRequest(PageSize, after) }, cancellationToken);
            all.AddRange(page.Items);
            if (page.Next is null)
            {
                break;
            }

            after = page.Next;
        }

        return all;
    }
}
