using Steward.Operations.Decide;
using Steward.Operations.Deployments;
using Steward.Operations.Findings;
using Steward.Operations.Watched;
using static Steward.Operations.Deployments.DeploymentState;
using static Steward.Operations.Tests.Decide.SituationBuilder;

namespace Steward.Operations.Tests.Decide;

public sealed class DeciderTests
{
    private static readonly OperationsOptions Options = new();

    [Fact]
    public void A_crash_after_take_over_goes_back_to_the_last_known_good()
    {
        var diagnosis = Decider.Decide(Of(
            Deployment("d3", Crashed, minutesAgo: 1), Deployment("d2", Removed, good: true, minutesAgo: 20), Deployment("d1", Removed, good: true, minutesAgo: 60)), Options)!;

        Assert.Equal(("deployment-crashed/d3", FindingKind.DeploymentCrashed, "high"), (diagnosis.Fingerprint, diagnosis.Kind, diagnosis.Severity));
        Assert.Equal([DecisionKind.RollBack, DecisionKind.OpenIssue, DecisionKind.Alert], diagnosis.Decisions.Select(decision => decision.Kind));
        Assert.Equal(("d2", true, 10), (diagnosis.Decisions[0].Target, diagnosis.Decisions[0].KnownGood, diagnosis.Decisions[0].Priority));
        Assert.True(diagnosis.Decisions[0].Confidence >= 0.8);
    }

    [Fact]
    public void A_deployment_that_dies_after_it_served_long_is_started_once_more_and_then_gone_back_from()
    {
        var crashed = Deployment("d3", Crashed, served: true, minutesAgo: 600) with { StateAt = Noon.AddMinutes(-2) };
        Diagnosis? Decide(Deployment latest) => Decider.Decide(Of(latest, Deployment("d2", Removed, good: true, minutesAgo: 900)), Options);

        var first = Decide(crashed)!;
        Assert.Equal([DecisionKind.Restart, DecisionKind.OpenIssue, DecisionKind.Alert], first.Decisions.Select(decision => decision.Kind));
        Assert.Null(Decide(crashed with { RestartedAt = Noon.AddMinutes(-1) }));

        var second = Decide(crashed with { RestartedAt = Noon.AddMinutes(-1), RestartFailedAt = Noon })!;
        Assert.Equal((DecisionKind.RollBack, "d2"), (second.Decisions[0].Kind, second.Decisions[0].Target));
        Assert.NotEqual(first.Cause, second.Cause);
        Assert.Equal(second.Cause, Decide(crashed with { RestartedAt = Noon.AddMinutes(-5) })!.Cause);
    }

    [Fact]
    public void A_failed_build_rolls_nothing_back_while_the_one_before_serves()
    {
        var diagnosis = Decider.Decide(Of(Deployment("d2", Failed, minutesAgo: 1), Deployment("d1", Active, good: true)), Options)!;

        Assert.Equal([DecisionKind.OpenIssue, DecisionKind.Alert], diagnosis.Decisions.Select(decision => decision.Kind));
        Assert.Equal("medium", diagnosis.Severity);
    }

    [Fact]
    public void That_nothing_serves_any_more_is_found_though_the_failure_was_told_before()
    {
        Diagnosis Failed(DeploymentState before) => Decider.Decide(
            Of(Deployment("d3", DeploymentState.Failed, minutesAgo: 30), Deployment("d2", before, minutesAgo: 60), Deployment("d1", Removed, good: true, minutesAgo: 90)), Options)!;

        Assert.NotEqual(Failed(Active).Cause, Failed(Crashed).Cause);
        Assert.Equal("d1", Failed(Crashed).Decisions.Single(decision => decision.Kind == DecisionKind.RollBack).Target);
    }

    [Fact]
    public void A_failed_deployment_with_nothing_left_serving_goes_back()
    {
        var diagnosis = Decider.Decide(Of(Deployment("d2", Failed, minutesAgo: 1), Deployment("d1", Removed, good: true)), Options)!;

        Assert.Equal("d1", diagnosis.Decisions.Single(decision => decision.Kind == DecisionKind.RollBack).Target);
    }

