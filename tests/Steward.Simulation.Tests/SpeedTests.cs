using Steward.Simulation.Railway;
using Steward.Testing;

namespace Steward.Simulation.Tests;

public sealed class SpeedTests
{
    [Theory]
    [InlineData(1, 80)]
    [InlineData(10, 8)]
    [InlineData(WorldOptions.Instant, 0)]
    public async Task A_deployment_takes_its_time_divided_by_the_speed(double speed, double seconds)
    {
        var clock = new FakeClock();
        await using var world = await World.StartAsync(new WorldOptions { Speed = speed }, clock, TestContext.Current.CancellationToken);
        world.Railway.AddService("web");
        var id = world.Railway.Deploy("web", "a1");

        if (seconds > 0)
        {
            clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            Assert.NotEqual(RailwayStatus.Success, world.Railway.Status(id));
            clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(RailwayStatus.Success, world.Railway.Status(id));
    }
}
