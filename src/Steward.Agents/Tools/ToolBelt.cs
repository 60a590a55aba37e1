using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Steward.Agents.Catalogue;
using Steward.Agents.Runs;
using Steward.Governance.Stops;
using Steward.Platform.Storage;

namespace Steward.Agents.Tools;

/// <summary>The tools there are.</summary>
internal sealed class ToolList(IEnumerable<ITool> tools)
{
    private readonly Dictionary<string, ITool> all = tools.ToDictionary(tool => tool.Name, StringComparer.Ordinal);

    /// <summary>Those that a declaration grants, by name.</summary>
    public IReadOnlyList<ITool> Of(IReadOnlySet<string> grants) => [.. all.Values.Where(tool => grants.Contains(tool.Grant)).OrderBy(tool => tool.Name, StringComparer.Ordinal)];

    /// <summary>A tool by its name; null when there is none.</summary>
    public ITool? Named(string name) => all.GetValueOrDefault(name);
}

/// <summary>How often each agent has called tools lately, over its runs on this node.</summary>
internal sealed class CallRates(IOptions<AgentsOptions> options, TimeProvider clock)
{
    private const string Calls = "calls";
    private const string Messages = "messages";
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    // Bounded by the agents and providers there are, and by how often each may call in an hour.
    private readonly ConcurrentDictionary<(Guid Agent, string What), Queue<DateTimeOffset>> lately = new();

    /// <summary>Counts a call; false when the agent has made too many.</summary>
    public bool Take(Guid agentId) => Take((agentId, Calls), options.Value.CallsPerMinute, options.Value.CallsPerHour);

    /// <summary>Counts a message to people; false when the agent has sent too many.</summary>
    public bool TakeMessage(Guid agentId) => Take((agentId, Messages), options.Value.MessagesPerHour, options.Value.MessagesPerHour);

    /// <summary>Counts a question to a provider; false when all agents together have asked it too often.</summary>
    public bool TakeReading(string provider) => Take((Guid.Empty, provider), options.Value.ReadingsPerHour, options.Value.ReadingsPerHour);

    /// <summary>Forgets an agent that is gone.</summary>
    public void Forget(Guid agentId)
    {
        lately.TryRemove((agentId, Calls), out _);
        lately.TryRemove((agentId, Messages), out _);
    }

    private bool Take((Guid Agent, string What) what, int perMinute, int perHour)
    {
        var calls = lately.GetOrAdd(what, _ => new());
        var now = clock.GetUtcNow();
        lock (calls)
        {
            while (calls.TryPeek(out var oldest) && oldest <= now - Hour)
            {
                calls.Dequeue();
            }

            if (calls.Count >= perHour || calls.Count(at => at > now - Minute) >= perMinute)
            {
                return false;
            }

            calls.Enqueue(now);
            return true;
        }
    }
}

/// <summary>The tools of one run: what was declared, as often as may be, counted.</summary>
internal sealed class ToolBelt(Database database, ToolList tools, CallRates rates, ToolCaller caller, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, ToolUse> uses = new();
    private int calls;

    /// <summary>Those that the agent may use.</summary>
    public IReadOnlyList<ITool> Granted => tools.Of(caller.Declaration.Tools.Names);

    /// <summary>How they were used.</summary>
    public IReadOnlyCollection<ToolUse> Uses => [.. uses.Values];

    /// <summary>How many calls there were.</summary>
    public int Calls => calls;

    /// <summary>Why the last call was refused, where the same call would be refused again; null when it was not.</summary>
    public string? LastRefusal { get; private set; }

    /// <summary>Calls a tool.</summary>
    /// <param name="name">Which.</param>
    /// <param name="arguments">What it is given.</param>
    /// <param name="beforeLarge">Waits for the room that a large answer needs.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ToolFaultException">It is refused or it failed.</exception>
    public async Task<JsonNode> CallAsync(string name, IReadOnlyDictionary<string, JsonElement> arguments, Func<CancellationToken, Task> beforeLarge, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref calls);
        var begun = clock.GetTimestamp();
        var (refused, failed) = (0, 0);
        LastRefusal = null;
        try
        {
            var tool = tools.Named(name) is { } known && caller.Declaration.Tools.Names.Contains(known.Grant) ? known
                : throw new ToolFaultException("not-declared", $"The agent's declaration does not name a tool that gives '{Shown(name)}'.");
            if (!rates.Take(caller.Agent.Id))
            {
                throw new ToolFaultException("too-many", "The agent has called tools too often: see Agents:CallsPerMinute and Agents:CallsPerHour.");
            }

            if (await database.ReadAsync(ObstacleAsync, cancellationToken) is { } obstacle)
            {
                throw new ToolFaultException("refused", obstacle);
            }

            return await tool.CallAsync(new ToolCall(caller, number, arguments, beforeLarge), cancellationToken);
        }
        catch (ToolFaultException e)
        {
            (refused, failed) = e.Code is "not-declared" or "too-many" or "refused" or "private-address" ? (1, 0) : (0, 1);
            LastRefusal = e.Code is "not-declared" or "refused" or "private-address" ? e.Message : null;
            throw;
        }
        finally
        {
            var (milliseconds, known) = (clock.GetElapsedTime(begun).TotalMilliseconds, tools.Named(name)?.Name ?? "(unknown)");
            uses.AddOrUpdate(known, _ => new ToolUse(known, 1, refused, failed, milliseconds),
                (_, use) => new ToolUse(known, use.Calls + 1, use.Refused + refused, use.Failed + failed, use.Milliseconds + milliseconds));
        }
    }

    // Reading takes no permit, but it is stopped by what stops everything else.
    private async Task<string?> ObstacleAsync(Session session) =>
        await AgentStore.IsThereAsync(session, caller.Agent.Id) ? await KillSwitch.CoveringAsync(session, caller.Agent.Actor.Name, null) : "The agent has been deleted.";

    private static string Shown(string name) => name.Length <= 60 ? name : $"{name[..60]}...";
}
