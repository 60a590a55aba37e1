using System.Text.Json;
using Steward.Agents.Declarations;
using Steward.Agents.Workshop;
using Steward.Governance.Calls;

namespace Steward.Agents.Catalogue;

/// <summary>Whether an agent runs.</summary>
public enum AgentState
{
    /// <summary>It runs on time and when it is asked to.</summary>
    Active,

    /// <summary>It does not run until somebody resumes it.</summary>
    Paused,

    /// <summary>It runs when somebody asks for it, and not by itself: no schedule, no webhook, no other agent starts it.</summary>
    Disabled,
}

/// <summary>An agent as it stands.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name, unique: 1 to 60 letters, digits and dashes.</param>
/// <param name="State">Whether it runs.</param>
/// <param name="Version">Which version runs.</param>
/// <param name="Settings">The values that were set, by name.</param>
/// <param name="Template">The template that it was made from, where it was.</param>
/// <param name="Runs">How many runs it has had.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="ChangedAt">When it was last changed.</param>
public sealed record Agent(
    Guid Id, string Name, AgentState State, int Version, IReadOnlyDictionary<string, JsonElement> Settings, string? Template, long Runs, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt)
{
    /// <summary>When it runs, in place of what its source declares; null for as declared.</summary>
    public AgentSchedule? Schedule { get; init; }

    /// <summary>As whom it acts, for the policy and the kill switch.</summary>
    internal Actor Actor => new($"agent:{Name}");
}

/// <summary>One version of an agent. It is never changed.</summary>
/// <param name="Version">Its number, from 1.</param>
/// <param name="Language">What it is written in.</param>
/// <param name="Declaration">What it is for and what it needs.</param>
/// <param name="MadeBy">Who made it.</param>
/// <param name="MadeAt">When.</param>
public sealed record AgentVersion(int Version, AgentLanguage Language, Declaration Declaration, string MadeBy, DateTimeOffset MadeAt)
{
    /// <summary>The values that were set, by name; null for a version from before versions held them.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Settings { get; init; }

    /// <summary>When it runs, in place of what it declares; null for as declared.</summary>
    public AgentSchedule? Schedule { get; init; }
}

/// <summary>What a version of an agent declared.</summary>
/// <param name="Declaration">What it declared.</param>
/// <param name="Settings">The values that were set; null where nobody knows them any more.</param>
internal sealed record DeclaredBefore(Declaration Declaration, IReadOnlyDictionary<string, JsonElement>? Settings);
