using System.Text.Json;
using Steward.Agents.Catalogue;
using Steward.Agents.Declarations;

namespace Steward.Agents.Factory;

/// <summary>What an agent is until now.</summary>
/// <param name="Agent">As it stands; null for one that is new.</param>
/// <param name="Declaration">What it declares today; null for one that is new.</param>
/// <param name="Versions">What each of its versions declared, with the settings that it had.</param>
internal sealed record AgentBefore(Agent? Agent, Declaration? Declaration, IReadOnlyList<DeclaredBefore> Versions)
{
    /// <summary>Of an agent that is new.</summary>
    public static AgentBefore Nothing { get; } = new(null, null, []);

    /// <summary>What its owner has set.</summary>
    public IReadOnlyDictionary<string, JsonElement> Settings => Agent?.Settings ?? new Dictionary<string, JsonElement>();

    /// <summary>When it runs.</summary>
    public AgentSchedule? Schedule => Agent?.Schedule ?? Declaration?.Schedule;

    /// <summary>The agents after which it runs.</summary>
    public IReadOnlyList<string> After => Declaration?.After ?? [];

    /// <summary>Whether the schedule that its owner has set gives way: to a version that declares another one than that of today, which somebody asked for.</summary>
    public bool Yields(AgentSchedule? declared) => Agent?.Schedule is not null && declared != Declaration?.Schedule;

    /// <summary>When it runs once a version that declares this schedule is published.</summary>
    public AgentSchedule? Next(AgentSchedule? declared) => Yields(declared) ? declared : Agent?.Schedule ?? declared;

    /// <summary>Whether it has a time to run at, declared or set in its place: that it has passed says nothing against what else is changed.</summary>
    public bool HasTime(DateTimeOffset at) => ChangeAgent.IsAt(Agent?.Schedule, at) || ChangeAgent.IsAt(Declaration?.Schedule, at);
}
