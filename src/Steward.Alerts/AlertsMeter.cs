using System.Diagnostics.Metrics;
using Steward.Alerts.Deliveries;
using Steward.Platform.Storage;

namespace Steward.Alerts;

/// <summary>The room's instruments.</summary>
internal static class AlertsMeter
{
    private static readonly Meter Meter = new("Steward.Alerts");
    private static readonly Counter<long> Alerts = Meter.CreateCounter<long>("steward.alerts", description: "Alerts that were told, by severity and whether they were sent, kept back, or had nobody to go to");
    private static readonly Counter<long> Deliveries = Meter.CreateCounter<long>("steward.alerts.deliveries", description: "Deliveries that ended, by channel and outcome");

    public static void Told(ToldAlert told) => Alerts.Add(1,
        new KeyValuePair<string, object?>("severity", Row.EnumText(told.Alert.Severity)), new KeyValuePair<string, object?>("outcome", told.State switch
        {
            AlertState.Suppressed => "suppressed",
            AlertState.Undelivered => "nobody",
            _ => "sent",
        }));

    public static void Ended(string channel, DeliveryState state) => Deliveries.Add(1,
        new KeyValuePair<string, object?>("channel", channel), new KeyValuePair<string, object?>("outcome", Row.EnumText(state)));
}
