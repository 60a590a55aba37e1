using Steward.Kernel;
using Steward.Server.Entry;

namespace Steward.Server.Startup;

/// <summary>The web server and the face of the API.</summary>
internal static class WebServer
{
    /// <summary>How long a request's body may be: 1 MB. What is larger is not meant for this API.</summary>
    private const long MaxBody = 1024 * 1024;

    private const string Document = "v1";

    public static void AddWebServer(this WebApplicationBuilder builder)
    {
        var urls = builder.Configuration.GetSection("Server").Get<ServerOptions>()?.Urls ?? ServerOptions.DefaultUrls;
        builder.WebHost.UseKestrelCore().UseUrls(urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBody;
        });
        builder.Services.AddRoutingCore();
        builder.Services.ConfigureHttpJsonOptions(options =>
        {
            Json.Configure(options.SerializerOptions);
            options.SerializerOptions.Converters.Add(new SoundJson());
            // {"reason": ..., "servcie": "web"} must not stop everything.
            options.SerializerOptions.UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow;
        });
        // Bodies and parameters that cannot be read become problems that name the field: see Faults.
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        builder.Services.AddOpenApi(Document, OpenApiDocument.Describe);
    }

    /// <summary>Everything below <c>/api</c>. Nobody enters without a key, whatever a room forgets.</summary>
    public static void MapApi(this WebApplication app)
    {
        var api = app.MapGroup("/api").RequireAuthorization();
        api.MapGet("", () => TypedResults.Ok(new ApiRoot("Steward", StewardHost.Version, "/api/openapi.json")))
            .WithTags("Server").WithName("ShowApi").WithSummary("What this server is");
        // The document is made when it is first asked for, not at start.
        api.MapOpenApi("/openapi.json").RequireAuthorization(Scopes.Read);
        api.MapRooms();
    }

    private sealed record ApiRoot(string Name, string Version, string Documentation);
}
