using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Kernel;
using Steward.Platform.Http;

namespace Steward.Agents.Gallery;

/// <summary>The gallery over HTTP.</summary>
internal static class GalleryEndpoints
{
    public static void MapGallery(this IEndpointRouteBuilder api) => api.MapGet("/agents/gallery", ShowAsync).WithTags("Agents").RequireAuthorization(Scopes.Read)
        .WithName("ShowGallery").WithSummary("What agents can be made from, and the agents that are there with their runs, tool calls and costs of the last 30 days; a cost that nobody knows is left out");

    private static async Task<Results<Ok<GalleryPage>, ProblemHttpResult>> ShowAsync(int? limit, string? after, ShowGallery gallery, CancellationToken cancellationToken)
    {
        var page = PageRequest.From(limit, after);
        return page.IsRefused ? Answers.Of(page.Refusal) : TypedResults.Ok(await gallery.HandleAsync(page.Value, cancellationToken));
    }
}
