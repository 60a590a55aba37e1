using Steward.Connectors.GitHub;
using Steward.Platform.Http;
using Steward.Simulation;
using Steward.Testing;

namespace Steward.Connectors.Tests.GitHub;

/// <summary>GitHub says that it is asked too often: it is left alone until its time, and nobody takes it for ill.</summary>
public sealed class GitHubLimitTests : GitHubTest
{
    private readonly FakeClock clock = new();

    protected override TimeProvider Clock => clock;

    protected override TimeProvider WorldClock => clock;

    [Fact]
    public async Task A_spent_hour_is_told_with_its_end_and_nobody_asks_before()
    {
        await AskAsync();
        GitHub.SpendRequests(5000);
        Assert.Contains("asked too often", (await FailsAsync()).Message, StringComparison.Ordinal);
        var asked = World.Calls.Of(Systems.GitHub);

        for (var i = 0; i < 10; i++)
        {
            var error = await FailsAsync();
            Assert.Contains("requests of this hour are spent. It is asked again at ", error.Message, StringComparison.Ordinal);
            Assert.Equal((true, true, CallEffect.None), (error.IsTransient, error.IsThrottled, error.Effect));
            Assert.InRange(error.RetryAfter!.Value, TimeSpan.FromMinutes(50), TimeSpan.FromHours(1));
        }

        Assert.Equal(asked, World.Calls.Of(Systems.GitHub));
        Assert.Equal(0, (await Get<GitHubAccess>().RateLimitAsync(Ending)).Remaining);
        clock.Advance(TimeSpan.FromHours(1));
        await AskAsync();
    }

    [Fact]
    public async Task A_secondary_limit_holds_everything_for_as_long_as_it_says()
    {
        GitHub.LimitSecondary(1, TimeSpan.FromSeconds(90));
        Assert.Contains("asked too often", (await FailsAsync()).Message, StringComparison.Ordinal);
        Assert.Contains("secondary limit", (await FailsAsync()).Message, StringComparison.Ordinal);

        clock.Advance(TimeSpan.FromSeconds(91));
        await AskAsync();
    }

    private Task AskAsync() => Get<GitHubAccess>().RepositoryAsync(Repo, Ending);

    private Task<ConnectorException> FailsAsync() => Assert.ThrowsAsync<ConnectorException>(AskAsync);
}
