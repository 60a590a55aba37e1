using Steward.Operations.Decide;
using Steward.Operations.Deployments;
using Steward.Operations.Findings;
using Steward.Operations.Watched;

namespace Steward.Operations.Tests.Decide;

/// <summary>When an outage that Steward does not end is over.</summary>
public sealed class OutageDeciderTests
{
    private static readonly DateTimeOffset Noon = SituationBuilder.Noon;

    [Theory]
    [InlineData(4.9, false)]
    [InlineData(5, true)]
    public void Errors_that_come_and_go_are_over_when_it_answered_well_for_five_minutes(double minutesWell, bool isOver) =>
        Assert.Equal(isOver, Decide(minutesWell, FindingState.Open, DecisionKind.Alert).Count == 1);

    [Theory]
    [InlineData(FindingState.Waiting)]
    [InlineData(FindingState.Stuck)]
    public void What_waits_for_a_person_is_over_when_it_has_answered_well_for_the_settling_time(FindingState state)
    {
        Assert.Empty(Decide(0.9, state, DecisionKind.RollBack));
        Assert.Single(Decide(1, state, DecisionKind.RollBack));
    }

    [Fact]
    public void What_is_stuck_about_a_deployment_that_is_not_trusted_is_over_when_it_has_answered_well() =>
        Assert.Single(Decide(1, FindingState.Stuck, DecisionKind.RollBack, "It answered 500."));

    [Fact]
    public void Only_what_answers_well_itself_is_trusted_again()
    {
        Assert.True(Assert.Single(Decide(1, FindingState.Stuck, DecisionKind.RollBack, "It answered 500.")).IsTrusted);
        Assert.False(Assert.Single(Decide(1, FindingState.Stuck, DecisionKind.RollBack, serving: "d2")).IsTrusted);
    }

    [Fact]
    public void The_word_of_the_provider_alone_makes_nothing_trusted_again() =>
        Assert.False(Assert.Single(Decide(1, FindingState.Stuck, DecisionKind.RollBack, health: ServiceHealth.Unknown)).IsTrusted);

    [Fact]
    public void What_is_being_recovered_ends_with_that() => Assert.Empty(Decide(10, FindingState.Recovering, DecisionKind.RollBack));

    private static List<Verdict.Over> Decide(double minutesWell, FindingState state, DecisionKind decision, string? distrust = null, string serving = "d1", ServiceHealth health = ServiceHealth.Healthy)
    {
        var situation = SituationBuilder.Of(health, Noon.AddMinutes(-minutesWell), SituationBuilder.Deployment(serving, DeploymentState.Active, good: distrust is null, minutesAgo: 60) with { Distrust = distrust });
        var finding = new Finding(Guid.Empty, "deployment-unhealthy/d1/1", "deployment-unhealthy/d1", FindingKind.DeploymentUnhealthy, "web", "s1", "deployment/d1", "high", "", [],
            [new Decision(decision, 9, "", 1)], state, null, "", Noon, Noon, null);
        return [.. OutageDecider.Decide(situation, [finding], new OperationsOptions())];
    }
}
