using System.Net;
using Steward.Connectors.Railway;
using Steward.Platform.Http;

namespace Steward.Connectors.Tests.Http;

public sealed class AnswerClassificationTests : StubTest
{
    private const string Secret = "hunter2hunter2";
    private static readonly RailwayServiceRef Web = new("s1", "web");

    [Theory]
    [InlineData(400, false, CallEffect.None)]
    [InlineData(401, false, CallEffect.None)]
    [InlineData(403, false, CallEffect.None)]
    [InlineData(404, false, CallEffect.None)]
    [InlineData(408, true, CallEffect.Unknown)]
    [InlineData(422, false, CallEffect.None)]
    [InlineData(429, true, CallEffect.None)]
    [InlineData(500, true, CallEffect.Unknown)]
    [InlineData(502, true, CallEffect.Unknown)]
    [InlineData(503, true, CallEffect.Unknown)]
    public async Task A_status_says_whether_a_change_may_have_happened(int status, bool transient, CallEffect effect)
    {
        await AnswerAsync(status, "no", "text/plain");

        var error = await RollbackFailsAsync();

        Assert.Equal(((HttpStatusCode)status, transient, effect), (error.Status, error.IsTransient, error.Effect));
        Assert.Equal(transient && effect == CallEffect.None ? ProviderLimits.Attempts : 1, Stub.Requests.Count);
    }

    [Fact]
    public async Task An_outage_that_is_announced_with_a_wait_has_no_effect()
    {
        await AnswerAsync(503, "maintenance", "text/plain", ("Retry-After", "120"));

        var error = await RollbackFailsAsync();

        Assert.Equal((true, CallEffect.None, TimeSpan.FromMinutes(2)), (error.IsTransient, error.Effect, error.RetryAfter));
        Assert.Single(Stub.Requests);
    }

    [Fact]
    public async Task A_wait_may_be_given_as_a_date()
    {
        await AnswerAsync(429, "", "text/plain", ("Retry-After", Clock.GetUtcNow().AddHours(1).ToString("R")));

        var error = await RollbackFailsAsync();

        Assert.InRange(error.RetryAfter!.Value, TimeSpan.FromMinutes(50), TimeSpan.FromMinutes(60));
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_takes_no_token_along()
    {
        await using var elsewhere = await StubServer.StartAsync(200, "{}", "application/json");
        await AnswerAsync(307, "", "text/plain", ("Location", elsewhere.Url));

        var error = await RollbackFailsAsync();

        Assert.Equal((false, CallEffect.None), (error.IsTransient, error.Effect));
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task What_a_provider_says_is_redacted_and_short_and_on_one_line_in_a_message()
    {
        await AnswerAsync(500, $"first\nline password={Secret} and {Options.RailwayToken} {new string('x', 5000)}", "text/plain");

        var error = await Assert.ThrowsAsync<ConnectorException>(() => Railway.GetDeploymentAsync("d1", Ending));

        Assert.Contains("first line", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Options.RailwayToken, error.ToString(), StringComparison.Ordinal);
        Assert.True(error.Message.Length < 500, error.Message);
    }

    [Fact]
    public async Task Values_in_an_answer_that_is_cut_off_are_not_quoted()
    {
        await AnswerAsync(200, $$"""{"data":{"variables":{"PIN":"{{Secret}}""");

        var error = await Assert.ThrowsAsync<ConnectorException>(() => Railway.VariableNamesAsync("s1", Ending));

        Assert.Contains("cannot be read", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"data":{"deploymentRollback":null}}""")]
    [InlineData("""{"data":{"deploymentRollback":"yes"}}""")]
    [InlineData("""{"data":{}}""")]
    [InlineData("""{"data":{"deploymentRollback":false}}""")]
    public async Task An_answer_of_another_shape_leaves_a_change_unknown(string body)
    {
        await AnswerAsync(200, body);

        var error = await RollbackFailsAsync();

        Assert.Equal((true, CallEffect.Unknown), (error.IsTransient, error.Effect));
        Assert.Single(Stub.Requests);
    }

    [Fact]
    public async Task A_connection_that_breaks_within_the_answer_leaves_a_change_unknown()
    {
        await AnswerAsync(200, """{"data":""", "application/json", ("Content-Length", "1000"));

        var error = await RollbackFailsAsync();

        Assert.Equal((true, CallEffect.Unknown), (error.IsTransient, error.Effect));
        Assert.Contains("within the answer", error.Message, StringComparison.Ordinal);
        Assert.Single(Stub.Requests);
    }

    private async Task<ConnectorException> RollbackFailsAsync()
    {
        var permit = await PermitAsync(Get<RailwayCalls>().Rollback(Web, "d1"));
        return await Assert.ThrowsAsync<ConnectorException>(() => Railway.RollbackAsync(permit, Web, "d1", Ending));
    }
}
