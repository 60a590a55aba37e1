using Steward.Agents.Catalogue;
using Steward.Agents.Declarations;
using Steward.Agents.Runs;
using Steward.Agents.Templates;
using Steward.Agents.Workshop;

namespace Steward.Agents.Gallery;

/// <summary>A page of the gallery.</summary>
/// <param name="Templates">What agents can be made from; on the first page only.</param>
/// <param name="Items">The agents that are there, newest first.</param>
/// <param name="Next">The cursor of the next page; null when this is the last.</param>
/// <param name="Since">From when on the figures are: 30 days ago, or as long ago as runs are kept (<c>Work:KeepDays</c>).</param>
internal sealed record GalleryPage(IReadOnlyList<TemplateAbout> Templates, IReadOnlyList<AgentShown> Items, string? Next, DateTimeOffset Since);

/// <summary>An agent with how it does.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="State">Whether it runs.</param>
/// <param name="Language">What it is written in.</param>
/// <param name="Version">Which version runs.</param>
/// <param name="Tools">The tools that it may use.</param>
/// <param name="Schedule">When it runs by itself; null for only when it is started.</param>
/// <param name="Origin">Where it came from.</param>
/// <param name="LastRun">How its last run went; null when it never ran.</param>
/// <param name="Runs">How many runs it had lately, and how they ended.</param>
/// <param name="ToolCalls">How often it called tools in those.</param>
/// <param name="Model">What it asked a model lately.</param>
internal sealed record AgentShown(
    Guid Id, string Name, string Purpose, AgentState State, AgentLanguage Language, int Version, IReadOnlyList<string> Tools, AgentSchedule? Schedule, AgentOrigin Origin,
    LastRun? LastRun, RunStats Runs, long ToolCalls, ModelCost Model);

/// <summary>Where an agent came from.</summary>
/// <param name="Template">The template that it was made from; null when from none.</param>
/// <param name="Signer">The fingerprint of the server from whose file it was made; null when it was made here.</param>
/// <param name="By">Who made it here.</param>
/// <param name="At">When.</param>
/// <param name="MadeBy">Who made the version that runs: a person, or a model for one.</param>
internal sealed record AgentOrigin(string? Template, string? Signer, string By, DateTimeOffset At, string MadeBy);

/// <summary>How the last run of an agent went.</summary>
/// <param name="Id">The run.</param>
/// <param name="State">Where it is.</param>
/// <param name="At">When it began, or was asked for while it has not.</param>
internal sealed record LastRun(Guid Id, RunState State, DateTimeOffset At);

/// <summary>What was asked of a model, and what that cost.</summary>
/// <param name="Questions">How many questions.</param>
/// <param name="TokensIn">How many tokens it read, as far as it told.</param>
/// <param name="TokensOut">How many it wrote.</param>
/// <param name="Dollars">What that cost; null when nobody knows, because a price or an answer is missing.</param>
/// <param name="Unpriced">Of how many questions nobody knows what they cost.</param>
internal sealed record ModelCost(long Questions, long TokensIn, long TokensOut, double? Dollars, long Unpriced)
{
    /// <summary>Nothing was asked, which costs nothing.</summary>
    public static ModelCost None { get; } = new(0, 0, 0, 0, 0);
}
