using Steward.Connectors.Deployed;

namespace Steward.Connectors.Tests.Deployed;

public sealed class HealthProbeTests : StubTest
{
    [Theory]
    [InlineData(200, "", true)]
    [InlineData(204, "", true)]
    [InlineData(200, "<html>hello</html>", true)]
    [InlineData(200, """{"status":"healthy","database":"connected"}""", true)]
    [InlineData(200, """{"checks":[{"status":"down"}],"status":"ok"}""", true)]
    [InlineData(200, """{"status":"degraded"}""", false)]
    [InlineData(200, """{"version":"1","status":"Unhealthy"}""", false)]
    [InlineData(200, """{"status":"DOWN""", true)]
    [InlineData(503, """{"status":"healthy"}""", false)]
    [InlineData(302, "", false)]
    public async Task What_a_service_says_of_itself_counts_beside_its_status_code(int status, string body, bool isWell)
    {
        await AnswerAsync(status, body);

        var check = await Get<HealthProbe>().CheckAsync(new Uri(Stub.Url), TimeSpan.FromSeconds(20), Ending);

        Assert.Equal(isWell, check.IsWell);
        Assert.Equal(isWell, check.Detail is null);
    }
}
