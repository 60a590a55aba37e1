using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Platform.Storage;

namespace Steward.Alerts.Maintenance;

/// <summary>Maintenance windows over HTTP.</summary>
internal static class MaintenanceEndpoints
{
    public static void MapMaintenance(this IEndpointRouteBuilder api)
    {
        var windows = api.MapGroup("/alerts/maintenance").WithTags("Alerts");
        windows.MapGet("", ListAsync).RequireAuthorization(Scopes.Read).WithName("ListMaintenance")
            .WithSummary("Maintenance windows, newest first; open=true: those that are open or still to come");
        windows.MapPost("", BeginAsync).RequireAuthorization(Scopes.Operate).WithName("BeginMaintenance")
            .WithSummary("Keeps alerts back for a time: of one service or all, everything or what is less than critical");
        windows.MapDelete("/{id:guid}", EndAsync).RequireAuthorization(Scopes.Operate).WithName("EndMaintenance")
            .WithSummary("Ends a maintenance window before its time");
    }

    private static async Task<Results<Ok<Page<MaintenanceWindow>>, ProblemHttpResult>> ListAsync(
        bool? open, int? limit, string? after, Database database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var page = PageRequest.From(limit, after);
        return page.IsRefused ? Answers.Of(page.Refusal)
            : TypedResults.Ok(await database.ReadAsync(session => MaintenanceStore.ListAsync(session, open, clock.Now(), page.Value), cancellationToken));
    }

    private static async Task<Results<Created<MaintenanceWindow>, ProblemHttpResult>> BeginAsync(
        MaintenanceWish wish, ClaimsPrincipal user, SetMaintenance maintenance, CancellationToken cancellationToken) =>
        Answers.Made(await maintenance.BeginAsync(wish, user.Actor(), cancellationToken), window => $"/api/alerts/maintenance?after={window.Id}");

    private static async Task<Results<Ok<MaintenanceWindow>, ProblemHttpResult>> EndAsync(
        Guid id, ClaimsPrincipal user, SetMaintenance maintenance, CancellationToken cancellationToken) =>
        Answers.From(await maintenance.EndAsync(id, user.Actor(), cancellationToken));
}
