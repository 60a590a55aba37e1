namespace Steward.Platform.Work;

/// <summary>What a handler says at the end of an attempt. A handler that throws is tried again as its item allows.</summary>
public abstract record WorkResult
{
    private WorkResult()
    {
    }

    /// <summary>The work is done.</summary>
    /// <param name="note">What came of it, for people; redacted.</param>
    public static WorkResult Done(string? note = null) => new Succeeded(note);

    /// <summary>It was refused for good: no repeat would change that.</summary>
    public static WorkResult Refused(string reason) => new Failed(reason);

    /// <summary>The handler has tried as often as it wants to: a dead letter, to be inspected, re-driven or dropped by a person.</summary>
    public static WorkResult GaveUp(string reason) => new Dead(reason);

    /// <summary>Somebody called it off while it ran.</summary>
    public static WorkResult CalledOff(string reason) => new Cancelled(reason);

    /// <summary>Nothing to do until somebody wakes the item or the time comes. The next run has all its attempts again.</summary>
    public static WorkResult WaitUntil(DateTimeOffset time, string reason) => new Waiting(time, reason);

    /// <summary>
    /// Goes on at that time with what has not come through yet: the attempts count on, so that what never comes through has an end.
    /// </summary>
    public static WorkResult TryAgainAt(DateTimeOffset time, string reason) => new Waiting(time, reason) { IsRetry = true };

    /// <summary>What it says, for people.</summary>
    public string Text => this switch
    {
        Succeeded done => done.Note ?? "",
        Failed failed => failed.Reason,
        Dead dead => dead.Reason,
        Cancelled cancelled => cancelled.Reason,
        Waiting waiting => waiting.Reason,
        _ => "",
    };

    /// <summary>Until when it waits; null when it does not.</summary>
    public DateTimeOffset? Until => (this as Waiting)?.Time;

    /// <summary>True when it waits in the middle of what has not come through yet.</summary>
    public bool IsRetry { get; private init; }

    /// <summary>True when the work was refused for good.</summary>
    public bool IsRefusal => this is Failed;

    internal sealed record Succeeded(string? Note) : WorkResult;

    internal sealed record Failed(string Reason) : WorkResult;

    internal sealed record Dead(string Reason) : WorkResult;

    internal sealed record Cancelled(string Reason) : WorkResult;

    internal sealed record Waiting(DateTimeOffset Time, string Reason) : WorkResult;
}
