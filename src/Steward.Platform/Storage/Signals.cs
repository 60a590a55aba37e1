using System.Collections.Concurrent;

namespace Steward.Platform.Storage;

/// <summary>
/// News between the parts of a node and, on PostgreSQL, between nodes: "something changed, look again". It carries no
/// data and may be lost or doubled, so every listener also looks by itself from time to time.
/// </summary>
public sealed class Signals
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<Guid, Action>> listeners = new(StringComparer.Ordinal);

    /// <summary>Calls back on news of a topic until disposed. The call must be quick and must not throw. Bounded by the number of workers of a process.</summary>
    public IDisposable Listen(string topic, Action onNews)
    {
        var ofTopic = listeners.GetOrAdd(topic, static _ => new());
        var id = Guid.CreateVersion7();
        ofTopic[id] = onNews;
        return new Subscription(() => ofTopic.TryRemove(id, out _));
    }

    /// <summary>Tells the listeners of this process.</summary>
    public void Raise(string topic)
    {
        if (listeners.TryGetValue(topic, out var ofTopic))
        {
            foreach (var listener in ofTopic.Values)
            {
                listener();
            }
        }
    }

    /// <summary>Tells every listener of this process, whatever the topic: after a gap in which news may have been lost.</summary>
    public void RaiseAll()
    {
        foreach (var topic in listeners.Keys)
        {
            Raise(topic);
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
