using Steward.Platform.Work;

namespace Steward.Platform.Tests.Work;

public sealed class RetryPolicyTests
{
    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(3, 8)]
    [InlineData(8, 256)]
    [InlineData(9, 300)]
    [InlineData(100, 300)]
    public void The_pause_doubles_up_to_five_minutes(int attempt, int seconds)
    {
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetryPolicy.Pause(attempt, null, 0));
        Assert.Equal(TimeSpan.FromSeconds(seconds * 1.2), RetryPolicy.Pause(attempt, null, 1));
    }

    [Theory]
    [InlineData(30, 30)]
    [InlineData(1, 2)]
    [InlineData(-5, 2)]
    [InlineData(3600, 3600)]
    [InlineData(86400, 3600)]
    public void What_the_provider_asks_for_counts_when_it_is_longer_up_to_an_hour(int asked, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetryPolicy.Pause(1, TimeSpan.FromSeconds(asked), 0));
}
