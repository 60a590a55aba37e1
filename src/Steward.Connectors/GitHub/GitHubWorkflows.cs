using System.Globalization;
using System.Text;
using Steward.Governance.Calls;
using Steward.Platform.Http;

namespace Steward.Connectors.GitHub;

/// <summary>Workflow runs of GitHub Actions, their jobs and logs. Methods throw <see cref="ConnectorException"/> when GitHub fails or is not set up.</summary>
public sealed class GitHubWorkflows
{
    /// <summary>The longest log that is given, in bytes.</summary>
    public const int MaxLogBytes = 1024 * 1024;

    // A run has at most 256 jobs of a matrix, and a few more.
    private const int MaxJobs = 500;

    // How often, and with which pauses, a run that was just started is looked for.
    private const int Looks = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // The run is dated before the answer that says that it was started.
    private static readonly TimeSpan Earlier = TimeSpan.FromSeconds(5);

    private readonly GitHubRest rest;
    private readonly GitHubCalls calls;
    private readonly TimeProvider clock;

    internal GitHubWorkflows(GitHubRest rest, GitHubCalls calls, TimeProvider clock) => (this.rest, this.calls, this.clock) = (rest, calls, clock);

    /// <summary>True when there are credentials.</summary>
    public bool IsConfigured => rest.IsConfigured;

    /// <summary>The newest runs, newest first.</summary>
    /// <param name="repo">Where.</param>
    /// <param name="branch">Only those for this branch; null for all.</param>
    /// <param name="limit">How many at the most, 1 to 1000.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<GitHubRun>> ListRunsAsync(GitHubRepo repo, string? branch, int limit, CancellationToken cancellationToken)
    {
        var only = branch is null ? "" : $"&branch={Uri.EscapeDataString(branch)}";
        return await RunsAsync("ListRuns", $"repos/{repo}/actions/runs?per_page={Math.Min(limit, GitHubRest.PageSize)}{only}", cancellationToken)
            .Take(limit).Select(run => run.ToRun()).ToListAsync(cancellationToken);
    }

    /// <summary>A run as it stands; null when there is none. Its attempt says whether a re-run began.</summary>
    public async Task<GitHubRun?> FindRunAsync(GitHubRepo repo, long runId, CancellationToken cancellationToken) =>
        (await rest.FindAsync<GitHubWire.Run>("GetRun", $"repos/{repo}/actions/runs/{runId}", cancellationToken))?.ToRun();

    /// <summary>The jobs of a run's latest attempt, at most 500.</summary>
    public async Task<IReadOnlyList<GitHubJob>> ListJobsAsync(GitHubRepo repo, long runId, CancellationToken cancellationToken) =>
        await rest.ListAsync<GitHubWire.JobPage, GitHubWire.Job>(
                "ListJobs", $"repos/{repo}/actions/runs/{runId}/jobs?filter=latest&per_page={GitHubRest.PageSize}", page => page.Jobs, cancellationToken)
            .Take(MaxJobs).Select(job => job.ToJob()).ToListAsync(cancellationToken);

