using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;

namespace Steward.Server.Tests;

public sealed class OpenApiTests(RunningServer server) : IClassFixture<RunningServer>
{
    // The document does not describe itself.
    private const string Itself = "/api/openapi.json";

    [Fact]
    public async Task The_document_lists_every_operation_with_a_name_and_a_summary()
    {
        var paths = (await server.GetAsync(Itself)).Json["paths"]!.AsObject();

        var operations = Endpoints().Where(endpoint => Route(endpoint) != Itself)
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(method => (Route(endpoint), method))).ToList();
        Assert.NotEmpty(operations);
        var names = new HashSet<string>();
        foreach (var (route, method) in operations)
        {
#pragma warning disable CA1308 // The document's words are in lower case.
            var operation = paths[route]?[method.ToLowerInvariant()];
#pragma warning restore CA1308
            Assert.True(operation is not null, $"{method} {route} is not in the document");
            Assert.False(string.IsNullOrWhiteSpace((string?)operation["summary"]), $"{method} {route} has no summary");
            Assert.True(names.Add((string)operation["operationId"]!), $"{method} {route} shares its name");
        }
    }

    [Fact]
    public void Every_endpoint_but_health_and_events_asks_for_a_key()
    {
        var open = Endpoints().Where(endpoint => endpoint.Metadata.GetMetadata<IAuthorizeData>() is null || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null);

        Assert.Equal(["/api/health", "/health", "/health/live", "/health/ready", "/hooks/{agent}/{secret}", "/webhooks/github-webhook", "/webhooks/n8n/{secret}", "/webhooks/railway-webhook/{secret}"], open.Select(Route).Order());
    }

    private static string Route(RouteEndpoint endpoint) =>
        $"/{System.Text.RegularExpressions.Regex.Replace(endpoint.RoutePattern.RawText!, ":[a-z]+", "").Trim('/')}";

    private IEnumerable<RouteEndpoint> Endpoints() => server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();
}
