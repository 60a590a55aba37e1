using Microsoft.Extensions.Logging;

namespace Steward.Platform.Work;

public sealed partial class WorkRunner
{
    [LoggerMessage(LogLevel.Warning, "Attempt {Attempt} of {MaxAttempts} of {Kind} {Id} failed")]
    private static partial void LogAttemptFailed(ILogger log, string kind, Guid id, int attempt, int maxAttempts, Exception error);

    [LoggerMessage(LogLevel.Warning, "The lease of {Kind} {Id} was lost to another node; the attempt is told to stop")]
    private static partial void LogLeaseLost(ILogger log, string kind, Guid id);

    [LoggerMessage(LogLevel.Error, "The store does not answer; the work ledger tries again")]
    private static partial void LogStoreTrouble(ILogger log, Exception error);
}