    [Fact]
    public void Errors_within_the_watch_window_undo_the_deployment_though_it_counts_as_a_success()
    {
        var diagnosis = Decider.Decide(Of(ServiceHealth.Unhealthy, Noon.AddMinutes(-1), Deployment("d2", Active, minutesAgo: 5), Deployment("d1", Removed, good: true)), Options)!;

        Assert.Equal(FindingKind.DeploymentUnhealthy, diagnosis.Kind);
        Assert.Equal("d1", diagnosis.Decisions[0].Target);
    }

    [Fact]
    public void Errors_of_a_deployment_that_served_well_for_long_are_told_once_for_each_outage_and_roll_nothing_back()
    {
        Diagnosis Outage(DateTimeOffset since) => Decider.Decide(
            Of(ServiceHealth.Unhealthy, since, Deployment("d2", Active, minutesAgo: 600), Deployment("d1", Removed, good: true, minutesAgo: 900)), Options)!;

        var first = Outage(Noon.AddMinutes(-5));

        Assert.DoesNotContain(first.Decisions, decision => decision.Kind == DecisionKind.RollBack);
        Assert.Equal(first.Cause, Outage(Noon.AddMinutes(-5)).Cause);
        Assert.NotEqual(first.Cause, Outage(Noon.AddMinutes(-2)).Cause);
    }

    [Fact]
    public void Errors_of_the_one_that_serves_are_undone_also_when_the_one_after_it_failed()
    {
        var situation = Of(ServiceHealth.Unhealthy, Noon.AddMinutes(-1), Deployment("d3", Failed, minutesAgo: 2), Deployment("d2", Active, minutesAgo: 5), Deployment("d1", Removed, good: true));
        Diagnosis Decide(string healthOf) => Decider.Decide(situation with { Service = situation.Service with { HealthOf = healthOf } }, Options)!;

        Assert.Equal((DecisionKind.RollBack, "d1", "deployment/d3"), (Decide("d2").Decisions[0].Kind, Decide("d2").Decisions[0].Target, Decide("d2").Subject));
        Assert.DoesNotContain(Decide("d1").Decisions, decision => decision.Kind == DecisionKind.RollBack);
    }

    [Theory]
    [InlineData(Crashed, ServiceHealth.Unknown, true)]
    [InlineData(Active, ServiceHealth.Unhealthy, true)]
    [InlineData(Active, ServiceHealth.Healthy, false)]
    public void One_that_never_arrives_is_told_when_nothing_serves_well_meanwhile(DeploymentState before, ServiceHealth health, bool told)
    {
        Diagnosis? After(double minutes)
        {
            var situation = Of(health, Noon.AddMinutes(-minutes), Deployment("d2", Building, minutesAgo: minutes), Deployment("d1", before, minutesAgo: 60));
            return Decider.Decide(situation with { Service = situation.Service with { HealthOf = "d1" } }, Options);
        }

        Assert.Null(After(9));
        Assert.Equal(told, After(11) is { Decisions: [{ Kind: DecisionKind.OpenIssue }, { Kind: DecisionKind.Alert }] });
    }

    [Theory]
    [InlineData(Pending)]
    [InlineData(Building)]
    [InlineData(Deploying)]
    [InlineData(Active)]
    [InlineData(RollingBack)]
    [InlineData(RolledBack)]
    [InlineData(Removed)]
    public void Nothing_is_wrong_with_a_deployment_in_state(DeploymentState state) =>
        Assert.Null(Decider.Decide(Of(Deployment("d2", state, minutesAgo: 1), Deployment("d1", Removed, good: true)), Options));

    [Fact]
    public void A_version_whose_newest_deployment_did_not_pass_its_verification_is_not_gone_back_to()
    {
        var distrusted = Deployment("d3", Removed, "b", good: true, minutesAgo: 20) with { Distrust = "It answered 500." };

        var diagnosis = Decider.Decide(Of(Deployment("d4", Crashed, "c", minutesAgo: 5), distrusted, Deployment("d2", Removed, "b", good: true, minutesAgo: 40), Deployment("d1", Removed, "a", good: true, minutesAgo: 60)), Options)!;

        Assert.Equal("d1", diagnosis.Decisions[0].Target);
    }

