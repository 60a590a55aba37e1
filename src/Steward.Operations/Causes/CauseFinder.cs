using Steward.Connectors.Railway;
using Steward.Operations.Findings;
using Steward.Platform.Http;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;

namespace Steward.Operations.Causes;

/// <summary>
/// Finds out from the log why what was found happened. It is read once and kept with the finding: whoever tells of it says
/// the same, and a permit that is bound to the words stays good.
/// </summary>
internal sealed class CauseFinder(Database database, RailwayEnvironments environments, Redactor redactor)
{
    private const int LogLines = 300;

    /// <summary>The cause; null where nothing that was found has a log.</summary>
    public async Task<Cause?> OfAsync(Finding finding, CancellationToken cancellationToken) =>
        finding.RootCause ?? (await ReadAsync(finding, cancellationToken) is { } cause ? await KeepAsync(finding, cause, cancellationToken) : null);

    /// <summary>Keeps what somebody else has read for the finding, unless something is kept; gives what is kept then.</summary>
    public Task<Cause> KeepAsync(Finding finding, Cause cause, CancellationToken cancellationToken) =>
        database.WriteAsync(session => FindingStore.KeepCauseAsync(session, finding.Id, null, cause), cancellationToken);

    /// <summary>What a log says, its secrets taken out.</summary>
    public Cause Read(string log) => LogReader.Read(log, redactor.Redact);

    private async Task<Cause?> ReadAsync(Finding finding, CancellationToken cancellationToken)
    {
        if (finding.ServiceId is not { } key || finding.DeploymentId is not { } deployment)
        {
            return null;
        }

        try
        {
            var railway = environments.Locate(key).Client;
            var lines = finding.Kind == FindingKind.DeploymentFailed ? await railway.BuildLogsAsync(deployment, LogLines, cancellationToken) : [];
            // One that failed although it was built failed at its start.
            lines = lines.Count == 0 ? await railway.DeploymentLogsAsync(deployment, LogLines, null, cancellationToken) : lines;
            return lines.Count == 0 ? Cause.Unread("the log is empty") : Read(string.Join('\n', lines.Select(Line)));
        }
        catch (ConnectorException e)
        {
            return Cause.Unread($"the log could not be read: {e.Message}");
        }
    }

    // The provider's word that a line is an error says more than many a line does.
    private static string Line(RailwayLogLine line) => line.Severity is { } severity && severity.StartsWith("err", StringComparison.OrdinalIgnoreCase)
        ? $"error: {line.Message}"
        : line.Message;
}
