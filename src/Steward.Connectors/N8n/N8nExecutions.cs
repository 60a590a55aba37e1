using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Platform.Telemetry;

namespace Steward.Connectors.N8n;

/// <summary>
/// The executions of n8n's workflows. n8n forgets them after a while, and keeps none of a workflow that is set so.
/// Every method throws <see cref="ConnectorException"/> when n8n fails or is not set up.
/// </summary>
public sealed class N8nExecutions
{
    // With its data one may be megabytes long.
    private const int PageWithData = 5;
    private const int MaxPagesWithData = 4;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private readonly N8nApi api;
    private readonly Redactor redactor;
    private readonly TimeProvider clock;

    /// <summary>Makes the client; nothing is sent yet.</summary>
    public N8nExecutions([FromKeyedServices(N8nAlerts.Vendor)] ProviderHttp http, IOptions<N8nOptions> options, Redactor redactor, TimeProvider clock) =>
        (api, this.redactor, this.clock) = (new N8nApi(http, options.Value), redactor, clock);

    /// <summary>One page of executions, newest first, without their data.</summary>
    public async Task<Page<N8nExecution>> ListAsync(ExecutionQuery query, CancellationToken cancellationToken)
    {
        var list = await ListAsync(query.Workflow, query.Status, Math.Min(query.Page.Limit, N8nApi.MaxPage), query.Page.After, withData: false, cancellationToken);
        var items = list.Data.Select(one => one.ToExecution(redactor.Redact)).ToList();
        if (query.Since is not { } since)
        {
            return new(items, list.NextCursor);
        }

        // Asked for by us and not by n8n, whose older versions do not know how.
        var young = items.TakeWhile(one => one.StartedAt is null || one.StartedAt >= since).ToList();
        return new(young, young.Count < items.Count ? null : list.NextCursor);
    }

    /// <summary>An execution; null when there is none (any more).</summary>
    /// <param name="id">Its id.</param>
    /// <param name="withData">True to get what happened in it as well.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<N8nExecution?> FindAsync(ExecutionId id, bool withData, CancellationToken cancellationToken) =>
        (await api.FindAsync<WorkflowWire.Execution>("GetExecution", $"executions/{id}{(withData ? "?includeData=true" : "")}", cancellationToken))?.ToExecution(redactor.Redact);

    /// <summary>Waits until an execution is over; gives it with its data, or as it is when the time is up. Null when there is none (any more).</summary>
    /// <param name="id">Its id.</param>
    /// <param name="within">How long to wait, at the most an hour.</param>
    /// <param name="cancellationToken">Cancels the waiting; the execution runs on.</param>
    public async Task<N8nExecution?> WaitAsync(ExecutionId id, TimeSpan within, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(within, TimeSpan.FromHours(1));
        var begun = clock.GetTimestamp();
        while (await FindAsync(id, withData: false, cancellationToken) is { IsOver: false } && clock.GetElapsedTime(begun) < within)
        {
            await Task.Delay(LookEvery, clock, cancellationToken);
        }

        return await FindAsync(id, withData: true, cancellationToken);
    }

    /// <summary>Runs a failed execution again, from the node that failed; gives the new execution, which may still run.</summary>
    /// <param name="permit">For <see cref="N8nWorkflowCalls.Retry"/>.</param>
    /// <param name="execution">The execution. n8n would also repeat one that still runs; Steward does not.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public async Task<N8nExecution> RetryAsync(Permit permit, N8nExecution execution, CancellationToken cancellationToken)
    {
        const string operation = "RetryExecution";
        api.Require(operation);
        return await permit.RunAsync(N8nWorkflowCalls.Retry(execution), async sending =>
        {
            var now = await FindAsync(execution.Id, withData: false, sending);
            if (now is null or { IsOver: false })
            {
                throw new ConnectorException(N8nAlerts.Vendor, operation, now is null ? $"there is no execution {execution.Id} any more." : $"execution {execution.Id} still runs. Stop it first, or wait.") { Effect = CallEffect.None };
            }

            var before = await FindRetryAsync(execution, sending);
            try
            {
                return (await api.ChangeAsync<WorkflowWire.Execution>(operation, HttpMethod.Post, $"executions/{execution.Id}/retry", null, sending)).ToExecution(redactor.Redact);
            }
            catch (ConnectorException e) when (e.Effect == CallEffect.Unknown)
            {
                // n8n answers when the new execution is over, which may take longer than an answer may.
                try
                {
                    if (await FindRetryAsync(execution, sending) is { } begun && begun.Id != before?.Id)
                    {
                        return begun;
                    }
                }
                catch (ConnectorException look)
                {
                    throw N8nApi.Open(look, $"the retry of execution {execution.Id} was sent, and the executions cannot be looked at");
                }

                throw;
            }
        }, retried => $"Execution {retried.Id} repeats execution {execution.Id}.", cancellationToken);
    }

