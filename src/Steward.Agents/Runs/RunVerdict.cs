using Steward.Sandboxing;

namespace Steward.Agents.Runs;

/// <summary>Says how an attempt ended. Pure.</summary>
internal static class RunVerdict
{
    // What the program in the box says of an agent that met the limit of its heap.
    private const string WantedMoreMemory = "It wanted more memory than it may have.";

    /// <summary>Decides.</summary>
    /// <param name="end">How its box ended.</param>
    /// <param name="report">What it handed in; null when nothing.</param>
    /// <param name="refusal">Why its last call of a tool was refused for good; null when it was not.</param>
    /// <param name="isOver">Whether its time was up.</param>
    public static (RunState State, string Text) Of(BoxEnd end, RunReport? report, string? refusal, bool isOver)
    {
        if (report is null || end.Kind is not BoxEndKind.Exited)
        {
            return (end.Kind switch
            {
                BoxEndKind.TimedOut => RunState.TimedOut,
                BoxEndKind.OutOfMemory => RunState.OutOfMemory,
                BoxEndKind.OutOfProcessorTime => RunState.OutOfProcessorTime,
                BoxEndKind.Cancelled => RunState.Cancelled,
                _ => RunState.Failed,
            }, $"The agent's process ended without a result: {end.Text}.");
        }

        return report.IsSuccess ? (RunState.Succeeded, report.Text)
            // It was told in time that its time is up, and stopped by itself.
            : isOver ? (RunState.TimedOut, $"Its time was up: {report.Text}")
            : report.Text == WantedMoreMemory ? (RunState.OutOfMemory, report.Text)
            : refusal is not null ? (RunState.Refused, $"{report.Text} ({refusal})")
            : (RunState.Failed, report.Text);
    }
}
