using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Platform.Telemetry;

namespace Steward.Connectors.N8n;

/// <summary>
/// Starts workflows. n8n's API has no call for that, so a workflow is started by a request to its webhook, and its
/// execution is then found by the key that the request carried.
/// </summary>
public sealed class N8nRuns
{
    // An execution is on record a moment after the webhook has answered.
    private static readonly TimeSpan FoundWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);
    private const int MaxKey = 200;
    private readonly N8nApi api;
    private readonly N8nWebhooks webhooks;
    private readonly N8nExecutions executions;
    private readonly N8nOptions settings;
    private readonly Redactor redactor;
    private readonly TimeProvider clock;

    /// <summary>Makes the client; nothing is sent yet.</summary>
    public N8nRuns([FromKeyedServices(N8nAlerts.Vendor)] ProviderHttp http, IOptions<N8nOptions> options, N8nExecutions executions, Redactor redactor, TimeProvider clock)
    {
        (settings, this.executions, this.redactor, this.clock) = (options.Value, executions, redactor, clock);
        (api, webhooks) = (new N8nApi(http, settings), new N8nWebhooks(http, settings, clock));
    }

    /// <summary>Prepares a start, or says why the workflow cannot be started. Nothing is sent.</summary>
    /// <param name="workflow">The workflow.</param>
    /// <param name="key">What this is the one start of: 1 to 200 printable ASCII characters without spaces.</param>
    /// <param name="body">What its webhook gets; secrets are taken out.</param>
    /// <param name="webhook">The node to begin at; needed only where the workflow has several webhooks.</param>
    public Outcome<WorkflowStart> Plan(N8nWorkflow workflow, string key, JsonObject? body = null, string? webhook = null)
    {
        if (key.Length is 0 or > MaxKey || key.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return Refusal.Invalid("key", $"A key is 1 to {MaxKey} printable ASCII characters without spaces.");
        }

        var found = workflow.Document.Webhooks.Where(one => webhook is null || one.Node == webhook).ToList();
        return !workflow.Active ? Cannot("inactive-workflow", workflow, "is not active. Activate it first")
            : workflow.Document.Webhooks.Count == 0 ? Cannot("no-webhook", workflow, "has no webhook, and n8n lets nothing else start it from outside. Add a Webhook node to it")
            : found.Count == 0 ? Cannot("no-webhook", workflow, $"has no webhook node '{webhook}'. It has: {Names(workflow.Document.Webhooks)}")
            : found.Count > 1 ? Cannot("several-webhooks", workflow, $"has several webhooks ({Names(found)}). Say which one")
            : found[0] is { Path: null } ? Cannot("open-path", workflow, $"has a webhook '{found[0].Node}' whose path is not fixed. Give it a fixed one")
            : Unauthorised(workflow, found[0]) is { } no ? no
            : new WorkflowStart(workflow, found[0], found[0].Methods.Contains("POST") ? "POST" : found[0].Methods[0], key, body is null ? null : redactor.Redact(body));
    }

    /// <summary>
    /// Starts a workflow and finds its execution, which may run on. A workflow that fails was started nevertheless: look
    /// at the execution's status.
    /// </summary>
    /// <param name="permit">For <see cref="N8nWorkflowCalls.Run"/>.</param>
    /// <param name="start">From <see cref="Plan"/>.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public async Task<StartedWorkflow> StartAsync(Permit permit, WorkflowStart start, CancellationToken cancellationToken)
    {
        api.Require("RunWorkflow");
        return await permit.RunAsync(N8nWorkflowCalls.Run(start), sending => SendAsync(start, sending),
            started => started.Execution is { } one ? $"Execution {one.Id} of workflow {start.Workflow.Id} began." : $"Workflow {start.Workflow.Id} was started; n8n keeps no executions of it.", cancellationToken);
    }

    /// <summary>The execution that a start led to, running or over; null when n8n has none, which may also mean that it keeps none.</summary>
    public async Task<N8nExecution?> FindAsync(WorkflowStart start, CancellationToken cancellationToken) =>
        await executions.FindByKeyAsync(start.Workflow.Id, start.Key, cancellationToken);

    private async Task<StartedWorkflow> SendAsync(WorkflowStart start, CancellationToken cancellationToken)
    {
        int? status = null;
        ConnectorException? trouble;
        try
        {
            (status, trouble) = await webhooks.SendAsync(start, cancellationToken);
        }
        catch (ConnectorException e) when (e.Effect == CallEffect.Unknown)
        {
            // A workflow that answers at its end may take longer than an answer may: it runs all the same.
            trouble = e;
        }

        var begun = clock.GetTimestamp();
        while (true)
        {
            if (await LookAsync(start, cancellationToken) is { } execution)
            {
                return new StartedWorkflow(execution, status);
            }

            if (clock.GetElapsedTime(begun) >= FoundWithin)
            {
                return trouble is null ? new StartedWorkflow(null, status) : throw trouble;
            }

            await Task.Delay(LookEvery, clock, cancellationToken);
        }
    }

    private async Task<N8nExecution?> LookAsync(WorkflowStart start, CancellationToken cancellationToken)
    {
        try
        {
            return await FindAsync(start, cancellationToken);
        }
        catch (ConnectorException e)
        {
            // A look has no effect, and its failure says nothing about what was sent before it.
            throw N8nApi.Open(e, $"the webhook of '{start.Workflow.Name}' was called, and the executions cannot be looked at");
        }
    }

    private Refusal? Unauthorised(N8nWorkflow workflow, WorkflowWebhook webhook) => webhook.Authentication switch
    {
        "none" => null,
        "headerAuth" when settings.WebhookKey.Length > 0 => null,
        "headerAuth" => Cannot("no-webhook-key", workflow, $"asks for a header. Set N8n:WebhookKey, and in n8n a Header Auth credential with the name {N8nWebhooks.AuthenticationHeader} and the same value"),
        var other => Cannot("webhook-authentication", workflow, $"asks for {other}, which Steward does not speak. Let its webhook ask for a header ({N8nWebhooks.AuthenticationHeader})"),
    };

    private static Refusal Cannot(string code, N8nWorkflow workflow, string why) => new(RefusalKind.Conflict, code, $"The workflow '{workflow.Name}' {why}.");

    private static string Names(IEnumerable<WorkflowWebhook> webhooks) => string.Join(", ", webhooks.Select(one => $"'{one.Node}'"));
}
