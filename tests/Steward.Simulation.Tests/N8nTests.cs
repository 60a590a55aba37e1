using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Steward.Simulation.Tests;

public sealed class N8nTests : WorldTest
{
    [Fact]
    public async Task A_webhook_runs_its_workflow_and_remembers_key_and_body()
    {
        World.N8n.Register("alerts/deploy");

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(World.N8nUrl, "webhook/alerts/deploy"))
        {
            Content = JsonContent.Create(new { status = "FAILED" }),
            Headers = { { "Idempotency-Key", "k-1" } },
        };
        using var response = await Client.SendAsync(request, Ending);

        Assert.Equal("""{"message":"Workflow was started"}""", await response.Content.ReadAsStringAsync(Ending));
        Assert.Equal("alerts/deploy", Assert.Single(World.Mutations).Target);
        var execution = Assert.Single((await ExecutionsAsync("includeData=true"))["data"]!.AsArray())!;
        var item = execution["data"]!["resultData"]!["runData"]!["Webhook"]![0]!["data"]!["main"]![0]![0]!["json"]!;
        Assert.Equal("k-1", item["headers"]!["idempotency-key"]!.GetValue<string>());
        Assert.Equal("FAILED", item["body"]!["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task Executions_come_newest_first_in_pages_and_without_data_unless_asked()
    {
        World.N8n.Register("a");
        for (var i = 0; i < 3; i++)
        {
            using var _ = await Client.PostAsJsonAsync(new Uri(World.N8nUrl, "webhook/a"), i, Ending);
        }

        var first = await ExecutionsAsync("limit=2");
        var second = await ExecutionsAsync($"limit=2&cursor={Uri.EscapeDataString(first["nextCursor"]!.GetValue<string>())}");

        Assert.Equal(["3", "2"], first["data"]!.AsArray().Select(one => one!["id"]!.GetValue<string>()));
        Assert.Equal(["1"], second["data"]!.AsArray().Select(one => one!["id"]!.GetValue<string>()));
        Assert.Null(second["nextCursor"]);
        Assert.Null(first["data"]![0]!["data"]);
    }

    [Fact]
    public async Task An_unregistered_webhook_and_a_wrong_key_are_refused()
    {
        using var unknown = await Client.PostAsJsonAsync(new Uri(World.N8nUrl, "webhook/nobody"), 1, Ending);
        using var keyless = await Client.GetAsync(new Uri(World.N8nUrl, "api/v1/executions"), Ending);

        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Contains("is not registered", await unknown.Content.ReadAsStringAsync(Ending));
        Assert.Equal(HttpStatusCode.Unauthorized, keyless.StatusCode);
        Assert.Empty(World.Mutations);
    }

    private async Task<JsonNode> ExecutionsAsync(string query)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(World.N8nUrl, $"api/v1/executions?{query}"))
        {
            Headers = { { "X-N8N-API-KEY", Options.N8nApiKey } },
        };
        using var response = await Client.SendAsync(request, Ending);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonNode>(Ending))!;
    }
}