    [Fact]
    public void A_target_that_was_never_seen_serving_is_not_trusted_enough_to_act_alone()
    {
        var decision = Decider.Decide(Of(Deployment("d2", Crashed, minutesAgo: 1), Deployment("d1", Removed)), Options)!.Decisions[0];

        Assert.Equal(("d1", false), (decision.Target, decision.KnownGood));
        Assert.True(decision.Confidence < 0.8);
    }

    [Fact]
    public void A_known_good_one_is_preferred_to_a_newer_one_that_only_served() =>
        Assert.Equal("d1", Decider.Target(Of(
            Deployment("d3", Crashed, minutesAgo: 1), Deployment("d2", Removed, served: true, minutesAgo: 5), Deployment("d1", Removed, good: true, minutesAgo: 50)))!.Id);

    [Fact]
    public void One_that_answered_with_errors_at_the_end_is_no_target_though_it_was_known_good() =>
        Assert.Equal("d1", Decider.Target(Of(
            Deployment("d3", Crashed, minutesAgo: 1), Deployment("d2", Removed, good: true, minutesAgo: 50) with { UnhealthyAt = Noon.AddMinutes(-9) },
            Deployment("d1", Removed, good: true, minutesAgo: 90)))!.Id);

    [Fact]
    public void What_comes_up_again_and_dies_again_is_found_again()
    {
        Diagnosis Crash(double minutesAgo) => Decider.Decide(
            Of(Deployment("d2", Crashed, minutesAgo: 5) with { StateAt = Noon.AddMinutes(-minutesAgo) }, Deployment("d1", Removed, good: true, minutesAgo: 60)), Options)!;

        Assert.Equal(Crash(2).Cause, Crash(2).Cause);
        Assert.NotEqual(Crash(2).Cause, Crash(1).Cause);
        Assert.Equal(Crash(2).Fingerprint, Crash(1).Fingerprint);
    }

    [Fact]
    public void Two_bad_versions_are_not_swapped_back_and_forth()
    {
        // v1 was good, v2 crashed, going back to v1 crashed too: there is nothing left to go back to.
        var situation = Of(
            Deployment("d3", Crashed, "v1", minutesAgo: 1), Deployment("d2", RolledBack, "v2", minutesAgo: 5), Deployment("d1", Removed, "v1", good: true, minutesAgo: 50));

        Assert.Null(Decider.Target(situation));
        Assert.DoesNotContain(Decider.Decide(situation, Options)!.Decisions, decision => decision.Kind == DecisionKind.RollBack);
    }

    [Fact]
    public void A_version_that_failed_once_and_then_served_well_is_good() =>
        Assert.Equal("d2", Decider.Target(Of(
            Deployment("d3", Crashed, "v3", minutesAgo: 1), Deployment("d2", Removed, "v2", good: true, minutesAgo: 9), Deployment("d1", Failed, "v2", minutesAgo: 20)))!.Id);

    [Fact]
    public void What_the_provider_no_longer_keeps_is_no_target() =>
        Assert.Null(Decider.Target(Of(Deployment("d2", Crashed, minutesAgo: 1), Deployment("d1", Removed, good: true, canRollback: false))));

    [Fact]
    public void The_target_is_never_the_failed_nor_a_serving_nor_a_bad_deployment()
    {
        var random = new Random(4711);
        var states = Enum.GetValues<DeploymentState>();
        for (var run = 0; run < 5000; run++)
        {
            var history = Enumerable.Range(0, random.Next(1, 8)).Select(age => Deployment(
                $"d{age}", states[random.Next(states.Length)], random.Next(6) == 0 ? null : $"v{random.Next(4)}", random.Next(2) == 0, random.Next(2) == 0,
                random.Next(4) > 0, age + 1)).ToArray();
            var situation = Of(history);

            if (Decider.Target(situation) is { } target)
            {
                Assert.NotEqual(situation.Latest.Id, target.Id);
                Assert.NotEqual(situation.Serving?.Id, target.Id);
                Assert.True(target.CanRollback);
                Assert.True(target.State is Removed or Active);
                Assert.False(target.Version is not null && target.Version == situation.Latest.Version, $"run {run}: went back to the failed version");
            }
        }
    }
}
