namespace Steward.Agents.Factory;

/// <summary>What a build is to bring about.</summary>
public enum BuildKind
{
    /// <summary>A new agent.</summary>
    Create,

    /// <summary>Another version of an agent, that does what somebody asks for.</summary>
    Edit,

    /// <summary>Another version of an agent, that does not fail any more.</summary>
    Repair,
}

/// <summary>How far a build has come.</summary>
public enum BuildState
{
    /// <summary>A model makes a blueprint of the wish.</summary>
    Understanding,

    /// <summary>Something has to be answered by who asked for it.</summary>
    Asking,

    /// <summary>A model writes the agent and its tests.</summary>
    Writing,

    /// <summary>What was written is checked, tested and tried out.</summary>
    Checking,

    /// <summary>A model mends what was found.</summary>
    Repairing,

    /// <summary>It is good; the gate decides whether it may run.</summary>
    Publishing,

    /// <summary>Only the plan was wanted, and here it is.</summary>
    Planned,

    /// <summary>The agent is there.</summary>
    Published,

    /// <summary>It cannot or may not be made, and the note says why.</summary>
    Refused,

    /// <summary>It did not come out well; it can be taken up again.</summary>
    Failed,

    /// <summary>Somebody called it off.</summary>
    Cancelled,
}

/// <summary>A question that came back, and its answer.</summary>
/// <param name="Question">What is not clear, in the language of the wish.</param>
/// <param name="Answer">What was answered; null until it was.</param>
public sealed record BuildTalk(string Question, string? Answer = null);

/// <summary>The making of an agent, from a sentence on.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">What it is to bring about.</param>
/// <param name="State">How far it has come.</param>
/// <param name="Wish">What somebody wants, in their words.</param>
/// <param name="Name">The agent's name, when it was given or is known.</param>
/// <param name="AgentId">The agent that is changed, or that came of it.</param>
/// <param name="PlanOnly">True when only the blueprint is wanted.</param>
/// <param name="Waived">True when who asked for it has said yes beforehand, to whatever only reads.</param>
/// <param name="CreatedBy">Who asked for it.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="StateAt">Since when it is where it is.</param>
public sealed record Build(
    Guid Id, BuildKind Kind, BuildState State, string Wish, string? Name, Guid? AgentId, bool PlanOnly, bool Waived, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset StateAt)
{
    /// <summary>What came back as questions, oldest first.</summary>
    public IReadOnlyList<BuildTalk> Talk { get; init; } = [];

    /// <summary>What is to be made; null until it is understood.</summary>
    public Blueprint? Blueprint { get; init; }

    /// <summary>How often a model was asked.</summary>
    public int Questions { get; init; }

    /// <summary>Which version it is at: 0 as it was first written, then one more for each repair.</summary>
    public int Round { get; init; }

    /// <summary>The version of the agent that is changed; null for a new one.</summary>
    public int? Base { get; init; }

    /// <summary>From which version on repairs are counted: what is taken up again has all of them again.</summary>
    internal int FirstRound { get; init; }

    /// <summary>The one item of the work ledger that goes on with it; null for one from before that was kept.</summary>
    internal Guid? WorkId { get; init; }

    /// <summary>Tokens that were read, over all questions.</summary>
    public long TokensIn { get; init; }

    /// <summary>Tokens that were written.</summary>
    public long TokensOut { get; init; }

    /// <summary>What models cost so far, in dollars, where prices are known, lost answers at their worst case; null where none is known.</summary>
    public double? Dollars { get; init; } = 0;

    /// <summary>The models that answered. A name that begins with <c>replay:</c> is a recording, and no model was asked.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>What it waits for, or how it ended.</summary>
    public string? Note { get; init; }

    /// <summary>The version of the agent that came of it.</summary>
    public int? Version { get; init; }

    /// <summary>When it ended; null while it goes on.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>What a build may cost, in dollars, where prices are known.</summary>
    internal const double MostDollars = 3;

    /// <summary>The name under which it is accounted for and written down.</summary>
    internal string Account => $"build:{Id}";

    /// <summary>Whether a state is an end.</summary>
    internal static bool IsEnd(BuildState state) => state is BuildState.Planned or BuildState.Published or BuildState.Refused or BuildState.Failed or BuildState.Cancelled;
}

/// <summary>A version that a model wrote.</summary>
/// <param name="Round">0 as it was first written, then one more for each repair.</param>
/// <param name="Model">Which model wrote it.</param>
/// <param name="Source">The file.</param>
/// <param name="Settings">The values of its settings, as JSON.</param>
/// <param name="Samples">What its tools answer in the rehearsal, as JSON.</param>
/// <param name="TokensIn">Tokens that were read for it.</param>
/// <param name="TokensOut">Tokens that were written.</param>
/// <param name="Dollars">What it cost; null where the price is not known.</param>
/// <param name="WrittenAt">When.</param>
public sealed record BuildRound(int Round, string Model, string Source, string Settings, string? Samples, long TokensIn, long TokensOut, double? Dollars, DateTimeOffset WrittenAt)
{
    /// <summary>How many stages it passed; null until it was checked.</summary>
    public int? Stage { get; init; }

    /// <summary>What was found wrong with it; null until it was checked, empty when nothing.</summary>
    public IReadOnlyList<BuildFinding>? Findings { get; init; }

    /// <summary>What it may send beyond words to its owner, by the names of the tools: what the source can call, as the compiler sees it.</summary>
    public IReadOnlyList<string> Sends { get; init; } = [];

    /// <summary>What it declares, as JSON; null until it compiles.</summary>
    public string? Declaration { get; init; }

    /// <summary>What it would have done, run by run.</summary>
    public IReadOnlyList<string> Rehearsal { get; init; } = [];

    /// <summary>How long each stage took that it came to, in milliseconds: <c>compile</c>, <c>tests</c>, <c>trial</c>.</summary>
    public IReadOnlyDictionary<string, double> Took { get; init; } = new Dictionary<string, double>();
}

/// <summary>Something that is wrong with a version.</summary>
/// <param name="Stage">Where it was found: <c>compile</c>, <c>plan</c>, <c>settings</c>, <c>tests</c> or <c>trial</c>.</param>
/// <param name="Text">What, and what to do about it.</param>
/// <param name="Line">The line of the source; null when it has none.</param>
public sealed record BuildFinding(string Stage, string Text, int? Line = null);

/// <summary>Something that happened to a build.</summary>
/// <param name="Seq">From 1.</param>
/// <param name="At">When.</param>
/// <param name="State">How far it had come.</param>
/// <param name="Text">What, for people.</param>
public sealed record BuildEvent(int Seq, DateTimeOffset At, BuildState State, string Text);
