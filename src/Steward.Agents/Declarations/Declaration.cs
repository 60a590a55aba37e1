using Steward.Platform.Scheduling;

namespace Steward.Agents.Declarations;

/// <summary>What an agent is for and what it needs: its own words, checked. What it does not name is refused.</summary>
/// <param name="Purpose">One sentence for people.</param>
/// <param name="Schedule">When it runs by itself; null when only others start it.</param>
/// <param name="Settings">Its settings, by name.</param>
/// <param name="Tools">What it may use.</param>
/// <param name="Limits">What a run may take.</param>
/// <param name="After">The agents after whose successful runs it runs.</param>
public sealed record Declaration(string Purpose, AgentSchedule? Schedule, IReadOnlyDictionary<string, SettingDeclaration> Settings, ToolGrants Tools, AgentLimits Limits, IReadOnlyList<string> After);

/// <summary>When an agent runs by itself. One of the first three.</summary>
/// <param name="Cron">A cron expression.</param>
/// <param name="Every">An interval.</param>
/// <param name="At">Once, at this time.</param>
/// <param name="Zone">The time zone of the cron expression; UTC when null.</param>
/// <param name="Misfire">What to do about times that were missed.</param>
public sealed record AgentSchedule(string? Cron, TimeSpan? Every, DateTimeOffset? At, string? Zone, MissedRuns Misfire);

/// <summary>What a run may take.</summary>
/// <param name="Time">How long, 1 s to 24 hours.</param>
/// <param name="MemoryMb">How much memory, in MB, 64 to 4096.</param>
/// <param name="Cores">Which part of one core, 0.05 to 4.</param>
/// <param name="Retries">How often it is tried again after a failure, 0 to 3.</param>
public sealed record AgentLimits(TimeSpan Time, int MemoryMb, double Cores, int Retries)
{
    /// <summary>Five minutes, 256 MB, half a core, three times again.</summary>
    public static AgentLimits Default { get; } = new(TimeSpan.FromMinutes(5), 256, 0.5, 3);

    /// <summary>How many questions it may ask a model in any 24 hours, 1 to 1000.</summary>
    public int ModelCallsPerDay { get; init; } = 20;
}

/// <summary>The tools that an agent named.</summary>
/// <param name="Names">Their names.</param>
/// <param name="Hosts">The hosts that <c>http</c> may reach, in small letters; <c>{url}</c> stands for the host of the setting <c>url</c>.</param>
/// <param name="BrowserHosts">The hosts that <c>browser</c> may reach, in the same way.</param>
/// <param name="Channels">The channels that <c>notify</c> may use.</param>
/// <param name="Agents">The agents whose last result <c>agents</c> may read; <c>{agents}</c> stands for those of the setting <c>agents</c>.</param>
/// <param name="Repositories">The repositories that <c>github</c> may read beside that of the settings of Steward; <c>{repository}</c> stands for that of the setting <c>repository</c>.</param>
public sealed record ToolGrants(IReadOnlySet<string> Names, IReadOnlyList<string> Hosts, IReadOnlyList<string> BrowserHosts, IReadOnlyList<string> Channels, IReadOnlyList<string> Agents, IReadOnlyList<string> Repositories)
{
    /// <summary>The files and folders in its own folder that <c>files</c> and pictures of <c>browser</c> may use, each with all below it; none for all of the folder.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Whether a path in its folder is among them.</summary>
    public bool Covers(string path) => Paths.Count == 0 || Paths.Any(own => path == own || path.StartsWith($"{own}/", StringComparison.Ordinal));
}
