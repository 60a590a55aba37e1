using System.Globalization;
using Steward.Connectors.GitHub;
using Steward.Operations.Findings;
using Steward.Operations.Observe;

namespace Steward.Operations.Decide;

/// <summary>Says which pull requests could be merged now: once for each commit, and not a word about the others. Pure.</summary>
public static class PullRequestDecider
{
    /// <summary>In the way for now. What runs once more says soon how it stands; the question would not come again for the same commit.</summary>
    public const string Unfinished = "Its checks are not done.";

    /// <summary>Judges the pull requests of one repository: those that are open, and those that were proposed.</summary>
    /// <param name="picture">What GitHub said.</param>
    /// <param name="open">The open findings by their fingerprints.</param>
    /// <param name="deploying">The pull requests that are being merged and deployed already, as <c>owner/name#12</c>.</param>
    public static IEnumerable<Verdict> Decide(RepositoryPicture picture, IReadOnlyDictionary<string, Finding> open, IReadOnlySet<string> deploying)
    {
        if (picture.PullRequests is not { } seen)
        {
            yield break;
        }

        foreach (var one in seen.Where(one => one.IsKnown))
        {
            var fingerprint = Fingerprint(picture.Repository, one.PullRequest.Number);
            var obstacle = deploying.Contains($"{picture.Repository}#{one.PullRequest.Number}") ? Deployed : Obstacle(picture, one);
            if (open.GetValueOrDefault(fingerprint) is not { } proposed)
            {
                if (obstacle is null)
                {
                    yield return new Verdict.Trouble(Ready(picture, one.PullRequest, fingerprint));
                }
            }
            else if (Head(proposed) != one.PullRequest.HeadSha)
            {
                yield return Over(fingerprint, $"It has moved on to commit {one.PullRequest.HeadSha}.") with { IsCalledOff = true };
            }
            else if (obstacle is not null and not Unfinished)
            {
                yield return Over(fingerprint, obstacle) with { IsCalledOff = obstacle != Deployed && !one.PullRequest.IsMerged };
            }
        }

        var numbers = seen.Select(one => Fingerprint(picture.Repository, one.PullRequest.Number)).ToHashSet(StringComparer.Ordinal);
        var gone = open.Values.Where(finding => finding.Kind == FindingKind.PullRequestReady && finding.Service == picture.Repository.ToString() && !numbers.Contains(finding.Fingerprint));
        foreach (var finding in gone)
        {
            yield return Over(finding.Fingerprint, "It is not open any more.") with { IsCalledOff = true };
        }
    }

    /// <summary>The number of the pull request that a proposal is about.</summary>
    public static int NumberOf(Finding proposal) => int.Parse(proposal.Subject[(proposal.Subject.LastIndexOf('/') + 1)..], CultureInfo.InvariantCulture);

    private const string Deployed = "It is being deployed.";

    /// <summary>What is in the way of merging a pull request as it stands; null when nothing is.</summary>
    public static string? Obstacle(RepositoryPicture picture, ObservedPullRequest seen) => seen switch
    {
        { PullRequest.IsMerged: true } => "It is merged.",
        { PullRequest.IsOpen: false } => "It is closed.",
        { PullRequest.IsDraft: true } => "It is a draft.",
        _ when seen.PullRequest.BaseBranch != picture.DefaultBranch => "It is not for the default branch.",
        { Checks: null } => "Its checks were not looked at.",
        { Checks.State: ChecksState.None } => "Nothing has checked it.",
        { Checks.State: ChecksState.Pending } => Unfinished,
        { Checks.State: ChecksState.Red } => "Its checks are red.",
        { PullRequest.Mergeable: not true } => "It conflicts with the branch that it is for.",
        _ => null,
    };

    private static string Fingerprint(GitHubRepo repository, int number) => $"pull-request-ready/{repository}#{number}";

    private static string? Head(Finding finding) => finding.Decisions.FirstOrDefault(decision => decision.Kind == DecisionKind.Merge)?.Target;

    private static Verdict.Over Over(string fingerprint, string outcome) => new(fingerprint, outcome) { State = FindingState.Closed };

    // What it says of itself is not repeated here: whoever decides reads it where it stands.
    private static Diagnosis Ready(RepositoryPicture picture, GitHubPullRequest pull, string fingerprint)
    {
        var summary = $"Pull request #{pull.Number} of {picture.Repository} is green and can be merged into {OutsideWord.Quote(picture.DefaultBranch)}.";
        return new Diagnosis($"{fingerprint}/{pull.HeadSha}", FindingKind.PullRequestReady, picture.Repository.ToString(), null, $"pull-request/{pull.Number}", "low", summary,
            [
                $"#{pull.Number}, commit {pull.HeadSha}: all checks are green and nothing conflicts",
                $"opened by {OutsideWord.Quote(pull.Author)}{(pull.IsFromFork ? ", from a fork" : "")}, called {OutsideWord.Quote(pull.Title)}",
            ], pull.UpdatedAt,
            [new Decision(DecisionKind.Merge, 5, summary, 1, pull.HeadSha)])
        {
            Fingerprint = fingerprint,
            Link = OutsideWord.Page(pull.Url),
        };
    }
}
