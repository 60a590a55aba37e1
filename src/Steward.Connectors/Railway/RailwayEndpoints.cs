using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Kernel;

namespace Steward.Connectors.Railway;

/// <summary>How Steward stands with Railway, over HTTP.</summary>
internal static class RailwayEndpoints
{
    public static void MapRailway(this IEndpointRouteBuilder api) => api.MapGet("/railway/check", CheckAsync)
        .RequireAuthorization(Scopes.Read).WithTags("Railway").WithName("CheckRailway")
        .WithSummary("Asks Railway about every environment of the settings: is the token accepted, does it reach project and environment, is the clock right, what is missing");

    private static async Task<Ok<RailwayExamination[]>> CheckAsync(RailwayEnvironments environments, CancellationToken cancellationToken) =>
        TypedResults.Ok(await Task.WhenAll(environments.All.Select(client => client.ExamineAsync(cancellationToken))));
}
