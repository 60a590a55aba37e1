using System.Text.Json.Nodes;

namespace Steward.Simulation.PagerDuty;

/// <summary>How an alert at PagerDuty stands.</summary>
public enum SimulatedAlertState
{
    /// <summary>Somebody is being woken.</summary>
    Triggered,

    /// <summary>Somebody works on it.</summary>
    Acknowledged,

    /// <summary>It is over.</summary>
    Resolved,
}

/// <summary>An alert at PagerDuty.</summary>
/// <param name="DedupKey">What it is about.</param>
/// <param name="State">How it stands.</param>
/// <param name="Summary">What the first event said.</param>
/// <param name="Severity">How bad the first event said it is.</param>
/// <param name="Events">How many events were taken for it.</param>
public sealed record SimulatedAlert(string DedupKey, SimulatedAlertState State, string Summary, string Severity, int Events);

/// <summary>PagerDuty: one integration and its alerts.</summary>
public sealed class SimulatedPagerDuty
{
    private const int MaxEvents = 10_000;
    private readonly Lock sync = new();
    private readonly List<SimulatedAlert> alerts = [];
    private readonly List<JsonObject> events = [];

    internal SimulatedPagerDuty()
    {
    }

    /// <summary>The alerts, oldest first. A resolved one stays; new trouble under its key is a new one. A copy.</summary>
    public IReadOnlyList<SimulatedAlert> Alerts
    {
        get
        {
            lock (sync)
            {
                return [.. alerts];
            }
        }
    }

    /// <summary>The events that were taken, oldest first; the newest 10 000. Copies.</summary>
    public IReadOnlyList<JsonObject> Events
    {
        get
        {
            lock (sync)
            {
                return [.. events.Select(one => (JsonObject)one.DeepClone())];
            }
        }
    }

    internal void Take(JsonObject what, string dedupKey)
    {
        lock (sync)
        {
            if (events.Count == MaxEvents)
            {
                events.RemoveAt(0);
            }

            events.Add((JsonObject)what.DeepClone());
            var open = alerts.FindLastIndex(one => one.DedupKey == dedupKey && one.State != SimulatedAlertState.Resolved);
            switch ((string?)what["event_action"])
            {
                case "trigger" when open < 0:
                    alerts.Add(new SimulatedAlert(dedupKey, SimulatedAlertState.Triggered, (string)what["payload"]!["summary"]!, (string)what["payload"]!["severity"]!, 1));
                    break;
                case "trigger":
                    alerts[open] = alerts[open] with { Events = alerts[open].Events + 1 };
                    break;
                case "acknowledge" when open >= 0:
                    alerts[open] = alerts[open] with { State = SimulatedAlertState.Acknowledged, Events = alerts[open].Events + 1 };
                    break;
                case "resolve" when open >= 0:
                    alerts[open] = alerts[open] with { State = SimulatedAlertState.Resolved, Events = alerts[open].Events + 1 };
                    break;
                default:
                    // PagerDuty takes what is about nothing and does nothing.
                    break;
            }
        }
    }
}
