namespace Steward.Agents.Runs;

/// <summary>Where a run is in its life.</summary>
public enum RunState
{
    /// <summary>It waits for its turn.</summary>
    Queued,

    /// <summary>It is going on.</summary>
    Running,

    /// <summary>It did what the agent is for.</summary>
    Succeeded,

    /// <summary>The agent said that it could not, or threw.</summary>
    Failed,

    /// <summary>It took longer than it may and was killed.</summary>
    TimedOut,

    /// <summary>It wanted more memory than it may have.</summary>
    OutOfMemory,

    /// <summary>It used more processor time than it may and was killed.</summary>
    OutOfProcessorTime,

    /// <summary>The policy refused something that it wanted to do; it is not tried again.</summary>
    Refused,

    /// <summary>The server that ran it stopped or died.</summary>
    Lost,

    /// <summary>Somebody called it off.</summary>
    Cancelled,

    /// <summary>It did not begin, for a reason that it says.</summary>
    Skipped,
}

/// <summary>Why a run began.</summary>
public enum Trigger
{
    /// <summary>Its time had come.</summary>
    Schedule,

    /// <summary>Somebody asked for it.</summary>
    Hand,

    /// <summary>Somebody called its webhook.</summary>
    Webhook,

    /// <summary>Another agent asked for it.</summary>
    Agent,
}

/// <summary>One run of an agent, as it stands. Its id is that of its item in the work ledger.</summary>
/// <param name="Id">Its id.</param>
/// <param name="AgentId">Whose run it is.</param>
/// <param name="Number">Which of the agent's runs it is, from 1; 0 while it waits.</param>
/// <param name="Version">Which version ran.</param>
/// <param name="Trigger">Why it began.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="Attempt">Which attempt this is.</param>
/// <param name="Text">What came of it, or why it failed; redacted.</param>
/// <param name="Sandbox">How it was held.</param>
/// <param name="Calls">How many calls of tools it made.</param>
/// <param name="CreatedAt">When it was asked for or due.</param>
/// <param name="StartedAt">When its last attempt began; null while it waits.</param>
/// <param name="FinishedAt">When that ended.</param>
/// <param name="CorrelationId">Ties together all that follows from one cause.</param>
public sealed record Run(
    Guid Id, Guid AgentId, long Number, int Version, Trigger Trigger, RunState State, int Attempt, string? Text, string? Sandbox, int Calls,
    DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, string CorrelationId)
{
    /// <summary>What its agent is called; null where one run is shown.</summary>
    public string? Agent { get; init; }

    /// <summary>Who called it off; it may still be ending.</summary>
    public string? CancelledBy { get; init; }

    /// <summary>Where it waits; null when it does not.</summary>
    public QueuePlace? Queue { get; init; }

    /// <summary>Its attempts, the first one first; null in lists.</summary>
    public IReadOnlyList<RunAttempt>? Attempts { get; init; }

    /// <summary>What it asked a model; null when nothing, and in lists.</summary>
    public ModelUse? Model { get; init; }

    /// <summary>How many attempts there had been when somebody had it tried again: they do not count any more.</summary>
    internal int Forgiven { get; init; }
}

/// <summary>Where a run waits.</summary>
/// <param name="Place">Its place among all runs that wait, from 1.</param>
/// <param name="Until">When it is looked at next.</param>
/// <param name="Reason">What it waits for.</param>
public sealed record QueuePlace(int Place, DateTimeOffset Until, string Reason);

/// <summary>An attempt of a run.</summary>
/// <param name="Attempt">Which one, from 1.</param>
/// <param name="State">How it ended, or that it is running.</param>
/// <param name="Text">What came of it.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="FinishedAt">When it ended.</param>
public sealed record RunAttempt(int Attempt, RunState State, string? Text, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt);

/// <summary>A line that an agent said.</summary>
/// <param name="Seq">Its place, from 1.</param>
/// <param name="At">When.</param>
/// <param name="Level"><c>info</c>, <c>warning</c> or <c>error</c>.</param>
/// <param name="Line">The line, redacted.</param>
public sealed record RunLine(int Seq, DateTimeOffset At, string Level, string Line);

/// <summary>How a tool was used.</summary>
/// <param name="Tool">Which.</param>
/// <param name="Calls">How often.</param>
/// <param name="Refused">How many of them were refused.</param>
/// <param name="Failed">How many failed.</param>
/// <param name="Milliseconds">How long they took together.</param>
public sealed record ToolUse(string Tool, long Calls, long Refused, long Failed, double Milliseconds)
{
    /// <summary>What the model was asked; null for other tools.</summary>
    public ModelUse? Model { get; init; }
}

/// <summary>What a model was asked, and read and wrote: what is paid for.</summary>
/// <param name="Questions">How many questions.</param>
/// <param name="TokensIn">How many tokens it read, as its provider counts them.</param>
/// <param name="TokensOut">How many it wrote.</param>
/// <param name="Dollars">What that cost at the prices of the settings; null where those said none.</param>
public sealed record ModelUse(long Questions, long TokensIn, long TokensOut, double? Dollars);
