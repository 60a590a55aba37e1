using Microsoft.Extensions.Logging;

namespace Steward.Connectors.Railway;

internal sealed partial class RailwayGraphQl
{
    [LoggerMessage(LogLevel.Warning, "Railway answered {Operation} in part; it is used as it is. {Errors}")]
    private static partial void LogPartial(ILogger log, string operation, string errors);
}
