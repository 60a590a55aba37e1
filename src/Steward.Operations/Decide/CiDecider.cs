using System.Globalization;
using Steward.Connectors.GitHub;
using Steward.Kernel;
using Steward.Operations.Findings;
using Steward.Operations.Observe;

namespace Steward.Operations.Decide;

/// <summary>Says which workflows fail on the default branch, and which do not any more. Pure.</summary>
public static class CiDecider
{
    // Runs of these events have the branch of the pull request, which in a fork may have the name of ours.
    private const string Foreign = "pull_request";

    /// <summary>Judges the runs of one repository.</summary>
    /// <param name="picture">What GitHub said.</param>
    /// <param name="open">The open findings by their fingerprints.</param>
    public static IEnumerable<Verdict> Decide(RepositoryPicture picture, IReadOnlyDictionary<string, Finding> open) =>
        Newest(picture).Select(run => (Run: run, Fingerprint: Fingerprint(picture.Repository, run.WorkflowId)))
            .Select(one => Judge(picture, one.Run, one.Fingerprint, open.GetValueOrDefault(one.Fingerprint))).OfType<Verdict>();

    /// <summary>The run of each workflow that says how it stands on the default branch, where there is one.</summary>
    public static IEnumerable<GitHubRun> Newest(RepositoryPicture picture) =>
        (picture.Runs ?? [])
            .Where(run => run.Branch == picture.DefaultBranch && !run.Event.StartsWith(Foreign, StringComparison.Ordinal))
            .GroupBy(run => run.WorkflowId).Select(Latest).OfType<GitHubRun>();

    /// <summary>What failures of one workflow have in common.</summary>
    public static string Fingerprint(GitHubRepo repository, long workflowId) =>
        string.Create(CultureInfo.InvariantCulture, $"ci-failed/{repository}/{workflowId}");

    /// <summary>The run that a cause is about.</summary>
    public static long RunOf(string cause)
    {
        var last = cause[(cause.LastIndexOf('/') + 1)..].Split('.')[0];
        return long.Parse(last, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    /// <summary>The newest run that is known to have failed of a finding's trouble.</summary>
    public static long NewestRunOf(Finding finding) => Math.Max(RunOf(finding.Cause), finding.LatestCause is { } latest ? RunOf(latest) : 0);

    // The newest run that ended on its own. One that was cancelled says nothing; of one that runs again nothing is known.
    private static GitHubRun? Latest(IEnumerable<GitHubRun> runs)
    {
        foreach (var run in runs.OrderByDescending(run => run.Id))
        {
            switch (run.State)
            {
                case GitHubRunState.Green or GitHubRunState.Red:
                    return run;
                case GitHubRunState.Queued or GitHubRunState.Running when run.Attempt > 1:
                    return null;
                default:
                    continue;
            }
        }

        return null;
    }

    private static Verdict? Judge(RepositoryPicture picture, GitHubRun run, string fingerprint, Finding? open)
    {
        if (picture.Removed.Contains(run.WorkflowId))
        {
            return open is null ? null : new Verdict.Over(fingerprint, $"{OutsideWord.Quote(run.Name)} was removed from '{picture.DefaultBranch}': it cannot fail there any more.");
        }

        // A list may be older than what is known: it neither ends a finding nor takes it back to an earlier run.
        var known = open is null ? 0 : NewestRunOf(open);
        return run.State == GitHubRunState.Red
            ? open is not null && run.Id <= known ? null : new Verdict.Trouble(Failed(picture, run, fingerprint))
            : open is not null && run.Id >= known ? new Verdict.Over(fingerprint, $"Run {run.Id} of {OutsideWord.Quote(run.Name)} is green.")
            : null;
    }

    private static Diagnosis Failed(RepositoryPicture picture, GitHubRun run, string fingerprint)
    {
        var summary = $"Run {run.Id} of {OutsideWord.Quote(run.Name)} failed on the default branch of {picture.Repository}.";
        var mend = new Decision(DecisionKind.MendRun, 7, summary, 1, run.Id.ToString(CultureInfo.InvariantCulture), run.HeadSha);
        return new Diagnosis(
            string.Create(CultureInfo.InvariantCulture, $"{fingerprint}/{run.Id}.{run.Attempt}"), FindingKind.CiFailed, picture.Repository.ToString(), null,
            string.Create(CultureInfo.InvariantCulture, $"run/{run.Id}"), "medium", summary,
            [
                $"{picture.Repository}: run {run.Id} (attempt {run.Attempt}, {run.Event}, commit {run.HeadSha}) failed at {UtcTime.ToText(run.UpdatedAt)}",
                $"workflow {run.WorkflowId}, called {OutsideWord.Quote(run.Name)}",
            ], run.UpdatedAt, [mend])
        {
            Fingerprint = fingerprint,
            Link = OutsideWord.Page(run.Url),
            Again = [mend],
        };
    }
}
