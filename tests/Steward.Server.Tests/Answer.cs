using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Steward.Server.Tests;

/// <summary>What the server said.</summary>
public sealed record Answer(int Status, string Body, string? ContentType, HttpResponseHeaders Headers)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>Checks that it is a problem in Steward's form.</summary>
    public void IsProblem(int status, string code, string? field = null)
    {
        Assert.Equal((status, "application/problem+json"), (Status, ContentType));
        var problem = Json;
        Assert.Equal(code, (string?)problem["code"]);
        Assert.Equal($"urn:steward:{code}", (string?)problem["type"]);
        Assert.Equal(status, (int?)problem["status"]);
        Assert.Equal(field, (string?)problem["field"]);
        Assert.NotEmpty((string)problem["title"]!);
        Assert.NotEmpty((string)problem["detail"]!);
        Assert.NotEmpty((string)problem["traceId"]!);
    }
}
