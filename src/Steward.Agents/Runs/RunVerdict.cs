using Steward.Sandboxing;

namespace Steward.Agents.Runs;

/// <summary>Says how an attempt ended. Pure.</summary>
internal static class RunVerdict
{
    /// <summary>Decides.</summary>
    /// <param name="end">How its box ended.</param>
    /// <param name="report">What it handed in; null when nothing.</param>
    /// <param name="refusal">Why its last call of a tool was refused for good; null when it was not.</param>
    /// <param name="isOver">Whether its time was up.</param>
    /// <param name="isCalledOff">Whether the attempt was called off, by a person or because the server stops.</param>
    public static (RunState State, string Text) Of(BoxEnd end, RunReport? report, string? refusal, bool isOver, bool isCalledOff)
    {
        // Who stays after the result is ended, and the result counts.
        if (report is null || !(end.Kind == BoxEndKind.Exited || (end.Kind == BoxEndKind.Cancelled && !isCalledOff)))
        {
            return (end.Kind switch
            {
                BoxEndKind.TimedOut => RunState.TimedOut,
                BoxEndKind.OutOfMemory => RunState.OutOfMemory,
                BoxEndKind.OutOfProcessorTime => RunState.OutOfProcessorTime,
                BoxEndKind.Cancelled when isCalledOff => RunState.Cancelled,
                _ => RunState.Failed,
            }, $"The agent's process ended without a result: {end.Text}.");
        }

        return report.IsSuccess ? (RunState.Succeeded, report.Text)
            // It was told in time that its time is up, and stopped by itself.
            : isOver ? (RunState.TimedOut, $"Its time was up: {report.Text}")
            : report.RanOutOfMemory ? (RunState.OutOfMemory, report.Text)
            : refusal is not null ? (RunState.Refused, report.Text.Contains(refusal, StringComparison.Ordinal) ? report.Text : $"{report.Text} ({refusal})")
            : (RunState.Failed, report.Text);
    }
}