    /// <summary>Stops an execution.</summary>
    /// <param name="permit">For <see cref="N8nWorkflowCalls.Stop"/>.</param>
    /// <param name="execution">The execution.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    /// <exception cref="ConnectorException">n8n failed, or it was over already.</exception>
    public async Task StopAsync(Permit permit, N8nExecution execution, CancellationToken cancellationToken)
    {
        api.Require("StopExecution");
        await permit.RunAsync(N8nWorkflowCalls.Stop(execution), sending =>
            api.ChangeAsync<WorkflowWire.Stopped>("StopExecution", HttpMethod.Post, $"executions/{execution.Id}/stop", null, sending),
            _ => $"Execution {execution.Id} was stopped.", cancellationToken);
    }

    /// <summary>The execution that a request with this key began, running or over; null when it is not among the newest twenty.</summary>
    internal async Task<N8nExecution?> FindByKeyAsync(WorkflowId workflow, string key, CancellationToken cancellationToken)
    {
        // Without a status n8n lists what is over; what still runs has to be asked for.
        foreach (var status in new ExecutionStatus?[] { null, ExecutionStatus.Running, ExecutionStatus.Waiting })
        {
            string? cursor = null;
            for (var page = 0; page < MaxPagesWithData; page++)
            {
                var list = await ListAsync(workflow, status, PageWithData, cursor, withData: true, cancellationToken);
                if (list.Data.FirstOrDefault(one => one.Mode != "retry" && N8nWire.Mentions(one.Data, key)) is { } found)
                {
                    return found.ToExecution(redactor.Redact);
                }

                cursor = list.NextCursor;
                if (cursor is null)
                {
                    break;
                }
            }
        }

        return null;
    }

    // The newest repetition of an execution, running or over.
    private async Task<N8nExecution?> FindRetryAsync(N8nExecution execution, CancellationToken cancellationToken)
    {
        N8nExecution? newest = null;
        foreach (var status in new ExecutionStatus?[] { null, ExecutionStatus.Running, ExecutionStatus.Waiting })
        {
            var list = await ListAsync(execution.WorkflowId, status, N8nApi.MaxPage, null, withData: false, cancellationToken);
            newest = list.Data.Select(one => one.ToExecution(redactor.Redact)).Where(one => one.RetryOf == execution.Id).Append(newest).OfType<N8nExecution>().MaxBy(one => one.Id.Value);
        }

        return newest;
    }

    private Task<WorkflowWire.List<WorkflowWire.Execution>> ListAsync(WorkflowId? workflow, ExecutionStatus? status, int limit, string? cursor, bool withData, CancellationToken cancellationToken) =>
        api.GetAsync<WorkflowWire.List<WorkflowWire.Execution>>("ListExecutions", string.Create(CultureInfo.InvariantCulture, $"executions?limit={limit}")
            + (withData ? "&includeData=true" : "")
            + (workflow is null ? "" : $"&workflowId={workflow}")
            + (status is { } wanted ? $"&status={Word(wanted)}" : "")
            + (cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}"), cancellationToken);

#pragma warning disable CA1308 // n8n writes its words in lower case.
    private static string Word(ExecutionStatus status) => status.ToString().ToLowerInvariant();
#pragma warning restore CA1308
}
