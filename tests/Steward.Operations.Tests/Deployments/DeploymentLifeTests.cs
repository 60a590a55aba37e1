using Steward.Operations.Deployments;
using static Steward.Operations.Deployments.DeploymentState;

namespace Steward.Operations.Tests.Deployments;

public sealed class DeploymentLifeTests
{
    [Theory]
    [InlineData(Pending, Building, Deploying, Active)]
    [InlineData(Pending, Active)]
    [InlineData(Building, Active)]
    [InlineData(Pending, Failed)]
    [InlineData(Building, Crashed)]
    [InlineData(Building, Removed)]
    [InlineData(Active, Crashed, Active, Removed)]
    [InlineData(Active, Failed)]
    [InlineData(Failed, Removed)]
    [InlineData(Crashed, Removed)]
    public void Every_forward_step_is_taken_also_when_states_between_were_never_seen(params DeploymentState[] life)
    {
        var state = life[0];
        foreach (var seen in life[1..])
        {
            state = DeploymentLife.Next(state, seen);
            Assert.Equal(seen, state);
        }
    }

    [Fact]
    public void A_state_seen_twice_changes_nothing() =>
        Assert.All(Enum.GetValues<DeploymentState>(), state => Assert.Equal(state, DeploymentLife.Next(state, state)));

    [Theory]
    [InlineData(Active, Building)]
    [InlineData(Active, Deploying)]
    [InlineData(Active, Pending)]
    [InlineData(Deploying, Building)]
    [InlineData(Failed, Active)]
    [InlineData(Failed, Building)]
    [InlineData(Crashed, Deploying)]
    [InlineData(Removed, Active)]
    [InlineData(Removed, Crashed)]
    public void Late_news_is_let_go(DeploymentState known, DeploymentState late) => Assert.Equal(known, DeploymentLife.Next(known, late));

    [Fact]
    public void What_we_are_replacing_stays_so_whatever_the_provider_still_says_of_it()
    {
        foreach (var seen in Enum.GetValues<DeploymentState>())
        {
            Assert.Equal(RollingBack, DeploymentLife.Next(RollingBack, seen));
            Assert.Equal(RolledBack, DeploymentLife.Next(RolledBack, seen));
        }
    }

    [Fact]
    public void No_sequence_of_sightings_brings_a_failed_or_removed_deployment_back_to_service()
    {
        var random = new Random(20261120);
        var words = Enum.GetValues<DeploymentState>();
        for (var run = 0; run < 2000; run++)
        {
            var state = words[random.Next(words.Length)];
            for (var step = 0; step < 12; step++)
            {
                var before = state;
                state = DeploymentLife.Next(state, words[random.Next((int)RollingBack)]);
                Assert.False(before is Failed or Removed or RollingBack or RolledBack && state == Active, $"run {run}: {before} became {state}");
            }
        }
    }
}
