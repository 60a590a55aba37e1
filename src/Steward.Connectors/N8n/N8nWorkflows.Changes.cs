using System.Net;
using Steward.Governance.Calls;
using Steward.Platform.Http;

namespace Steward.Connectors.N8n;

// What changes something. n8n knows no key that would make a repeat harmless: after an unknown outcome look for the
// workflow before anything is repeated.
public sealed partial class N8nWorkflows
{
    // n8n 2.41 was seen to need up to a second.
    private static readonly TimeSpan OffWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>Makes a workflow. It is not active; n8n takes any name, also one that there is already.</summary>
    /// <param name="permit">For <see cref="N8nWorkflowCalls.Create"/>.</param>
    /// <param name="document">What it is to do.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public async Task<N8nWorkflow> CreateAsync(Permit permit, WorkflowDocument document, CancellationToken cancellationToken)
    {
        api.Require("CreateWorkflow");
        return await permit.RunAsync(N8nWorkflowCalls.Create(document), async sending =>
            (await api.ChangeAsync<WorkflowWire.Workflow>("CreateWorkflow", HttpMethod.Post, "workflows", document.ToJson(), sending)).ToWorkflow(),
            made => $"Workflow {made.Id} '{made.Name}' was made.", cancellationToken);
    }

    /// <summary>Replaces what a workflow does. An active one does it at once; then this returns when its webhooks are live.</summary>
    /// <param name="permit">For <see cref="N8nWorkflowCalls.Update"/>.</param>
    /// <param name="current">The workflow as it is.</param>
    /// <param name="document">What it is to do; see <see cref="WorkflowDocument.Over"/>.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public async Task<N8nWorkflow> UpdateAsync(Permit permit, N8nWorkflow current, WorkflowDocument document, CancellationToken cancellationToken)
    {
        const string operation = "UpdateWorkflow";
        api.Require(operation);
        var updated = await permit.RunAsync(N8nWorkflowCalls.Update(current, document), async sending =>
        {
            // Between reading and writing somebody may have saved in the editor; that must not be lost.
            if (await FindAsync(current.Id, sending) is not { } now || now.Version != current.Version || !now.Document.Says(current.Document) || now.Active != current.Active)
            {
                throw new ConnectorException(N8nAlerts.Vendor, operation, $"workflow {current.Id} was changed by somebody else meanwhile. Look at it, then try again.") { Effect = CallEffect.None };
            }

            return (await api.ChangeAsync<WorkflowWire.Workflow>(operation, HttpMethod.Put, $"workflows/{current.Id}", document.ToJson(), sending)).ToWorkflow();
        }, made => $"Workflow {made.Id} '{made.Name}' was changed{(made.Active ? " and is live" : "")}.", cancellationToken);
        await LiveAsync(updated, cancellationToken);
        return updated;
    }

    /// <summary>Turns a workflow on, and waits until n8n listens at its webhooks: it answers before it does.</summary>
    /// <param name="permit">For <see cref="N8nWorkflowCalls.Activate"/>.</param>
    /// <param name="workflow">The workflow as it is.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    /// <exception cref="ConnectorException">n8n refused, as it does where there is no trigger; or it is on and a webhook did not become live in 30 s.</exception>
    public async Task<N8nWorkflow> ActivateAsync(Permit permit, N8nWorkflow workflow, CancellationToken cancellationToken)
    {
        api.Require("ActivateWorkflow");
        var active = await permit.RunAsync(N8nWorkflowCalls.Activate(workflow), async sending =>
            (await api.ChangeAsync<WorkflowWire.Workflow>("ActivateWorkflow", HttpMethod.Post, $"workflows/{workflow.Id}/activate", null, sending)).ToWorkflow(),
            made => $"Workflow {made.Id} '{made.Name}' was turned on.", cancellationToken);
        await LiveAsync(active, cancellationToken);
        return active;
    }

    /// <summary>Turns a workflow off. Its webhooks may answer for a moment longer.</summary>
    /// <param name="permit">For <see cref="N8nWorkflowCalls.Deactivate"/>.</param>
    /// <param name="workflow">The workflow as it is.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public async Task<N8nWorkflow> DeactivateAsync(Permit permit, N8nWorkflow workflow, CancellationToken cancellationToken)
    {
        api.Require("DeactivateWorkflow");
        return await permit.RunAsync(N8nWorkflowCalls.Deactivate(workflow), sending => DeactivateAsync(workflow, sending),
            made => $"Workflow {made.Id} '{made.Name}' was turned off.", cancellationToken);
    }

    /// <summary>Deletes a workflow and its executions, for good. An active one is turned off first, since n8n refuses to delete those.</summary>
    /// <param name="permit">For <see cref="N8nWorkflowCalls.Delete"/>.</param>
    /// <param name="workflow">The workflow as it is.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public async Task DeleteAsync(Permit permit, N8nWorkflow workflow, CancellationToken cancellationToken)
    {
        const string operation = "DeleteWorkflow";
        api.Require(operation);
        await permit.RunAsync(N8nWorkflowCalls.Delete(workflow), async sending =>
        {
            if (workflow.Active)
            {
                await DeactivateAsync(workflow, sending);
            }

            var begun = clock.GetTimestamp();
            while (true)
            {
                try
                {
                    return (await api.ChangeAsync<WorkflowWire.Workflow>(operation, HttpMethod.Delete, $"workflows/{workflow.Id}", null, sending)).ToWorkflow();
                }
                catch (ConnectorException e) when (e.Status == HttpStatusCode.Conflict && e.Message.Contains("being unpublished", StringComparison.Ordinal) && clock.GetElapsedTime(begun) < OffWithin)
                {
                    // It answers a deactivation before it is done with it.
                    await Task.Delay(LookEvery, clock, sending);
                }
                catch (ConnectorException e) when (workflow.Active && e.Effect == CallEffect.None)
                {
                    throw new ConnectorException(N8nAlerts.Vendor, operation, $"workflow {workflow.Id} was turned off and not deleted. {e.Message}", e) { Status = e.Status, IsTransient = e.IsTransient };
                }
            }
        }, _ => $"Workflow {workflow.Id} '{workflow.Name}' was deleted.", cancellationToken);
    }

    private async Task<N8nWorkflow> DeactivateAsync(N8nWorkflow workflow, CancellationToken cancellationToken) =>
        (await api.ChangeAsync<WorkflowWire.Workflow>("DeactivateWorkflow", HttpMethod.Post, $"workflows/{workflow.Id}/deactivate", null, cancellationToken)).ToWorkflow();

    private async Task LiveAsync(N8nWorkflow workflow, CancellationToken cancellationToken)
    {
        if (workflow.Active && await webhooks.WaitAsync(workflow.Document.Webhooks, cancellationToken) is { } silent)
        {
            throw new ConnectorException(N8nAlerts.Vendor, "ActivateWorkflow",
                $"workflow {workflow.Id} is on, but n8n does not listen at its webhook '{silent.Path}' yet. Look into n8n's log; another workflow may have the same path.") { Effect = CallEffect.None, IsTransient = true };
        }
    }
}
