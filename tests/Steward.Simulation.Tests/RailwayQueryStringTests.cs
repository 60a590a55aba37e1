using System.Net;

namespace Steward.Simulation.Tests;

public sealed class RailwayQueryStringTests : WorldTest
{
    protected override WorldOptions Options => new() { RailwayWantsQueryString = true };

    [Fact]
    public async Task A_request_without_a_query_string_meets_error_1015()
    {
        using var response = await SendToRailwayAsync(OneDeployment);

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Contains("error code: 1015", await response.Content.ReadAsStringAsync(Ending));
    }
}
