using Steward.Simulation.Railway;
using Steward.Testing;

namespace Steward.Operations.Tests.Years;

/// <summary>The truth: what really became of every deployment, written down as it happens, and the story of each service.</summary>
internal sealed class Chronicle(FakeClock clock)
{
    private const int StoryLines = 400;

    // What was bad for the blink before it was replaced, nobody who looks every few seconds can know.
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, Life> lives = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Fate> commits = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Life>> services = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Queue<string>> stories = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Life> active = new(StringComparer.Ordinal);

    /// <summary>Who acts on the platform at this moment.</summary>
    public Origin Acting { get; set; } = Origin.Push;

    /// <summary>Told of every change of a status, after it was written down.</summary>
    public event Action<Life>? Changed;

    public IReadOnlyCollection<Life> Lives => lives.Values;

    public IReadOnlyCollection<string> Services => services.Keys;

    public Life? Find(string id) => lives.GetValueOrDefault(id);

    /// <summary>The newest deployment of a service.</summary>
    public Life Latest(string service) => services[service][^1];

    /// <summary>All deployments of a service, oldest first.</summary>
    public IReadOnlyList<Life> Of(string service) => services[service];

    /// <summary>The deployment that has taken over, even if it has died since; null when nothing has.</summary>
    public Life? Active(string service) => active.GetValueOrDefault(service);

    /// <summary>What is to become of a commit.</summary>
    public void Ordain(string commit, Fate fate) => commits[commit] = fate;

    /// <summary>A deployment that the platform has begun.</summary>
    public Life Begin(DeploymentSnapshot seen)
    {
        var life = new Life(seen.Id, seen.Service, seen.Commit, commits.GetValueOrDefault(seen.Commit), Acting, clock.GetUtcNow())
        {
            Status = seen.Status,
            StatusAt = clock.GetUtcNow(),
            ServesErrors = seen.Fate == DeploymentFate.ServesErrors,
        };
        lives.Add(life.Id, life);
        if (!services.TryGetValue(life.Service, out var all))
        {
            services[life.Service] = all = [];
        }

        all.Add(life);
        Tell(life.Service, $"{life.Origin} begins {life.Commit} ({life.Fate})");
        return life;
    }

    /// <summary>A deployment has entered a status.</summary>
    public void See(DeploymentSnapshot seen)
    {
        var life = Find(seen.Id) ?? Begin(seen);
        (life.Status, life.StatusAt) = (seen.Status, clock.GetUtcNow());
        Tell(life.Service, $"{life.Commit} is {seen.Status}");
        switch (seen.Status)
        {
            case RailwayStatus.Success:
                life.TookOverAt ??= clock.GetUtcNow();
                active[life.Service] = life;
                break;
            case RailwayStatus.Crashed:
                active[life.Service] = life;
                break;
            case RailwayStatus.Removed:
                life.ReplacedAt = clock.GetUtcNow();
                life.EndedBad = life.BadSince is { } since && clock.GetUtcNow() - since >= Noticed;
                break;
        }

        Weigh(life);
        Changed?.Invoke(life);
    }

    /// <summary>Establishes whether a deployment is bad, and since when.</summary>
    public void Weigh(Life life)
    {
        var isBad = life.Status is RailwayStatus.Failed or RailwayStatus.Crashed || (life.Status == RailwayStatus.Success && life.ServesErrors);
        life.BadSince = isBad ? life.BadSince ?? clock.GetUtcNow() : null;
        life.WasBad |= isBad;
    }

    /// <summary>Adds a line to a service's story.</summary>
    public void Tell(string service, string line)
    {
        if (!stories.TryGetValue(service, out var story))
        {
            stories[service] = story = new Queue<string>();
        }

        if (story.Count == StoryLines)
        {
            story.Dequeue();
        }

        story.Enqueue($"{clock.GetUtcNow():MM-dd HH:mm:ss.fff} {line}");
    }

    /// <summary>Adds a line to every service's story.</summary>
    public void TellAll(string line)
    {
        foreach (var service in services.Keys)
        {
            Tell(service, line);
        }
    }

    /// <summary>The last lines of a service's story.</summary>
    public string Story(string service, int lines = 80) => string.Join('\n', stories.TryGetValue(service, out var story) ? story.TakeLast(lines) : []);
}
