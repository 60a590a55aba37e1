using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Steward.Kernel;
using Steward.Platform.Http;

namespace Steward.Agents.Comparing;

/// <summary>Differences between versions over HTTP.</summary>
internal static class CompareEndpoints
{
    public static void MapComparing(this IEndpointRouteBuilder api) =>
        api.MapGet("/agents/{agent}/diff", async (string agent, int? from, int? to, CompareVersions compare, CancellationToken cancellationToken) =>
                Answers.From(await compare.HandleAsync(agent, from, to, cancellationToken)))
            .WithTags("Agents").RequireAuthorization(Scopes.Read).WithName("CompareVersions")
            .WithSummary("What differs between two versions of an agent, in its declaration in words and in its source; without from and to, between the one that runs and the one before it");
}
