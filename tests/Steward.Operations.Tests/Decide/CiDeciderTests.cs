using Steward.Connectors.GitHub;
using Steward.Operations.Decide;
using Steward.Operations.Findings;
using Steward.Operations.Observe;

namespace Steward.Operations.Tests.Decide;

public sealed class CiDeciderTests
{
    private static readonly GitHubRepo Shop = GitHubRepo.Parse("acme/shop");
    private static readonly DateTimeOffset Noon = SituationBuilder.Noon;

    [Fact]
    public void A_run_that_runs_again_says_nothing_and_neither_do_those_before_it() =>
        Assert.Empty(Decide([Run(2, GitHubRunState.Running, attempt: 2), Run(1, GitHubRunState.Green)], Open(2)));

    [Fact]
    public void A_newer_run_on_its_way_does_not_hide_a_failure() =>
        Assert.IsType<Verdict.Trouble>(Assert.Single(Decide([Run(3, GitHubRunState.Running), Run(2, GitHubRunState.Red), Run(1, GitHubRunState.Green)])));

    [Fact]
    public void A_cancelled_run_does_not_hide_a_failure() =>
        Assert.IsType<Verdict.Trouble>(Assert.Single(Decide([Run(3, GitHubRunState.Cancelled), Run(2, GitHubRunState.Red)])));

    [Fact]
    public void A_list_that_is_older_than_what_is_known_ends_nothing()
    {
        Assert.Empty(Decide([Run(1, GitHubRunState.Green)], Open(2)));
        Assert.Empty(Decide([Run(2, GitHubRunState.Green)], Open(1, latest: 3)));
        Assert.Empty(Decide([Run(2, GitHubRunState.Red)], Open(1, latest: 3)));
    }

    [Fact]
    public void The_same_run_green_ends_it() => Assert.IsType<Verdict.Over>(Assert.Single(Decide([Run(2, GitHubRunState.Green, attempt: 2)], Open(2))));

    [Fact]
    public void Green_without_trouble_before_is_no_news() => Assert.Empty(Decide([Run(2, GitHubRunState.Green)]));

    [Fact]
    public void A_run_that_failed_again_after_it_was_mended_is_another_cause()
    {
        var first = Cause(Decide([Run(2, GitHubRunState.Red)]));
        var again = Cause(Decide([Run(2, GitHubRunState.Red, attempt: 2)]));

        Assert.NotEqual(first, again);
        Assert.Equal(2, CiDecider.RunOf(again));
    }

    [Fact]
    public void Workflows_are_judged_on_their_own()
    {
        var verdicts = Decide([Run(4, GitHubRunState.Red, workflow: 8), Run(3, GitHubRunState.Green, workflow: 7), Run(2, GitHubRunState.Red, workflow: 7)], Open(2));

        Assert.Equal(2, verdicts.Count);
        Assert.Equal("ci-failed/acme/shop/7", Assert.Single(verdicts.OfType<Verdict.Over>()).Fingerprint);
    }

    [Fact]
    public void In_whatever_order_and_however_often_runs_are_listed_the_verdicts_are_the_same()
    {
        var random = new Random(11);
        var states = Enum.GetValues<GitHubRunState>();
        for (var round = 0; round < 500; round++)
        {
            var runs = Enumerable.Range(1, random.Next(1, 8)).Select(id => Run(id, states[random.Next(states.Length)], random.Next(1, 3), random.Next(7, 9))).ToList();
            var open = random.Next(2) == 0 ? Open(random.Next(1, 8)) : [];
            var straight = Decide(runs, open);
            var shuffled = Decide([.. runs.Concat(runs).OrderBy(_ => random.Next())], open);

            Assert.Equal(straight.Select(Name).Order(), shuffled.Select(Name).Order());
            // Never trouble and its end at once.
            Assert.Equal(straight.Count, straight.Select(verdict => verdict is Verdict.Over over ? over.Fingerprint : ((Verdict.Trouble)verdict).Diagnosis.Fingerprint).Distinct().Count());
        }
    }

    private static string Name(Verdict verdict) => verdict is Verdict.Over over ? $"over {over.Fingerprint}" : ((Verdict.Trouble)verdict).Diagnosis.Cause;

    private static string Cause(IReadOnlyList<Verdict> verdicts) => ((Verdict.Trouble)Assert.Single(verdicts)).Diagnosis.Cause;

    private static List<Verdict> Decide(IReadOnlyList<GitHubRun> runs, Dictionary<string, Finding>? open = null) =>
        [.. CiDecider.Decide(new RepositoryPicture(Shop, "main", runs, null), open ?? [])];

    private static GitHubRun Run(long id, GitHubRunState state, int attempt = 1, long workflow = 7) =>
        new(id, "CI", workflow, "main", "abc", "push", state, attempt, Noon.AddMinutes(id), Noon.AddMinutes(id), "https://github.com/acme/shop/actions/runs/1");

    private static Dictionary<string, Finding> Open(long run, long? latest = null)
    {
        var fingerprint = CiDecider.Fingerprint(Shop, 7);
        return new Dictionary<string, Finding>
        {
            [fingerprint] = new(Guid.Empty, $"{fingerprint}/{run}.1", fingerprint, FindingKind.CiFailed, "acme/shop", null, $"run/{run}", "medium", "", [], [], FindingState.Open, null, "", Noon, Noon, null)
            {
                LatestCause = latest is null ? null : $"{fingerprint}/{latest}.1",
            },
        };
    }
}
