namespace Steward.Server.Tests;

public sealed class AttemptTests
{
    [Fact]
    public async Task Too_many_wrong_keys_are_turned_away_while_good_ones_still_pass()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        for (var i = 0; i < Entry.FailedAttempts.PerMinute; i++)
        {
            (await server.GetAsync("/api/stop", "stw_wrong")).IsProblem(401, "wrong-key");
        }

        var refused = await server.GetAsync("/api/stop", "stw_wrong");

        refused.IsProblem(429, "too-many-attempts");
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(200, (await server.GetAsync("/api/stop")).Status);
    }
}
