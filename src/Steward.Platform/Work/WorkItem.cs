using Steward.Kernel;

namespace Steward.Platform.Work;

/// <summary>Work that is to be done once.</summary>
/// <param name="Kind">What it is: the name of its handler, such as <c>operations.act</c>.</param>
/// <param name="Occurrence">Which one it is. Unique within its kind for as long as the ledger remembers: a second one is not taken.</param>
/// <param name="Payload">What the handler needs, as JSON. No secrets.</param>
public sealed record NewWork(string Kind, string Occurrence, string Payload)
{
    /// <summary>How many times an item is tried when nobody says: once, and again after 2, 4 and 8 seconds.</summary>
    public const int DefaultAttempts = 4;

    /// <summary>When it is due; now when null.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>How many times it is tried before it becomes a dead letter, 1 to 100.</summary>
    public int MaxAttempts { get; init; } = DefaultAttempts;

    /// <summary>Ties together everything that follows from one cause.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>
    /// What came of it already: the item is recorded as succeeded with this result and never runs. For what only has to be
    /// remembered, and known when it comes again. Redacted by whoever wrote it.
    /// </summary>
    public string? Result { get; init; }
}

/// <summary>One failed attempt.</summary>
/// <param name="Attempt">Which one, from 1.</param>
/// <param name="At">When it ended.</param>
/// <param name="Error">What went wrong, redacted.</param>
public sealed record WorkFailure(int Attempt, DateTimeOffset At, string Error);

/// <summary>An item of the ledger as it stands.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">The name of its handler.</param>
/// <param name="Occurrence">Its key within the kind.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="Payload">What its handler was given, as JSON.</param>
/// <param name="DueAt">When it was first due.</param>
/// <param name="NextAt">When the ledger looks at it next; null when finished.</param>
/// <param name="CreatedAt">When it was accepted.</param>
/// <param name="StartedAt">When its first attempt began.</param>
/// <param name="FinishedAt">When it ended.</param>
/// <param name="Attempt">How many attempts were begun.</param>
/// <param name="MaxAttempts">How many it may have.</param>
/// <param name="Fence">Grows with every claim; a holder of an older one can change nothing any more.</param>
/// <param name="LeaseOwner">The node that runs it.</param>
/// <param name="Result">What its handler said at the end.</param>
/// <param name="Failures">The last failed attempts, at most ten.</param>
/// <param name="CorrelationId">Ties together everything that follows from one cause.</param>
public sealed record WorkItem(
    Guid Id,
    string Kind,
    string Occurrence,
    WorkState State,
    string Payload,
    DateTimeOffset DueAt,
    DateTimeOffset? NextAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    int Attempt,
    int MaxAttempts,
    long Fence,
    string? LeaseOwner,
    string? Result,
    IReadOnlyList<WorkFailure> Failures,
    string CorrelationId)
{
    /// <summary>How many failed attempts an item remembers.</summary>
    public const int MaxFailures = 10;

    /// <summary>How often it had been woken when it was claimed: a wake that comes during a run is not lost.</summary>
    internal long Wakes { get; init; }

    /// <summary>The trace that caused it (W3C traceparent), continued when it runs, also after a restart.</summary>
    internal string? TraceParent { get; init; }

    /// <summary>The payload as a value.</summary>
    public T Read<T>() => Json.Read<T>(Payload);
}
