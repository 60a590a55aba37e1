using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Http;

namespace Steward.Governance.Stops;

/// <summary>The kill switches over HTTP.</summary>
internal static class StopEndpoints
{
    public static void MapStop(this IEndpointRouteBuilder api)
    {
        var stop = api.MapGroup("/stop").WithTags("Stop");
        stop.MapGet("", async (KillSwitch switches, CancellationToken cancellationToken) =>
            {
                var active = await switches.ActiveAsync(cancellationToken);
                return TypedResults.Ok(new StopStatus(active.Any(on => on.Scope == StopScope.Global), active));
            })
            .RequireAuthorization(Scopes.Read).WithName("ShowStop").WithSummary("The kill switches that are on; 'stopped' when everything is");
        stop.MapPost("", RaiseAsync).RequireAuthorization(Scopes.Operate).WithName("Stop")
            .WithSummary("Raises the kill switch for everything, one service or one actor");
        stop.MapDelete("", LiftAsync).RequireAuthorization(Scopes.Approve).WithName("Resume")
            .WithSummary("Lifts the kill switch for everything, one service or one actor");
    }

    private static async Task<Results<Ok<Stop>, ProblemHttpResult>> RaiseAsync(
        StopRequest? request, ClaimsPrincipal user, KillSwitch switches, CancellationToken cancellationToken)
    {
        var wish = request ?? new StopRequest(null);
        var target = wish.Target();
        return wish.CheckReason() is { } missing ? Answers.Of(missing)
            : target.IsRefused ? Answers.Of(target.Refusal)
            : TypedResults.Ok(await switches.RaiseAsync(target.Value.Scope, target.Value.Subject, wish.Reason!, user.Actor(), cancellationToken));
    }

    private static async Task<Results<Ok<Stop>, ProblemHttpResult>> LiftAsync(
        string? service, string? actor, string? reason, ClaimsPrincipal user, KillSwitch switches, CancellationToken cancellationToken)
    {
        var target = new StopRequest(reason, service, actor).Target();
        return target.IsRefused
            ? Answers.Of(target.Refusal)
            : Answers.From(await switches.LiftAsync(target.Value.Scope, target.Value.Subject, reason, user.Actor(), cancellationToken));
    }
}

/// <summary>Whether things are stopped.</summary>
/// <param name="Stopped">True when the switch for everything is on.</param>
/// <param name="Switches">All switches that are on, oldest first.</param>
internal sealed record StopStatus(bool Stopped, IReadOnlyList<Stop> Switches);
