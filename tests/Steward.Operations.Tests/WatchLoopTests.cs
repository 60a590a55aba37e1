using Steward.Operations.Deployments;
using Steward.Operations.Orient;
using Steward.Operations.Watched;

namespace Steward.Operations.Tests;

public sealed class WatchLoopTests
{
    [Fact]
    public void The_time_between_turns_is_short_while_something_moves_and_grows_to_the_long_one()
    {
        var options = new OperationsOptions();
        var times = new List<double>();
        var last = TimeSpan.Zero;
        foreach (var isMoving in new[] { true, true, false, false, false, false, false, true })
        {
            last = WatchLoop.Next(last, isMoving, options);
            times.Add(last.TotalSeconds);
        }

        Assert.Equal([5, 5, 10, 20, 40, 60, 60, 5], times);
    }

    [Theory]
    [InlineData(DeploymentState.Building, 9, true)]
    [InlineData(DeploymentState.Building, 11, false)]
    [InlineData(DeploymentState.Active, 1, false)]
    public void A_deployment_on_its_way_moves_until_it_has_stood_still_for_long(DeploymentState state, int minutes, bool isMoving)
    {
        var now = new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
        var deployment = new Deployment("d1", "s1", "web", state, "", null, now.AddHours(-1), now.AddMinutes(-minutes), null, null, true, null);
        var service = new WatchedService("s1", "web", "d1", ServiceHealth.Healthy, 0, null, null, null, now);
        var orientation = new Orientation([new Situation(now, service, deployment, null, [deployment])], [], []);

        Assert.Equal(isMoving, Cycle.IsMoving(orientation, new OperationsOptions()));
    }

    [Fact]
    public void A_long_time_below_the_short_one_is_the_time() =>
        Assert.Equal(1, WatchLoop.Next(TimeSpan.Zero, isMoving: true, new OperationsOptions { PollInterval = TimeSpan.FromSeconds(1) }).TotalSeconds);
}
