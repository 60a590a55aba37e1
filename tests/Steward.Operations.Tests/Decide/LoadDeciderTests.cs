using Steward.Operations.Decide;
using Steward.Operations.Findings;
using Steward.Operations.Observe;

namespace Steward.Operations.Tests.Decide;

public sealed class LoadDeciderTests
{
    private static readonly DateTimeOffset Noon = SituationBuilder.Noon;
    private static readonly OperationsOptions Options = new();

    [Fact]
    public void A_whole_window_at_the_limit_is_found() =>
        Assert.Equal(FindingKind.HighCpu, Assert.IsType<Verdict.Trouble>(Assert.Single(Decide([80, 85, 99, 80, 81, 95]))).Diagnosis.Kind);

    [Fact]
    public void One_point_below_is_enough_to_wait() => Assert.Empty(Decide([90, 90, 79.9, 90, 90, 90]));

    [Fact]
    public void One_point_above_is_enough_not_to_end_it() => Assert.Empty(Decide([10, 10, 80, 10, 10, 10], Open()));

    [Fact]
    public void A_whole_window_below_ends_it() => Assert.IsType<Verdict.Over>(Assert.Single(Decide([10, 10, 79.9, 10, 10, 10], Open())));

    [Fact]
    public void Below_without_trouble_before_is_no_news() => Assert.Empty(Decide([10, 10, 10, 10, 10, 10]));

    [Theory]
    [InlineData(0, 2)]
    [InlineData(3, 5)]
    public void A_part_of_the_window_is_no_window(int first, int last)
    {
        var points = Points([90, 90, 90, 90, 90, 90]).Skip(first).Take(last - first + 1).ToList();

        Assert.Empty(LoadDecider.Decide(Noon, Load(points), new Dictionary<string, Finding>(), Options));
        Assert.Empty(LoadDecider.Decide(Noon, Load(points), Open(), Options));
    }

    [Fact]
    public void Few_requests_say_nothing_about_errors()
    {
        var errors = Points([50, 50, 50, 50, 50, 50]);

        Assert.Empty(LoadDecider.Decide(Noon, Load([]) with { Errors = errors, Requests = 19 }, new Dictionary<string, Finding>(), Options));
        Assert.Single(LoadDecider.Decide(Noon, Load([]) with { Errors = errors, Requests = 20 }, new Dictionary<string, Finding>(), Options));
    }

    [Theory]
    [InlineData("high-error-rate", FindingKind.HighErrorRate, 0.0, true)]
    [InlineData("high-error-rate", FindingKind.HighErrorRate, null, false)]
    [InlineData("high-latency", FindingKind.HighLatency, 0.0, true)]
    [InlineData("high-latency", FindingKind.HighLatency, 1.0, false)]
    public void Where_nobody_asks_any_more_nothing_is_wrong_any_more(string word, FindingKind kind, double? requests, bool isOver) => Assert.Equal(isOver,
        LoadDecider.Decide(Noon, Load([]) with { Requests = requests }, Open(word, kind), new OperationsOptions { Load = { P95 = TimeSpan.FromSeconds(1), ErrorPercent = 5 } }).OfType<Verdict.Over>().Any());

    [Fact]
    public void A_few_bad_answers_are_no_end_of_many() =>
        Assert.Empty(LoadDecider.Decide(Noon, Load([]) with { Errors = Points([100, 100, 100, 100, 100, 100]), Requests = 19 }, Open("high-error-rate", FindingKind.HighErrorRate), Options));

    [Theory]
    [InlineData("high-error-rate", FindingKind.HighErrorRate)]
    [InlineData("high-latency", FindingKind.HighLatency)]
    public void A_few_good_answers_far_apart_are_the_end_of_many_bad_ones(string word, FindingKind kind)
    {
        var good = new List<LoadPoint> { new(Noon.AddMinutes(-4), 0) };
        var load = Load([]) with { Errors = good, P95 = good, Requests = 1 };
        var options = new OperationsOptions { Load = { P95 = TimeSpan.FromSeconds(1), ErrorPercent = 5 } };

        Assert.IsType<Verdict.Over>(Assert.Single(LoadDecider.Decide(Noon, load, Open(word, kind), options)));
        Assert.Empty(LoadDecider.Decide(Noon, load, new Dictionary<string, Finding>(), options));
    }

    [Fact]
    public void A_slow_answer_among_a_few_is_no_end() => Assert.Empty(LoadDecider.Decide(
        Noon, Load([]) with { P95 = [new(Noon.AddMinutes(-4), 3000), new(Noon.AddMinutes(-1), 10)], Requests = 2 }, Open("high-latency", FindingKind.HighLatency),
        new OperationsOptions { Load = { P95 = TimeSpan.FromSeconds(1) } }));

    [Fact]
    public void Without_a_limit_nothing_is_beyond_it_any_more() =>
        Assert.Contains("No limit", Assert.IsType<Verdict.Over>(Assert.Single(LoadDecider.Decide(Noon, Load(Points([90, 90, 90, 90, 90, 90])), Open(), new OperationsOptions { Load = { CpuPercent = 0 } }))).Outcome, StringComparison.Ordinal);

    [Fact]
    public void Nothing_is_found_and_over_at_once_and_nothing_flaps_about_its_limit()
    {
        var random = new Random(3);
        for (var round = 0; round < 1000; round++)
        {
            var open = new Dictionary<string, Finding>();
            var values = Enumerable.Range(0, 60).Select(_ => 70 + (random.NextDouble() * 20)).ToList();
            var changes = 0;
            for (var minute = 5; minute < values.Count; minute++)
            {
                var points = values.Take(minute + 1).Select((value, index) => new LoadPoint(Noon.AddMinutes(index), value)).ToList();
                switch (LoadDecider.Decide(Noon.AddMinutes(minute), Load(points), open, Options).SingleOrDefault())
                {
                    case Verdict.Trouble when open.Count == 0:
                        (open, changes) = (Open(), changes + 1);
                        break;
                    case Verdict.Over:
                        Assert.NotEmpty(open);
                        (open, changes) = ([], changes + 1);
                        break;
                    default:
                        break;
                }
            }

            // A change takes a whole window of five minutes.
            Assert.True(changes <= values.Count / 5, $"{changes} changes in round {round}");
        }
    }

    private static List<Verdict> Decide(double[] values, Dictionary<string, Finding>? open = null) => [.. LoadDecider.Decide(Noon, Load(Points(values)), open ?? [], Options)];

    private static List<LoadPoint> Points(double[] values) => [.. values.Select((value, index) => new LoadPoint(Noon.AddMinutes(index - values.Length + 1), value))];

    private static ServiceLoad Load(IReadOnlyList<LoadPoint> cpu) => new("s1", "web", cpu, [], [], [], 0);

    private static Dictionary<string, Finding> Open(string word = "high-cpu", FindingKind kind = FindingKind.HighCpu) => new()
    {
        [$"{word}/s1"] = new(Guid.Empty, $"{word}/s1/1", $"{word}/s1", kind, "web", "s1", "service/s1", "medium", "", [], [], FindingState.Open, null, "", Noon, Noon, null),
    };
}
