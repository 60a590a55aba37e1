using System.Globalization;

namespace Steward.Simulation.N8n;

/// <summary>n8n: workflows that begin with a webhook, succeed at once and are remembered as executions.</summary>
public sealed class SimulatedN8n
{
    // As n8n prunes its executions, if earlier.
    private const int MaxDeliveries = 10_000;
    private readonly Lock sync = new();
    private readonly TimeProvider clock;
    private readonly HashSet<string> paths = [];
    private readonly List<WebhookDelivery> deliveries = [];
    private int lastExecution;

    internal SimulatedN8n(TimeProvider clock) => this.clock = clock;

    /// <summary>What the webhooks received, oldest first; the newest 10 000. A copy.</summary>
    public IReadOnlyList<WebhookDelivery> Deliveries
    {
        get
        {
            lock (sync)
            {
                return [.. deliveries];
            }
        }
    }

    /// <summary>Activates a workflow that listens at /webhook/ and this path.</summary>
    public void Register(string path)
    {
        lock (sync)
        {
            paths.Add(path);
        }
    }

    /// <summary>Deactivates the workflow that listens at this path; its executions stay.</summary>
    public void Unregister(string path)
    {
        lock (sync)
        {
            paths.Remove(path);
        }
    }

    /// <summary>Runs the workflow of a path; null when none listens there.</summary>
    internal WebhookDelivery? Receive(string path, IReadOnlyDictionary<string, string> headers, string body)
    {
        lock (sync)
        {
            if (!paths.Contains(path))
            {
                return null;
            }

            var id = (++lastExecution).ToString(CultureInfo.InvariantCulture);
            var delivery = new WebhookDelivery(id, clock.GetUtcNow(), path, headers, body);
            if (deliveries.Count == MaxDeliveries)
            {
                deliveries.RemoveAt(0);
            }

            deliveries.Add(delivery);
            return delivery;
        }
    }
}
