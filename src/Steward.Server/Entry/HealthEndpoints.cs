using Microsoft.AspNetCore.Http.HttpResults;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Server.Startup;

namespace Steward.Server.Entry;

/// <summary>How the server is, for load balancers and people; the only thing that it tells to strangers.</summary>
internal static class HealthEndpoints
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static void MapHealth(this WebApplication app)
    {
        foreach (var (path, name) in new[] { ("/health", "Health"), ("/health/ready", "HealthReady"), ("/api/health", "ApiHealth") })
        {
            app.MapGet(path, ReadyAsync).WithTags("Health").WithName(name).WithSummary("Ready to work: 503 when the store does not answer");
        }

        app.MapGet("/health/live", (TimeProvider clock) => TypedResults.Ok(new Live("healthy", clock.Now(), StewardHost.Version)))
            .WithTags("Health").WithName("HealthLive").WithSummary("Alive: 200 for as long as the process serves");
    }

    private static async Task<JsonHttpResult<Ready>> ReadyAsync(Database database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var connected = await IsConnectedAsync(database, clock, cancellationToken);
        return TypedResults.Json(
            new Ready(connected ? "healthy" : "degraded", clock.Now(), StewardHost.Version, connected ? "connected" : "disconnected"),
            statusCode: connected ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<bool> IsConnectedAsync(Database database, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            // A store that hangs may not listen to the token either.
            await database.CheckAsync(cancellationToken).WaitAsync(Patience, clock, cancellationToken);
            return true;
        }
#pragma warning disable CA1031 // Whatever is wrong with the store, the answer is that it is wrong.
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return false;
        }
    }

    private sealed record Live(string Status, DateTimeOffset Timestamp, string Version);

    private sealed record Ready(string Status, DateTimeOffset Timestamp, string Version, string Database);
}
