using Steward.Operations.Decide;
using Steward.Operations.Findings;
using Steward.Operations.Watched;

namespace Steward.Operations.Tests.Decide;

/// <summary>Which findings are over because their service is out of sight.</summary>
public sealed class GoneDeciderTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_was_only_told_of_a_service_that_is_gone_is_over()
    {
        var over = Assert.Single(Decide(Service("api"), gone: ["api"], Told("api"), Told("web"), RolledBack("api")));

        Assert.Equal("told/api", over.Fingerprint);
        Assert.Contains("is not there any more", over.Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_told_of_a_service_that_is_watched_and_there_goes_on() => Assert.Empty(Decide(Service("api"), gone: [], Told("api")));

    [Fact]
    public void A_service_that_the_settings_leave_alone_is_out_of_sight_as_well() =>
        Assert.Single(Decide(Service("api"), gone: [], options: new OperationsOptions { Services = { ["api"] = new ServiceOptions { Watch = false } } }, Told("api")));

    private static IEnumerable<Verdict.Over> Decide(WatchedService service, string[] gone, params Finding[] open) => Decide(service, gone, new OperationsOptions(), open);

    private static IEnumerable<Verdict.Over> Decide(WatchedService service, string[] gone, OperationsOptions options, params Finding[] open) =>
        GoneDecider.Decide([service], gone.ToHashSet(), open, options);

    private static WatchedService Service(string name) => new(name, name, null, ServiceHealth.Unknown, 0, null, null, null, Noon);

    private static Finding Told(string service) => Of(service, "told", DecisionKind.Alert);

    private static Finding RolledBack(string service) => Of(service, "undone", DecisionKind.RollBack);

    private static Finding Of(string service, string word, DecisionKind decision) => new(
        Guid.Empty, $"{word}/{service}/1", $"{word}/{service}", FindingKind.DeploymentUnhealthy, service, service, "deployment/d1", "high", "It answers with errors.", [],
        [new Decision(decision, 9, "Why.", 1)], FindingState.Open, null, "finding-1", Noon, Noon, null);
}
