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

    [Fact]
    public void A_long_time_below_the_short_one_is_the_time() =>
        Assert.Equal(1, WatchLoop.Next(TimeSpan.Zero, isMoving: true, new OperationsOptions { PollInterval = TimeSpan.FromSeconds(1) }).TotalSeconds);
}
