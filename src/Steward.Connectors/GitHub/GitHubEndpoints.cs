using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Steward.Kernel;

namespace Steward.Connectors.GitHub;

/// <summary>How Steward stands with GitHub, over HTTP.</summary>
internal static class GitHubEndpoints
{
    public static void MapGitHub(this IEndpointRouteBuilder api) => api
        .MapGet("/github/check", async (GitHubAccess github, CancellationToken cancellationToken) => TypedResults.Ok(await github.ExamineAsync(cancellationToken)))
        .WithTags("GitHub").RequireAuthorization(Scopes.Read)
        .WithName("CheckGitHub").WithSummary("Whether Steward can work with GitHub: credentials, permissions that are missing or not needed, clock, what is left of the hour");
}
