using System.Net.Http.Headers;
using System.Text;

namespace Steward.Server.Tests;

public sealed class BadRequestTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string SomeId = "01a1f952-a9b8-7226-bf4c-57653897d33f";

    [Theory]
    [InlineData("GET", "/nowhere", 404, "not-found")]
    [InlineData("GET", "/api/nowhere", 404, "not-found")]
    [InlineData("GET", $"/api/work/{SomeId}", 404, "not-found")]
    [InlineData("POST", $"/api/work/{SomeId}/retry", 404, "not-found")]
    [InlineData("POST", $"/api/work/{SomeId}/drop", 404, "not-found")]
    [InlineData("GET", $"/api/approvals/{SomeId}", 404, "not-found")]
    [InlineData("GET", "/api/approvals/no-id", 404, "not-found")]
    [InlineData("POST", $"/api/approvals/{SomeId}/approve", 404, "not-found")]
    [InlineData("DELETE", $"/api/elevations/{SomeId}", 404, "not-found")]
    [InlineData("DELETE", $"/api/keys/{SomeId}", 404, "not-found")]
    [InlineData("DELETE", "/api/stop?service=web", 404, "not-stopped")]
    [InlineData("PUT", "/api/stop", 405, "method-not-allowed")]
    public async Task What_is_not_there_is_a_problem(string method, string path, int status, string code) =>
        (await server.SendAsync(new HttpMethod(method), path)).IsProblem(status, code);

    [Theory]
    [InlineData("/api/work?state=done", "state")]
    [InlineData("/api/work?state=3", "state")]
    [InlineData("/api/work?limit=0", "limit")]
    [InlineData("/api/work?limit=501", "limit")]
    [InlineData("/api/work?limit=many", "limit")]
    [InlineData("/api/work?after=there", "after")]
    [InlineData("/api/approvals?state=maybe", "state")]
    [InlineData("/api/audit?after=x", "after")]
    [InlineData("/api/elevations?limit=-1", "limit")]
    [InlineData("/api/deployments?after=x", "after")]
    [InlineData("/api/findings?state=bad", "state")]
    [InlineData("/api/agents?state=Active,Paused", "state")]
    [InlineData("/api/agents?state=active%20", "state")]
    public async Task A_wrong_query_names_the_field(string path, string field) =>
        (await server.GetAsync(path)).IsProblem(400, "invalid", field);

    [Fact]
    public async Task Services_are_paged_by_name() => Assert.Equal(200, (await server.GetAsync("/api/services?after=web")).Status);

    [Theory]
    [InlineData("/api/stop", "", "reason")]
    [InlineData("/api/stop", "{}", "reason")]
    [InlineData("/api/stop", """{"reason":" "}""", "reason")]
    [InlineData("/api/stop", """{"reason":5}""", "reason")]
    [InlineData("/api/stop", """{"reason":"x","servcie":"web"}""", "servcie")]
    [InlineData("/api/stop", """{"reason":"x","service":""}""", "service")]
    [InlineData("/api/stop", """{"reason":"x","service":"a","actor":"b"}""", "actor")]
    [InlineData("/api/elevations", "", "actor")]
    [InlineData("/api/elevations", """{"actor":"a","target":"t","reason":"r","level":"god"}""", "level")]
    [InlineData("/api/elevations", """{"actor":"a","target":"t","reason":"r","level":2}""", "level")]
    [InlineData("/api/elevations", """{"actor":"a","target":"t","reason":"r","level":"autonomous","minutes":1e300}""", "minutes")]
    [InlineData("/api/elevations", """{"actor":"a","target":"t","reason":"r","level":"autonomous","minutes":-1}""", "minutes")]
    public async Task A_wrong_body_names_the_field(string path, string body, string field)
    {
        var content = body.Length == 0 ? null : new StringContent(body, Encoding.UTF8, "application/json");

        (await server.SendAsync(HttpMethod.Post, path, content: content)).IsProblem(400, "invalid", field);

        Assert.False((bool)(await server.GetAsync("/api/stop")).Json["stopped"]!);
    }

    [Theory]
    [InlineData("{\"reason\":")]
    [InlineData("not json")]
    [InlineData("[]")]
    public async Task A_body_that_is_not_the_json_wanted_is_a_problem_without_our_type_names(string body)
    {
        var answer = await server.SendAsync(HttpMethod.Post, "/api/stop", content: new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal((400, "application/problem+json"), (answer.Status, answer.ContentType));
        Assert.DoesNotContain("Steward.", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", "/api/agents", "")]
    [InlineData("POST", "/api/agents", "null")]
    [InlineData("PUT", "/api/agents/none", "")]
    [InlineData("PUT", "/api/agents/none", "null")]
    [InlineData("POST", "/api/agents/test", "")]
    public async Task A_body_that_is_missing_is_asked_for(string method, string path, string body)
    {
        var answer = await server.SendAsync(new HttpMethod(method), path, content: new StringContent(body, Encoding.UTF8, "application/json"));

        answer.IsProblem(400, "invalid");
        Assert.Contains("send a JSON object", (string?)answer.Json["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_content_type_is_refused() =>
        (await server.SendAsync(HttpMethod.Post, "/api/stop", content: new StringContent("reason=x", Encoding.UTF8, "application/x-www-form-urlencoded")))
            .IsProblem(415, "unsupported-media-type");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_a_megabyte_is_refused_whether_its_length_is_announced_or_not(bool announced)
    {
        var bytes = Encoding.UTF8.GetBytes($$"""{"reason":"{{new string('x', 1024 * 1024)}}"}""");
        HttpContent content = announced ? new ByteArrayContent(bytes) : new StreamContent(new Unannounced(bytes));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        (await server.SendAsync(HttpMethod.Post, "/api/stop", content: content)).IsProblem(413, "body-too-large");
    }

    [Fact]
    public async Task Every_answer_carries_the_headers_that_keep_a_browser_out()
    {
        foreach (var path in new[] { "/health", "/nowhere", "/api/stop" })
        {
            var headers = (await server.GetAsync(path)).Headers;
            Assert.Equal("nosniff", Assert.Single(headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("DENY", Assert.Single(headers.GetValues("X-Frame-Options")));
            Assert.Equal("no-referrer", Assert.Single(headers.GetValues("Referrer-Policy")));
            Assert.StartsWith("default-src 'none'", Assert.Single(headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
            Assert.False(headers.Contains("Server"));
        }
    }

    private sealed class Unannounced(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
