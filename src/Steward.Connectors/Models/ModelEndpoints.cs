using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Steward.Kernel;

namespace Steward.Connectors.Models;

/// <summary>Models over HTTP: which one is asked for what, and what that costs.</summary>
internal static class ModelEndpoints
{
    public static void MapModels(this IEndpointRouteBuilder api) => api
        .MapGet("/models/spend", async (ShowModels show, CancellationToken cancellationToken) => TypedResults.Ok(await show.HandleAsync(cancellationToken)))
        .WithTags("Models").RequireAuthorization(Scopes.Read)
        .WithName("ShowModelSpend").WithSummary("Which models are asked for which task, their prices, what was spent in 24 hours and in all, for whom, and what is left of the budgets");
}
