namespace Steward.Simulation.Faults;

/// <summary>One way in which a request can go wrong.</summary>
public sealed record Fault
{
    private Fault(FaultKind kind) => Kind = kind;

    internal FaultKind Kind { get; }

    internal int Status { get; private init; }

    internal TimeSpan Delay { get; private init; }

    /// <summary>Never answers and never performs: holds the request until the client leaves.</summary>
    public static Fault Timeout { get; } = new(FaultKind.Timeout);

    /// <summary>Breaks the connection without performing anything.</summary>
    public static Fault DropBeforeEffect { get; } = new(FaultKind.DropBeforeEffect);

    /// <summary>Performs the request, then breaks the connection in place of an answer.</summary>
    public static Fault DropAfterEffect { get; } = new(FaultKind.DropAfterEffect);

    /// <summary>Performs the request and answers with the first half of the body.</summary>
    public static Fault Truncated { get; } = new(FaultKind.Truncated);

    /// <summary>Answers 200 with an HTML page and performs nothing, as a proxy in front of the real API would.</summary>
    public static Fault NotJson { get; } = new(FaultKind.NotJson);

    /// <summary>Answers 200 with GraphQL errors and performs nothing.</summary>
    public static Fault ErrorsWith200 { get; } = new(FaultKind.ErrorsWith200);

    /// <summary>Performs the request and answers with 17 MB of JSON.</summary>
    public static Fault Huge { get; } = new(FaultKind.Huge);

    /// <summary>Answers 429 with a Retry-After header, in seconds rounded up, and performs nothing.</summary>
    public static Fault RateLimit(TimeSpan retryAfter) => new(FaultKind.Status) { Status = 429, Delay = retryAfter };

    /// <summary>Answers with a server's error status, 500 to 599, and performs nothing.</summary>
    public static Fault ServerError(int status = 500) => new(FaultKind.Status) { Status = status };

    /// <summary>Waits on the world's clock, not scaled by its speed, then performs and answers as usual.</summary>
    public static Fault Slow(TimeSpan delay) => new(FaultKind.Slow) { Delay = delay };
}
