using Microsoft.Extensions.Logging;

namespace Steward.Platform.Http;

public sealed partial class ProviderPipeline
{
    [LoggerMessage(LogLevel.Warning, "{Vendor} failed {Failures} times in a row; it is left alone for {Seconds} s")]
    private static partial void LogOpened(ILogger log, string vendor, int failures, double seconds);

    [LoggerMessage(LogLevel.Information, "{Vendor} is tried again, one call at a time")]
    private static partial void LogTrying(ILogger log, string vendor);

    [LoggerMessage(LogLevel.Information, "{Vendor} answers again")]
    private static partial void LogClosed(ILogger log, string vendor);

    [LoggerMessage(LogLevel.Warning, "{Vendor} {Operation} is not repeated: the {Budget} retries of this hour are spent")]
    private static partial void LogBudgetSpent(ILogger log, string vendor, string? operation, int budget);
}
