using System.Text;
using Steward.Platform.Http;

namespace Steward.Connectors.N8n;

/// <summary>The production webhooks of n8n's workflows.</summary>
internal sealed class N8nWebhooks(ProviderHttp http, N8nOptions settings, TimeProvider clock)
{
    /// <summary>The header in which Steward shows <see cref="N8nOptions.WebhookKey"/> to webhooks that ask for a header.</summary>
    public const string AuthenticationHeader = "X-Steward-Key";

    // n8n 2.41 was seen to listen 0.2 to 1 s after an activation, once 5 s after a start; a busy one takes longer.
    private static readonly TimeSpan LiveWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>Waits until n8n listens at all of these; gives the first at which it does not in time, or null.</summary>
    public async Task<WorkflowWebhook?> WaitAsync(IReadOnlyList<WorkflowWebhook> webhooks, CancellationToken cancellationToken)
    {
        var begun = clock.GetTimestamp();
        foreach (var webhook in webhooks.Where(one => one.Path is not null))
        {
            while (!await IsLiveAsync(webhook, cancellationToken))
            {
                if (clock.GetElapsedTime(begun) >= LiveWithin)
                {
                    return webhook;
                }

                await Task.Delay(LookEvery, clock, cancellationToken);
            }
        }

        return null;
    }

    /// <summary>Whether n8n listens there, asked without starting anything: as a browser asks before it sends from another page.</summary>
    public Task<bool> IsLiveAsync(WorkflowWebhook webhook, CancellationToken cancellationToken) =>
        http.SendAsync(new ProviderCall("LookAtWebhook", false, () => LiveRequest(Address(webhook), webhook.Methods[0], settings.BaseUrl)), answer => answer.Header("Access-Control-Allow-Methods")?.Split(',', StringSplitOptions.TrimEntries).Contains(webhook.Methods[0], StringComparer.OrdinalIgnoreCase) == true, cancellationToken);

    /// <summary>The request that asks whether n8n listens at an address, and starts nothing.</summary>
    public static HttpRequestMessage LiveRequest(string address, string method, string root)
    {
        var request = new HttpRequestMessage(HttpMethod.Options, address);
        request.Headers.Add("Origin", new Uri(root).GetLeftPart(UriPartial.Authority));
        request.Headers.Add("Access-Control-Request-Method", method);
        request.Headers.UserAgent.ParseAdd("steward");
        return request;
    }

    /// <summary>Sends a request to a webhook; gives the status of its answer and, where that says no, the failure that it means if nothing was started.</summary>
    /// <exception cref="ConnectorException">n8n cannot be reached, did not answer in time, or has nothing there.</exception>
    public Task<(int Status, ConnectorException? Refusal)> SendAsync(WorkflowStart start, CancellationToken cancellationToken)
    {
        var body = start.Body?.ToJsonString();
        return http.SendAsync(new ProviderCall("RunWorkflow", true, () =>
        {
            var request = new HttpRequestMessage(new HttpMethod(start.Method), Address(start.Webhook));
            request.Headers.Add(N8nAlerts.KeyHeader, start.Key);
            request.Headers.UserAgent.ParseAdd("steward");
            if (start.Webhook.Authentication == "headerAuth")
            {
                request.Headers.Add(AuthenticationHeader, settings.WebhookKey);
            }

            request.Content = body is null || start.Method == "GET" ? null : new StringContent(body, Encoding.UTF8, "application/json");
            return request;
        }), answer =>
        {
            // A workflow may answer with any status; only this text is n8n's own.
            if ((int)answer.Status == 404 && answer.Text.Contains("is not registered", StringComparison.Ordinal))
            {
                throw answer.Failure($"nothing listens at the webhook '{start.Webhook.Path}' of '{start.Workflow.Name}'. Deactivate and activate the workflow, and look whether N8n:BaseUrl is where its webhooks are.",
                    transient: false, CallEffect.None);
            }

            if ((int)answer.Status is 401 or 403 && answer.Text.StartsWith("Authorization", StringComparison.Ordinal))
            {
                throw answer.Failure($"the webhook of '{start.Workflow.Name}' does not accept N8n:WebhookKey. Its Header Auth credential in n8n needs the name {AuthenticationHeader} and the same value.",
                    transient: false, CallEffect.None);
            }

            return ((int)answer.Status, answer.IsOk ? null : answer.Refusal());
        }, cancellationToken);
    }

    private string Address(WorkflowWebhook webhook) => $"{settings.BaseUrl.TrimEnd('/')}/webhook/{string.Join('/', webhook.Path!.Split('/').Select(Uri.EscapeDataString))}";
}
