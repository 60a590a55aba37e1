using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Http;

namespace Steward.Connectors.N8n;

/// <summary>
/// Sends alerts through a workflow of n8n that begins with a webhook. Methods throw <see cref="ConnectorException"/> when
/// n8n fails or is not set up.
/// </summary>
public sealed class N8nAlerts([FromKeyedServices(N8nAlerts.Vendor)] ProviderHttp http, IOptions<N8nOptions> options, N8nCalls calls)
{
    /// <summary>The vendor's name, as in <see cref="ConnectorException.Vendor"/> and for its pipeline.</summary>
    public const string Vendor = "n8n";

    /// <summary>The header that carries an alert's key.</summary>
    public const string KeyHeader = "Idempotency-Key";

    // A hundred executions in small pages: with their data, a hundred at once might be more than we read.
    private const int PageSize = 20;
    private const int MaxPages = 5;
    private readonly N8nOptions settings = options.Value;

    /// <summary>True when there is a webhook.</summary>
    public bool IsConfigured => settings.AlertWebhook.Length > 0;

    /// <summary>Sends an alert. It returns when n8n has begun the workflow, or has ended it if the webhook is set to answer then.</summary>
    /// <param name="permit">For <see cref="N8nCalls.SendAlert"/>.</param>
    /// <param name="key">What it is the one alert about; it travels as <c>Idempotency-Key</c>.</param>
    /// <param name="alert">What the workflow gets.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    /// <returns>What came of it, for people.</returns>
    public async Task<string> SendAsync(Permit permit, string key, JsonObject alert, CancellationToken cancellationToken)
    {
        const string operation = "SendAlert";
        if (!IsConfigured)
        {
            throw new ConnectorException(Vendor, operation, "it is not set up: N8n:AlertWebhook is missing.") { Effect = CallEffect.None };
        }

        var call = calls.SendAlert(key, alert);
        var body = call.Arguments.ToJsonString(Json.Options);
        return await permit.RunAsync(call, sending => http.SendAsync(new ProviderCall(operation, true, () => Request(key, body)), answer =>
        {
            if ((int)answer.Status == 404)
            {
                throw answer.Failure($"no workflow listens at N8n:AlertWebhook. Import the alert workflow, activate it, and check the address. {answer.Quote(answer.Text)}",
                    transient: false, CallEffect.None);
            }

            if ((int)answer.Status is 401 or 403)
            {
                throw answer.Failure(
                    $"the webhook at N8n:AlertWebhook does not accept N8n:WebhookKey{(settings.WebhookKey.Length == 0 ? ", which is not set" : "")}. Its Header Auth credential in n8n needs the name {N8nWebhooks.AuthenticationHeader} and the same value. {answer.Quote(answer.Text)}",
                    transient: false, CallEffect.None);
            }

            answer.ThrowIfNotOk();
            return "n8n took the alert.";
        }, sending), taken => taken, cancellationToken);
    }

    /// <summary>
    /// Whether n8n got an alert, from its recent executions: true or false, or null when it cannot be known - there is no
    /// key for the API, n8n keeps no executions, or the hundred newest do not reach back far enough.
    /// </summary>
    /// <param name="key">The alert's key.</param>
    /// <param name="since">When it was sent at the earliest.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<bool?> WasDeliveredAsync(string key, DateTimeOffset since, CancellationToken cancellationToken)
    {
        if (settings.ApiKey.Length == 0)
        {
            return null;
        }

        string? cursor = null;
        DateTimeOffset? oldest = null;
        for (var page = 0; page < MaxPages; page++)
        {
            var from = cursor;
            var executions = await http.SendAsync(new ProviderCall("ListExecutions", false, () => Request(from)),
                answer => answer.Json<N8nWire.Executions>(N8nWire.Options), cancellationToken);
            if (executions.Data.Any(execution => N8nWire.Mentions(execution.Data, key)))
            {
                return true;
            }

            oldest = executions.Data.Select(execution => execution.StartedAt).Append(oldest).Min();
            cursor = executions.NextCursor;
            if (cursor is null || oldest < since)
            {
                break;
            }
        }

        // Without a single older execution "not there" may as well mean "not kept".
        return oldest < since ? false : null;
    }

    private HttpRequestMessage Request(string key, string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, settings.AlertWebhook) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add(KeyHeader, key);
        if (settings.WebhookKey.Length > 0)
        {
            request.Headers.Add(N8nWebhooks.AuthenticationHeader, settings.WebhookKey);
        }

        request.Headers.UserAgent.ParseAdd("steward");
        return request;
    }

    private HttpRequestMessage Request(string? cursor)
    {
        var more = cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}";
        var request = new HttpRequestMessage(HttpMethod.Get, $"{settings.BaseUrl.TrimEnd('/')}/api/v1/executions?includeData=true&limit={PageSize}{more}");
        request.Headers.Add("X-N8N-API-KEY", settings.ApiKey);
        request.Headers.UserAgent.ParseAdd("steward");
        return request;
    }
}
