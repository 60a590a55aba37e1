using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Steward.Testing;

namespace Steward.Simulation.Tests;

/// <summary>A world at real speed on a clock that the test moves, and a client that is allowed in.</summary>
public abstract class WorldTest : IAsyncLifetime
{
    protected const string OneDeployment = "query Deployment($id: String!) { deployment(id: $id) { id status canRollback meta } }";
    protected const string Rollback = "mutation DeploymentRollback($id: String!) { deploymentRollback(id: $id) }";

    protected FakeClock Clock { get; } = new();

    protected HttpClient Client { get; } = new();

    protected World World { get; private set; } = null!;

    protected virtual WorldOptions Options => new();

    protected static CancellationToken Ending => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => World = await World.StartAsync(Options, Clock, Ending);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await World.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected async Task<JsonNode> RailwayAsync(string query, string? name = null, JsonObject? variables = null)
    {
        using var response = await SendToRailwayAsync(query, name, variables);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonNode>(Ending))!;
    }

    protected async Task<HttpResponseMessage> SendToRailwayAsync(string query, string? name = null, JsonObject? variables = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, World.RailwayEndpoint)
        {
            Content = JsonContent.Create(new { query, operationName = name, variables }),
        };
        request.Headers.Authorization = new("Bearer", Options.RailwayToken);
        return await Client.SendAsync(request, Ending);
    }

    protected static string? Error(JsonNode answer) => answer["errors"]?[0]?["message"]?.GetValue<string>();

    protected async Task<HttpStatusCode> HealthAsync(string service)
    {
        using var response = await Client.GetAsync(World.Railway.HealthUrl(service), Ending);
        return response.StatusCode;
    }
}
