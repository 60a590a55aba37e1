namespace Steward.Sandboxing;

/// <summary>Why a box ended.</summary>
public enum BoxEndKind
{
    /// <summary>Its program ended by itself; see the exit code.</summary>
    Exited,

    /// <summary>It took longer than it may and was killed.</summary>
    TimedOut,

    /// <summary>It used more processor time than it may and was killed by the kernel.</summary>
    OutOfProcessorTime,

    /// <summary>It wanted more memory than it may have.</summary>
    OutOfMemory,

    /// <summary>Whoever started it called it off, and it was killed.</summary>
    Cancelled,
}

/// <summary>How a box ended.</summary>
/// <param name="Kind">Why.</param>
/// <param name="ExitCode">The program's exit code; above 128 the number of the signal that ended it, plus 128.</param>
public sealed record BoxEnd(BoxEndKind Kind, int ExitCode)
{
    /// <summary>For people, such as <c>it was killed after 300 s</c>.</summary>
    public string Text => Kind switch
    {
        BoxEndKind.TimedOut => "it took longer than it may and was killed",
        BoxEndKind.OutOfProcessorTime => "it used more processor time than it may and was killed",
        BoxEndKind.OutOfMemory => "it wanted more memory than it may have",
        BoxEndKind.Cancelled => "it was called off and killed",
        _ => ExitCode > 128 ? $"it was ended by signal {ExitCode - 128}" : $"it ended with exit code {ExitCode}",
    };
}