    /// <summary>The end of a job's log, as it came: data from outside, not redacted. Empty when GitHub has it no more.</summary>
    /// <param name="repo">Where.</param>
    /// <param name="jobId">The job.</param>
    /// <param name="maxBytes">How much of it, 1 to <see cref="MaxLogBytes"/>; it begins with a whole line.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<string> JobLogAsync(GitHubRepo repo, long jobId, int maxBytes, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxBytes, MaxLogBytes);
        var log = await rest.DownloadTailAsync("GetJobLog", $"repos/{repo}/actions/jobs/{jobId}/logs", maxBytes, cancellationToken);
        var text = Encoding.UTF8.GetString(log.Span);
        return log.Length < maxBytes ? text : text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..];
    }

    /// <summary>
    /// Starts a workflow and finds its run; null when it was started and the run has not been seen yet. After an unknown
    /// outcome <see cref="FindDispatchedAsync"/> says whether one was started.
    /// </summary>
    /// <param name="permit">For <see cref="GitHubCalls.DispatchWorkflow"/>.</param>
    /// <param name="repo">Where.</param>
    /// <param name="workflow">The name of its file, such as <c>ci.yml</c>, or its number.</param>
    /// <param name="branch">The branch that it is to run for.</param>
    /// <param name="inputs">What it is given; no secrets.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public async Task<GitHubRun?> DispatchAsync(
        Permit permit, GitHubRepo repo, string workflow, string branch, IReadOnlyDictionary<string, string> inputs, CancellationToken cancellationToken)
    {
        const string operation = "DispatchWorkflow";
        rest.Require(operation);
        var call = calls.DispatchWorkflow(repo, workflow, branch, inputs);
        var body = call.Arguments.DeepClone().AsObject();
        // Then GitHub answers with the run; a GitHub Enterprise that does not know the member answers without.
        body["return_run_details"] = true;
        var (id, at) = await permit.RunAsync(call, sending => rest.SendAsync(
            operation, HttpMethod.Post, $"repos/{repo}/actions/workflows/{Uri.EscapeDataString(workflow)}/dispatches", body.ToJsonString(), Started, sending),
            started => started.Run is { } run ? $"Run {run} was started." : "A run was started.", cancellationToken);
        try
        {
            return id is { } known ? await FindRunAsync(repo, known, cancellationToken) : await LookAsync(repo, workflow, branch, (at ?? clock.GetUtcNow()) - Earlier, cancellationToken);
        }
        catch (ConnectorException)
        {
            // It was started; that it cannot be looked at now does not undo that.
            return null;
        }
    }

    /// <summary>The newest run of a workflow that somebody started for a branch since then (by GitHub's clock, to the second); null when there is none.</summary>
    public async Task<GitHubRun?> FindDispatchedAsync(GitHubRepo repo, string workflow, string branch, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var second = since.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var path = $"repos/{repo}/actions/workflows/{Uri.EscapeDataString(workflow)}/runs?event=workflow_dispatch&branch={Uri.EscapeDataString(branch)}"
            + $"&created={Uri.EscapeDataString($">={second}")}&per_page=1";
        return (await RunsAsync("ListWorkflowRuns", path, cancellationToken).FirstOrDefaultAsync(cancellationToken))?.ToRun();
    }

    /// <summary>Runs the failed jobs of a run once more, and what depends on them. After an unknown outcome <see cref="FindRunAsync"/> says by the attempt whether it began.</summary>
    /// <param name="permit">For <see cref="GitHubCalls.RerunFailedJobs"/>.</param>
    /// <param name="repo">Where.</param>
    /// <param name="runId">The run; it has ended.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public async Task RerunFailedJobsAsync(Permit permit, GitHubRepo repo, long runId, CancellationToken cancellationToken)
    {
        const string operation = "RerunFailedJobs";
        rest.Require(operation);
        await permit.RunAsync(calls.RerunFailedJobs(repo, runId), sending => rest.SendAsync(
            operation, HttpMethod.Post, $"repos/{repo}/actions/runs/{runId}/rerun-failed-jobs", null, Accepted, sending), _ => $"GitHub runs the failed jobs of run {runId} again.", cancellationToken);
    }

    private async Task<GitHubRun?> LookAsync(GitHubRepo repo, string workflow, string branch, DateTimeOffset since, CancellationToken cancellationToken)
    {
        for (var look = 1; ; look++)
        {
            var run = await FindDispatchedAsync(repo, workflow, branch, since, cancellationToken);
            if (run is not null || look == Looks)
            {
                return run;
            }

            await Task.Delay(Pause, clock, cancellationToken);
        }
    }

    private IAsyncEnumerable<GitHubWire.Run> RunsAsync(string operation, string path, CancellationToken cancellationToken) =>
        rest.ListAsync<GitHubWire.RunPage, GitHubWire.Run>(operation, path, page => page.WorkflowRuns, cancellationToken);

    private static (long? Run, DateTimeOffset? At) Started(ProviderAnswer answer)
    {
        answer.ThrowIfNotOk();
        return (answer.Body.IsEmpty ? null : answer.Json<GitHubWire.Dispatched>(GitHubWire.Options).WorkflowRunId, GitHubRest.Date(answer));
    }

    private static bool Accepted(ProviderAnswer answer)
    {
        answer.ThrowIfNotOk();
        return true;
    }
}
