using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Steward.Governance.Calls;
using Steward.Platform.Http;

namespace Steward.Connectors.PagerDuty;

/// <summary>
/// PagerDuty's Events API v2. An event of the same dedup key joins the alert that is open, so one that is sent again wakes
/// nobody twice. Methods throw <see cref="ConnectorException"/> when PagerDuty fails or is not set up.
/// </summary>
public sealed class PagerDutyEvents([FromKeyedServices(PagerDutyEvents.Vendor)] ProviderHttp http, IOptions<PagerDutyOptions> options, PagerDutyCalls calls)
{
    /// <summary>The vendor's name, as in <see cref="ConnectorException.Vendor"/> and for its pipeline.</summary>
    public const string Vendor = "pagerduty";

    private static readonly JsonSerializerOptions Wire = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private readonly PagerDutyOptions settings = options.Value;

    /// <summary>True when there is a routing key.</summary>
    public bool IsConfigured => settings.RoutingKey.Length > 0;

    /// <summary>Opens an alert, or adds to the one that is open under the key. Gives the dedup key.</summary>
    /// <param name="permit">For <see cref="PagerDutyCalls.Trigger"/>.</param>
    /// <param name="what">What is wrong.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public Task<string> TriggerAsync(Permit permit, PagerDutyEvent what, CancellationToken cancellationToken) =>
        SendAsync(permit, "Trigger", calls.Trigger(what), cancellationToken);

    /// <summary>Says that somebody works on it. Gives the dedup key.</summary>
    /// <param name="permit">For <see cref="PagerDutyCalls.Acknowledge"/>.</param>
    /// <param name="dedupKey">What it is about.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public Task<string> AcknowledgeAsync(Permit permit, string dedupKey, CancellationToken cancellationToken) =>
        SendAsync(permit, "Acknowledge", calls.Acknowledge(dedupKey), cancellationToken);

    /// <summary>Says that it is over. Gives the dedup key.</summary>
    /// <param name="permit">For <see cref="PagerDutyCalls.Resolve"/>.</param>
    /// <param name="dedupKey">What it is about.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public Task<string> ResolveAsync(Permit permit, string dedupKey, CancellationToken cancellationToken) =>
        SendAsync(permit, "Resolve", calls.Resolve(dedupKey), cancellationToken);

    private Task<string> SendAsync(Permit permit, string operation, Call call, CancellationToken cancellationToken)
    {
        if (!IsConfigured)
        {
            throw new ConnectorException(Vendor, operation, "it is not set up: PagerDuty:RoutingKey is missing.") { Effect = CallEffect.None };
        }

        var body = (JsonObject)call.Arguments.DeepClone();
        body["routing_key"] = settings.RoutingKey;
        var text = body.ToJsonString();
        return permit.RunAsync(call, sending => http.SendAsync(new ProviderCall(operation, true, () => Request(text)), Read, sending), key => $"Dedup key {key}.", cancellationToken);
    }

    private HttpRequestMessage Request(string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"{settings.BaseUrl.TrimEnd('/')}/v2/enqueue") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.UserAgent.ParseAdd("steward");
        return request;
    }

    private static string Read(ProviderAnswer answer)
    {
        if ((int)answer.Status == 400)
        {
            throw answer.Failure($"it refused the event. Check that PagerDuty:RoutingKey is the key of an \"Events API v2\" integration that still exists. {answer.Quote(answer.Text)}",
                transient: false, CallEffect.None);
        }

        return answer.Json<Taken>(Wire).DedupKey is { Length: > 0 } key ? key : throw answer.Unreadable(new JsonException("The answer has no dedup key."));
    }

    private sealed record Taken(string? Status = null, string? DedupKey = null);
}
