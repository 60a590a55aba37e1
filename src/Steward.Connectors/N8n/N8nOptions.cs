using System.ComponentModel.DataAnnotations;

namespace Steward.Connectors.N8n;

/// <summary>How n8n is reached. Section <c>N8n</c>. Without a webhook nothing is sent to it.</summary>
public sealed class N8nOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "N8n";

    private const int MinKey = 24;

    /// <summary>The production address of the webhook that begins the alert workflow; whoever knows it can send alerts. Empty when n8n is not used.</summary>
    public string AlertWebhook { get; set => field = value.Trim(); } = "";

    /// <summary>The root of n8n, without <c>/api/v1</c>; its webhooks are below it, too. Empty when only alerts are sent.</summary>
    public string BaseUrl { get; set; } = "";

    /// <summary>A key of n8n's public API; empty when only alerts are sent. What it must be allowed: docs/n8n.md.</summary>
    public string ApiKey { get; set => field = value.Trim(); } = "";

    /// <summary>
    /// What Steward shows in the header <c>X-Steward-Key</c>: to the alert webhook whenever it is set, and to the webhooks of
    /// workflows that it starts where they ask for a header. Empty when none does.
    /// </summary>
    public string WebhookKey { get; set => field = value.Trim(); } = "";

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (AlertWebhook.Length > 0 && !Addresses.IsWeb(AlertWebhook))
        {
            yield return new("N8n:AlertWebhook must be the absolute http or https address of the webhook, without a login in it.", [nameof(AlertWebhook)]);
        }

        if (BaseUrl.Length > 0 && !Addresses.IsWeb(BaseUrl))
        {
            yield return new($"N8n:BaseUrl is '{BaseUrl}'; it must be an absolute http or https address.", [nameof(BaseUrl)]);
        }

        if (WebhookKey.Length > 0 && (WebhookKey.Length < MinKey || WebhookKey.AsSpan().ContainsAnyExceptInRange('!', '~')))
        {
            yield return new($"N8n:WebhookKey must have {MinKey} printable ASCII characters or more, without spaces.", [nameof(WebhookKey)]);
        }

        if (ApiKey.Length > 0 && BaseUrl.Length == 0)
        {
            yield return new("N8n:ApiKey is set and N8n:BaseUrl is not. Set it to n8n's address, without /api/v1.", [nameof(BaseUrl)]);
        }
    }
}
