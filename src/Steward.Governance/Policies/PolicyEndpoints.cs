using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Steward.Kernel;

namespace Steward.Governance.Policies;

/// <summary>The policy over HTTP: to read, not to change. It is changed where it lies.</summary>
internal static class PolicyEndpoints
{
    public static void MapPolicy(this IEndpointRouteBuilder api) =>
        api.MapGet("/policy", (PolicyFile file) =>
            {
                var policy = file.Current();
                return TypedResults.Ok(new PolicyInForce(policy.Version, policy.Text, file.Mistake));
            })
            .WithTags("Policy").RequireAuthorization(Scopes.Read).WithName("ShowPolicy").WithSummary("The policy in force: its version and its text");
}

/// <summary>The policy in force.</summary>
/// <param name="Version">What permits and approvals are bound to.</param>
/// <param name="Text">The file as it was read (YAML).</param>
/// <param name="Mistake">Why the file as it stands now was refused; null when it is the one in force.</param>
internal sealed record PolicyInForce(string Version, string Text, string? Mistake);
