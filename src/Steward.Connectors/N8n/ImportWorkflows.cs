using Steward.Governance.Calls;
using Steward.Platform.Http;

namespace Steward.Connectors.N8n;

/// <summary>
/// Brings documents into n8n, by name: makes what is missing, changes what differs, leaves what is the same. Done twice
/// it does nothing the second time; where a person has to decide, doing it again goes on after the decision.
/// </summary>
public sealed class ImportWorkflows(N8nWorkflows n8n, DirectCall direct)
{
    /// <summary>Imports documents, each with a name of its own.</summary>
    /// <param name="documents">What is to be in n8n.</param>
    /// <param name="activate">True to turn them on as well: a call of its own, with a decision of its own.</param>
    /// <param name="actor">Who wants it.</param>
    /// <param name="correlationId">Ties the calls together in the audit log.</param>
    /// <param name="cancellationToken">Cancels; what was begun may have happened.</param>
    /// <exception cref="ConnectorException">n8n's workflows cannot be listed. Nothing was done.</exception>
    public async Task<WorkflowImport> HandleAsync(IReadOnlyList<WorkflowDocument> documents, bool activate, Actor actor, string correlationId, CancellationToken cancellationToken)
    {
        var known = (await n8n.ListAllAsync(cancellationToken: cancellationToken)).Where(one => !one.IsArchived).ToLookup(one => one.Name, StringComparer.Ordinal);
        var items = new List<ImportedWorkflow>();
        var stopped = false;
        foreach (var document in documents)
        {
            var one = new Turn(n8n, direct, actor, correlationId, cancellationToken);
            var item = stopped
                ? new ImportedWorkflow(document.Name, null, new ImportStep(ImportState.NotTried, "n8n had failed before its turn came."), null)
                : await one.ImportAsync(document, [.. known[document.Name]], activate);
            stopped |= one.Lost;
            items.Add(item);
        }

        return new WorkflowImport(items);
    }

    private sealed class Turn(N8nWorkflows n8n, DirectCall direct, Actor actor, string correlationId, CancellationToken cancellationToken)
    {
        /// <summary>True when n8n failed in a way that would strike the next one as well.</summary>
        public bool Lost { get; private set; }

        public async Task<ImportedWorkflow> ImportAsync(WorkflowDocument document, IReadOnlyList<N8nWorkflow> named, bool activate)
        {
            if (named.Count > 1)
            {
                return new ImportedWorkflow(document.Name, null, new ImportStep(ImportState.Refused, N8nWorkflows.Ambiguous(document.Name, named).Message), null);
            }

            var step = named.Count == 0 ? await CreateAsync(document) : await UpdateAsync(named[0], document);
            var there = named.SingleOrDefault();
            if (!step.IsDone || (there is not null && !activate))
            {
                return new ImportedWorkflow(document.Name, there?.Id, step, null);
            }

            try
            {
                // As it is now: with the ids that n8n gave, and perhaps somebody else's change.
                there = (await n8n.FindByNameAsync(document.Name, cancellationToken)).Value;
            }
            catch (ConnectorException e)
            {
                return new ImportedWorkflow(document.Name, there?.Id, step, activate ? Failed(e) : null);
            }

            return new ImportedWorkflow(document.Name, there?.Id, step, !activate ? null : there is null ? new ImportStep(ImportState.Failed, "It cannot be found any more.") : await ActivateAsync(there));
        }

        private Task<ImportStep> CreateAsync(WorkflowDocument document) => RunAsync(ImportState.Created, N8nWorkflowCalls.Create(document), $"Import of the workflow '{document.Name}'.",
            async (permit, sending) => $"Workflow {(await n8n.CreateAsync(permit, document, sending)).Id} was made.",
            async (_, asking) => await n8n.FindByNameAsync(document.Name, asking) is { IsRefused: false, Value: { } found } && document.Over(found.Document).Says(found.Document));

        private async Task<ImportStep> UpdateAsync(N8nWorkflow current, WorkflowDocument document)
        {
            var wanted = document.Over(current.Document);
            return wanted.Says(current.Document)
                ? new ImportStep(ImportState.Unchanged)
                : await RunAsync(ImportState.Updated, N8nWorkflowCalls.Update(current, wanted), $"Import of the workflow '{document.Name}' over what it does now{(current.Active ? "; it is active, so it is live at once" : "")}.",
                    async (permit, sending) => $"Workflow {(await n8n.UpdateAsync(permit, current, wanted, sending)).Id} was changed.",
                    async (_, asking) => await n8n.FindAsync(current.Id, asking) is { } now && wanted.Says(now.Document));
        }

        private async Task<ImportStep> ActivateAsync(N8nWorkflow workflow) => workflow.Active
            ? new ImportStep(ImportState.Unchanged)
            : await RunAsync(ImportState.Activated, N8nWorkflowCalls.Activate(workflow), $"Activation of the workflow '{workflow.Name}' with its import.",
                async (permit, sending) => $"Workflow {(await n8n.ActivateAsync(permit, workflow, sending)).Id} is on.",
                async (_, asking) => await n8n.FindAsync(workflow.Id, asking) is { Active: true });

        private async Task<ImportStep> RunAsync(
            ImportState done, Call call, string reason, Func<Permit, CancellationToken, Task<string?>> run, Func<DateTimeOffset, CancellationToken, Task<bool?>> happened)
        {
            try
            {
                return await direct.RunAsync(actor, call, reason, correlationId, run, happened, cancellationToken) switch
                {
                    DirectOutcome.Done => new ImportStep(done),
                    DirectOutcome.Waiting waiting => new ImportStep(ImportState.Waiting, waiting.Reason, waiting.ApprovalId),
                    DirectOutcome.Held held => new ImportStep(ImportState.Held, held.Reason),
                    DirectOutcome.Denied denied => new ImportStep(ImportState.Denied, denied.Reason),
                    DirectOutcome.Unknown unknown => new ImportStep(ImportState.Failed, unknown.Reason),
                    _ => throw new InvalidOperationException("An outcome that an import does not know."),
                };
            }
            catch (ConnectorException e)
            {
                return Failed(e);
            }
        }

        private ImportStep Failed(ConnectorException e)
        {
            Lost |= e.IsTransient;
            return new ImportStep(ImportState.Failed, e.Message);
        }
    }
}
