using Steward.Connectors.Railway;
using Steward.Platform.Http;

namespace Steward.Connectors.Tests.Railway;

public sealed class GraphQlErrorTests : StubTest
{
    private const string Deployment =
        """{"id":"d1","status":"SUCCESS","createdAt":"2026-01-01T00:00:00Z","statusUpdatedAt":null,"serviceId":null,"canRollback":true,"canRedeploy":true,"staticUrl":null,"meta":null}""";

    private static readonly RailwayServiceRef Web = new("s1", "web");

    [Theory]
    [InlineData("Not Authorized", false, CallEffect.None)]
    [InlineData("Project Token not found", false, CallEffect.None)]
    [InlineData("Two Factor Authentication Required", false, CallEffect.None)]
    [InlineData("Deployment not found", false, CallEffect.None)]
    [InlineData("Cannot query field \\\"x\\\" on type \\\"Mutation\\\".", false, CallEffect.None)]
    [InlineData("You are being rate limited. Rate limit exceeded", true, CallEffect.None)]
    [InlineData("Problem processing request", true, CallEffect.Unknown)]
    public async Task Errors_with_status_200_say_whether_a_change_may_have_happened(string message, bool transient, CallEffect effect)
    {
        await AnswerAsync(200, $$$"""{"errors":[{"message":"{{{message}}}","extensions":{"code":"INTERNAL_SERVER_ERROR"}}],"data":null}""");

        await FailsAsync(transient, effect);
    }

    [Fact]
    public async Task One_unclear_error_makes_all_unclear()
    {
        await AnswerAsync(200, """{"errors":[{"message":"Deployment not found"},{"message":"Problem processing request"}]}""");

        await FailsAsync(true, CallEffect.Unknown);
    }

    [Fact]
    public async Task Errors_with_status_400_are_read_as_errors()
    {
        await AnswerAsync(400, """{"errors":[{"message":"Syntax Error: Unexpected Name"}]}""", "application/graphql-response+json");

        var error = await FailsAsync(false, CallEffect.None);

        Assert.Contains("does not understand", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_beside_errors_is_no_success_for_a_change()
    {
        await AnswerAsync(200, """{"data":{"deploymentRollback":true},"errors":[{"message":"Problem processing request"}]}""");

        await FailsAsync(true, CallEffect.Unknown);
    }

    [Fact]
    public async Task Data_beside_errors_is_used_for_a_read_with_a_warning()
    {
        await AnswerAsync(200, $$"""{"data":{"deployment":{{Deployment}}},"errors":[{"message":"Problem with a field, token={{Options.RailwayToken}}"}]}""");

        var deployment = await Railway.GetDeploymentAsync("d1", Ending);

        Assert.Equal((RailwayStatus.Active, null), (deployment.Status, deployment.Version));
        var warning = Assert.Single(Log.Warnings);
        Assert.Contains("Problem with a field", warning, StringComparison.Ordinal);
        Assert.DoesNotContain(Options.RailwayToken, warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_beside_data_that_is_not_whole_are_what_a_read_reports()
    {
        await AnswerAsync(200, """{"data":{"deployment":null},"errors":[{"message":"Deployment not found"}]}""");

        var error = await Assert.ThrowsAsync<ConnectorException>(() => Railway.GetDeploymentAsync("d1", Ending));

        Assert.False(error.IsTransient);
        Assert.Contains("Deployment not found", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(429)]
    public async Task The_page_of_the_rate_limiter_in_front_is_known(int status)
    {
        await AnswerAsync(status, "<html><title>Access denied | Error 1015</title></html>", "text/html", ("Retry-After", "60"));

        var error = await FailsAsync(true, CallEffect.None);

        Assert.Equal(TimeSpan.FromSeconds(60), error.RetryAfter);
        Assert.Contains("Cloudflare 1015", error.Message, StringComparison.Ordinal);
    }

    private async Task<ConnectorException> FailsAsync(bool transient, CallEffect effect)
    {
        var permit = await PermitAsync(Get<RailwayCalls>().Rollback(Web, "d1"));
        var error = await Assert.ThrowsAsync<ConnectorException>(() => Railway.RollbackAsync(permit, Web, "d1", Ending));
        Assert.Equal((transient, effect), (error.IsTransient, error.Effect));
        return error;
    }
}
