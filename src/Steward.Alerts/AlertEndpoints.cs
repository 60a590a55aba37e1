using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Alerts.Channels;
using Steward.Alerts.Deliveries;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Platform.Storage;

namespace Steward.Alerts;

/// <summary>Alerts over HTTP.</summary>
internal static class AlertEndpoints
{
    public static void MapAlertList(this IEndpointRouteBuilder api)
    {
        var alerts = api.MapGroup("/alerts").WithTags("Alerts");
        alerts.MapGet("", ListAsync).RequireAuthorization(Scopes.Read).WithName("ListAlerts")
            .WithSummary("Alerts, newest first, all or those of one state (pending, delivered, suppressed, undelivered), severity (info, warning, critical), service or fingerprint");
        alerts.MapGet("/{id:guid}", async (Guid id, Database database, CancellationToken cancellationToken) => Answers.Found(await database.ReadAsync(async session =>
                await AlertStore.FindAsync(session, id) is { } told ? told with { Deliveries = await DeliveryStore.OfAsync(session, id) } : null, cancellationToken), "alert", id))
            .RequireAuthorization(Scopes.Read).WithName("ShowAlert").WithSummary("One alert, and how it fared on each channel");
        alerts.MapGet("/channels", (ChannelList channels) => TypedResults.Ok(channels.Show()))
            .RequireAuthorization(Scopes.Read).WithName("ListAlertChannels").WithSummary("The channels, which of them are set up, and what sets up the others");
        alerts.MapPost("/test", async (TestWish? wish, ClaimsPrincipal user, SendTestAlert test, CancellationToken cancellationToken) =>
                Answers.From(await test.HandleAsync(wish ?? new TestWish(null), user.Actor(), cancellationToken)))
            .RequireAuthorization(Scopes.Operate).WithName("TestAlerts").WithSummary("Sends a test alert to every channel that is set up, or to one, and says what came of it");
    }

    private static async Task<Results<Ok<Page<ToldAlert>>, ProblemHttpResult>> ListAsync(
        string? state, string? severity, string? service, string? fingerprint, int? limit, string? after, Database database, CancellationToken cancellationToken)
    {
        var page = PageRequest.From(limit, after);
        return QueryWord.Read<AlertState>("state", state, out var wantedState) is { } noState ? Answers.Of(noState)
            : QueryWord.Read<AlertSeverity>("severity", severity, out var wantedSeverity) is { } noSeverity ? Answers.Of(noSeverity)
            : page.IsRefused ? Answers.Of(page.Refusal)
            : TypedResults.Ok(await database.ReadAsync(session =>
                AlertStore.ListAsync(session, new AlertFilter(wantedState, wantedSeverity, service, fingerprint), page.Value), cancellationToken));
    }
}
