using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Http;

namespace Steward.Governance.Elevations;

/// <summary>Elevations over HTTP.</summary>
internal static class ElevationEndpoints
{
    public static void MapElevations(this IEndpointRouteBuilder api)
    {
        var elevations = api.MapGroup("/elevations").WithTags("Elevations");
        elevations.MapGet("", ListAsync).RequireAuthorization(Scopes.Read).WithName("ListElevations").WithSummary("Elevations, newest first");
        elevations.MapPost("", async (ElevationRequest? request, ClaimsPrincipal user, GrantElevation grant, CancellationToken cancellationToken) =>
                Answers.Made(await grant.HandleAsync(request ?? new(null, null, null, null, null), user.Actor(), cancellationToken), made => $"/api/elevations/{made.Id}"))
            .RequireAuthorization(Scopes.Approve).WithName("GrantElevation").WithSummary("Gives an actor a wider level for one target and a time");
        elevations.MapDelete("/{id:guid}", async (Guid id, ClaimsPrincipal user, ElevationEnds ends, CancellationToken cancellationToken) =>
                Answers.From(await ends.EndAsync(id, user.Actor(), cancellationToken)))
            .RequireAuthorization(Scopes.Approve).WithName("EndElevation").WithSummary("Ends an elevation before its time");
    }

    private static async Task<Results<Ok<Page<Elevation>>, ProblemHttpResult>> ListAsync(
        int? limit, string? after, ElevationEnds elevations, CancellationToken cancellationToken)
    {
        var page = PageRequest.From(limit, after);
        return page.IsRefused ? Answers.Of(page.Refusal) : TypedResults.Ok(await elevations.ListAsync(page.Value, cancellationToken));
    }
}
