using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace Steward.Connectors.PagerDuty;

/// <summary>How PagerDuty is reached. Section <c>PagerDuty</c>. Without a routing key nothing is sent to it.</summary>
public sealed partial class PagerDutyOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "PagerDuty";

    /// <summary>Where PagerDuty takes events, from its documentation. Accounts in Europe have <c>https://events.eu.pagerduty.com</c>.</summary>
    public const string DefaultBaseUrl = "https://events.pagerduty.com";

    /// <summary>The root of the Events API v2, without <c>/v2/enqueue</c>; https, or http on this machine.</summary>
    public string BaseUrl { get; set; } = DefaultBaseUrl;

    /// <summary>The integration key of an "Events API v2" integration of a service; whoever has it can wake people. Empty when PagerDuty is not used.</summary>
    public string RoutingKey { get; set => field = value.Trim(); } = "";

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Addresses.IsSafe(BaseUrl))
        {
            yield return new($"PagerDuty:BaseUrl is '{BaseUrl}'; it must be an https address, or http on this machine.", [nameof(BaseUrl)]);
        }

        if (RoutingKey.Length > 0 && !IntegrationKey().IsMatch(RoutingKey))
        {
            yield return new("PagerDuty:RoutingKey must be the 32 letters and digits of an Events API v2 integration.", [nameof(RoutingKey)]);
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9]{32}\z", RegexOptions.CultureInvariant)]
    private static partial Regex IntegrationKey();
}
