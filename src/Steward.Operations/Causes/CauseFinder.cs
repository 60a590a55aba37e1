using System.Text;
using Steward.Connectors.GitHub;
using Steward.Connectors.N8n;
using Steward.Connectors.Railway;
using Steward.Operations.Decide;
using Steward.Operations.Findings;
using Steward.Operations.Observe;
using Steward.Operations.Watched;
using Steward.Platform.Http;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;

namespace Steward.Operations.Causes;

/// <summary>
/// Finds out from the log why what was found happened. It is read once and kept with the finding: whoever tells of it says
/// the same, and a permit that is bound to the words stays good.
/// </summary>
internal sealed class CauseFinder(Database database, RailwayEnvironments environments, GitHubWorkflows workflows, N8nExecutions executions, Redactor redactor)
{
    private const int LogLines = 300;

    // Of a run's failed jobs the first ones say enough: a matrix fails in the same way many times.
    private const int MostJobs = 5;
    private const int JobLogBytes = 128 * 1024;

    /// <summary>The cause; null where nothing that was found has a log.</summary>
    public async Task<Cause?> OfAsync(Finding finding, CancellationToken cancellationToken) =>
        finding.RootCause ?? (await ReadAsync(finding, cancellationToken) is { } cause ? await KeepAsync(finding, cause, cancellationToken) : null);

    /// <summary>Keeps a cause with its finding, unless somebody else did meanwhile; gives what is kept then.</summary>
    public Task<Cause> KeepAsync(Finding finding, Cause cause, CancellationToken cancellationToken) =>
        database.WriteAsync(session => FindingStore.KeepCauseAsync(session, finding.Id, finding.RootCause, cause), cancellationToken);

    /// <summary>What the logs of a run's failed jobs say; null when GitHub has none, or none yet. Nothing is kept.</summary>
    /// <exception cref="ConnectorException">GitHub does not answer.</exception>
    public async Task<Cause?> OfRunAsync(GitHubRepo repository, long runId, CancellationToken cancellationToken)
    {
        var failed = (await workflows.ListJobsAsync(repository, runId, cancellationToken)).Where(job => job.State == GitHubRunState.Red).Take(MostJobs);
        var log = new StringBuilder();
        foreach (var job in failed)
        {
            log.Append(await workflows.JobLogAsync(repository, job.Id, JobLogBytes, cancellationToken)).Append('\n');
        }

        return string.IsNullOrWhiteSpace(log.ToString()) ? null : LogReader.Read(log.ToString(), redactor.Redact);
    }

    private async Task<Cause?> ReadAsync(Finding finding, CancellationToken cancellationToken)
    {
        try
        {
            return finding.Kind switch
            {
                // Why a run of CI failed is read by whoever mends it.
                FindingKind.CiFailed or FindingKind.PullRequestReady => null,
                FindingKind.WorkflowFailing => await OfExecutionAsync(WorkflowDecider.ExecutionOf(finding.Cause), cancellationToken),
                _ => await OfServiceAsync(finding, cancellationToken),
            };
        }
        catch (ConnectorException e)
        {
            return Cause.Unread($"the log could not be read: {e.Message}");
        }
    }

    private async Task<Cause?> OfServiceAsync(Finding finding, CancellationToken cancellationToken)
    {
        // A finding about load is about what is deployed now.
        if (finding.ServiceId is not { } key ||
            (finding.DeploymentId ?? (await database.ReadAsync(session => ServiceStore.FindAsync(session, key), cancellationToken))?.DeploymentId) is not { } deployment)
        {
            return null;
        }

        var railway = environments.Locate(key).Client;
        var lines = finding.Kind == FindingKind.DeploymentFailed ? await railway.BuildLogsAsync(deployment, LogLines, cancellationToken) : [];
        // One that failed although it was built failed at its start.
        lines = lines.Count == 0 ? await railway.DeploymentLogsAsync(deployment, LogLines, null, cancellationToken) : lines;
        return lines.Count == 0 ? Cause.Unread("the log is empty") : LogReader.Read(string.Join('\n', lines.Select(Line)), redactor.Redact);
    }

    private async Task<Cause> OfExecutionAsync(long id, CancellationToken cancellationToken) =>
        await executions.FindAsync(new ExecutionId(id), withData: true, cancellationToken) switch
        {
            null => Cause.Unread("n8n has the execution no more"),
            { Error: { Length: > 0 } error, LastNode: var node } => LogReader.Read($"{(node is null ? "" : $"Node {OutsideWord.Quote(node)} failed:\n")}{error}", redactor.Redact),
            _ => Cause.Unread("n8n does not say what went wrong"),
        };

    // The provider's word that a line is an error says more than many a line does.
    private static string Line(RailwayLogLine line) => line.Severity is { } severity && severity.StartsWith("err", StringComparison.OrdinalIgnoreCase)
        ? $"error: {line.Message}"
        : line.Message;
}
