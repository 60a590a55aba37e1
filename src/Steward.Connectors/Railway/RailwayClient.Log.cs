using Microsoft.Extensions.Logging;

namespace Steward.Connectors.Railway;

public sealed partial class RailwayClient
{
    [LoggerMessage(LogLevel.Warning, "Railway uses the deployment status '{Status}', which is not known here; it counts as under way")]
    private static partial void LogUnknownStatus(ILogger log, string status);
}
