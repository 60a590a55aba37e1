using System.ComponentModel.DataAnnotations;
using Steward.Alerts.Channels;

namespace Steward.Alerts;

/// <summary>Who hears of what, and how often. Section <c>Alerts</c>.</summary>
public sealed class AlertsOptions : IValidatableObject
{
    private static readonly TimeSpan LongestCoolDown = TimeSpan.FromDays(30);

    /// <summary>Alerts that are good to know. The cool-downs are those of the mission's alert manager: 24 h, 60 min, 15 min.</summary>
    public SeverityOptions Info { get; set; } = new() { CoolDown = TimeSpan.FromHours(24) };

    /// <summary>Alerts to look at today.</summary>
    public SeverityOptions Warning { get; set; } = new() { CoolDown = TimeSpan.FromMinutes(60) };

    /// <summary>Alerts to look at now.</summary>
    public SeverityOptions Critical { get; set; } = new() { CoolDown = TimeSpan.FromMinutes(15) };

    /// <summary>How many times a channel is tried before the next one of the fall-back list is, 1 to 14. Five are over after half a minute.</summary>
    [Range(1, 14)]
    public int Attempts { get; set; } = 5;

    internal SeverityOptions Of(AlertSeverity severity) => severity switch
    {
        AlertSeverity.Info => Info,
        AlertSeverity.Warning => Warning,
        _ => Critical,
    };

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var severity in Enum.GetValues<AlertSeverity>())
        {
            var own = Of(severity);
            if (own.CoolDown < TimeSpan.Zero || own.CoolDown > LongestCoolDown)
            {
                yield return new($"Alerts:{severity}:CoolDown must be 00:00:00 to 30.00:00:00.", [severity.ToString()]);
            }

            foreach (var (key, list) in new[] { (nameof(SeverityOptions.Channels), own.Channels), (nameof(SeverityOptions.Fallback), own.Fallback) })
            {
                if (Route.Read(list).FirstOrDefault(name => name != Route.Nobody && !ChannelNames.All.Contains(name)) is { } unknown)
                {
                    yield return new($"Alerts:{severity}:{key} names '{unknown}'; the channels are {string.Join(", ", ChannelNames.All)}.", [severity.ToString()]);
                }
            }
        }
    }
}

/// <summary>What is done with alerts of one severity.</summary>
public sealed class SeverityOptions
{
    /// <summary>The channels that get them at once, separated by commas; empty: every channel that is set up, PagerDuty only for critical ones; <c>none</c>: nobody.</summary>
    public string Channels { get; set; } = "";

    /// <summary>The channels that are tried one after the other when one fails; empty: those that are set up and do not get them at once, PagerDuty only for critical ones; <c>none</c>: nobody.</summary>
    public string Fallback { get; set; } = "";

    /// <summary>How long the same news is not sent again, 0 to 30 days.</summary>
    public TimeSpan CoolDown { get; set; }
}
