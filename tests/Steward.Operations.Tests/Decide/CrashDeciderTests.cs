using Steward.Operations.Decide;
using Steward.Operations.Deployments;
using Steward.Operations.Findings;
using Steward.Operations.Orient;
using static Steward.Operations.Deployments.DeploymentState;
using static Steward.Operations.Tests.Decide.SituationBuilder;

namespace Steward.Operations.Tests.Decide;

/// <summary>A crash while a newer deployment is on its way. In these histories a build takes a minute, so that a newer one has two.</summary>
public sealed class CrashDeciderTests
{
    private static readonly OperationsOptions Options = new();

    [Theory]
    [InlineData(Pending)]
    [InlineData(Building)]
    [InlineData(Deploying)]
    public void It_is_told_and_nothing_is_done_while_the_newer_one_may_be_the_cure(DeploymentState state)
    {
        var diagnosis = Found(Down(newerMinutesAgo: 1, state))!;

        Assert.Equal(("deployment/d2", "high"), (diagnosis.Subject, diagnosis.Severity));
        Assert.Equal([DecisionKind.Alert], diagnosis.Decisions.Select(decision => decision.Kind));
        Assert.Contains("v-d3", diagnosis.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_gone_back_from_past_a_newer_one_that_takes_longer_than_builds_usually_do()
    {
        var diagnosis = Found(Down(newerMinutesAgo: 3))!;

        Assert.Equal((DecisionKind.RollBack, "d1", "d3"), (diagnosis.Decisions[0].Kind, diagnosis.Decisions[0].Target, diagnosis.Decisions[0].Past));
        Assert.Equal("deployment/d2", diagnosis.Subject);
    }

    [Fact]
    public void What_had_served_for_long_is_started_once_more_past_it()
    {
        var situation = Down(newerMinutesAgo: 3);
        var served = situation.History[1] with { CreatedAt = Noon.AddMinutes(-700), ActiveAt = Noon.AddMinutes(-699) };
        var diagnosis = Found(situation with { History = [situation.Latest, served, situation.History[2] with { CreatedAt = Noon.AddMinutes(-900), ActiveAt = Noon.AddMinutes(-899) }] })!;

        Assert.Equal((DecisionKind.Restart, "d3"), (diagnosis.Decisions[0].Kind, diagnosis.Decisions[0].Past));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Nothing_is_decided_while_the_crash_is_being_treated_already(double newerMinutesAgo)
    {
        var situation = Down(newerMinutesAgo);

        Assert.Empty(CrashDecider.Decide(situation, [Open(Found(Down(newerMinutesAgo: 3))!)], Options));
    }

    [Fact]
    public void Where_the_crash_was_found_by_itself_before_the_newer_one_is_what_was_done_about_it()
    {
        var found = Decider.Decide(Of(Deployment("d2", Crashed, served: true, minutesAgo: 9), Deployment("d1", Removed, good: true, minutesAgo: 60)), Options)!;

        Assert.Equal(found.Cause, Found(Down(newerMinutesAgo: 1))!.Unless);
    }

    [Theory]
    [InlineData(Removed)]
    [InlineData(RollingBack)]
    [InlineData(RolledBack)]
    public void What_held_the_service_and_was_replaced_or_is_gone_back_from_is_no_crash(DeploymentState state) =>
        Assert.Null(Found(Of(Deployment("d3", Building, minutesAgo: 1), Deployment("d2", state, served: true, minutesAgo: 9), Deployment("d1", Crashed, served: true, minutesAgo: 60))));

    [Theory]
    [InlineData(Active, true, FindingState.Recovered)]
    [InlineData(Active, false, null)]
    [InlineData(Failed, false, null)]
    [InlineData(Crashed, false, null)]
    [InlineData(Building, false, null)]
    public void The_waiting_ends_when_something_serves_well(DeploymentState newer, bool good, FindingState? end)
    {
        var waiting = Open(Found(Down(newerMinutesAgo: 1))!);
        var situation = Of(Deployment("d3", newer, minutesAgo: 1.9, good: good) with { StateAt = Noon.AddMinutes(-1.5) },
            Deployment("d2", newer is Active or Crashed ? Removed : Crashed, served: true, minutesAgo: 9), Deployment("d1", Removed, good: true, minutesAgo: 60));

        Assert.Equal(end, OutageDecider.Decide(situation, [waiting], Options).SingleOrDefault()?.State);
    }

    [Theory]
    [InlineData(0.1, 1)]
    [InlineData(2, 4)]
    [InlineData(30, 10)]
    public void A_newer_one_has_twice_the_usual_time_of_a_build_within_bounds(double buildMinutes, double patienceMinutes)
    {
        Deployment Built(string id, double minutesAgo) => Deployment(id, Removed, minutesAgo: minutesAgo) with { ActiveAt = Noon.AddMinutes(buildMinutes - minutesAgo) };
        var rollback = Deployment("r", Removed, "v-d1", minutesAgo: 100) with { ActiveAt = Noon.AddMinutes(-100).AddSeconds(1) };

        Assert.Equal(TimeSpan.FromMinutes(patienceMinutes), CrashDecider.Patience(Of(Deployment("d9", Building), rollback, Built("d2", 200), Built("d1", 300)), Options));
    }

    [Fact]
    public void Without_a_build_that_is_remembered_a_newer_one_has_the_time_of_any_deployment() =>
        Assert.Equal(Options.VerifyTimeout, CrashDecider.Patience(Of(Deployment("d2", Building), Deployment("d1", Crashed)), Options));

    private static Situation Down(double newerMinutesAgo, DeploymentState state = Building) => Of(
        Deployment("d3", state, minutesAgo: newerMinutesAgo), Deployment("d2", Crashed, served: true, minutesAgo: 9), Deployment("d1", Removed, good: true, minutesAgo: 60));

    private static Diagnosis? Found(Situation situation) => CrashDecider.Decide(situation, [], Options).OfType<Verdict.Trouble>().SingleOrDefault()?.Diagnosis;

    private static Finding Open(Diagnosis diagnosis) => new(
        new Guid("01a20102-7507-7000-9b61-b03345658f20"), diagnosis.Cause, diagnosis.Fingerprint, diagnosis.Kind, diagnosis.Service, diagnosis.ServiceId, diagnosis.Subject, diagnosis.Severity, diagnosis.Summary,
        diagnosis.Evidence, diagnosis.Decisions, FindingState.Open, null, "c", diagnosis.HappenedAt, Noon, null);
}
