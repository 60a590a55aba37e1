using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Platform.Storage;

namespace Steward.Governance.Approvals;

/// <summary>Approvals over HTTP.</summary>
internal static class ApprovalEndpoints
{
    public static void MapApprovals(this IEndpointRouteBuilder api)
    {
        var approvals = api.MapGroup("/approvals").WithTags("Approvals");
        approvals.MapGet("", ListAsync).RequireAuthorization(Scopes.Read).WithName("ListApprovals")
            .WithSummary("Approvals, newest first, all or those of one state (pending, approved, used, denied, expired, void)");
        approvals.MapGet("/{id:guid}", async (Guid id, Database database, CancellationToken cancellationToken) =>
                Answers.Found(await database.ReadAsync(session => ApprovalStore.FindAsync(session, id), cancellationToken), "approval", id))
            .RequireAuthorization(Scopes.Read).WithName("ShowApproval").WithSummary("One approval: the exact call, why it is wanted and on what evidence");
        approvals.MapPost("/{id:guid}/approve", (Guid id, ApprovalDecision? decision, ClaimsPrincipal user, DecideApproval decide, CancellationToken cancellationToken) =>
                DecideAsync(id, true, decision, user, decide, cancellationToken))
            .RequireAuthorization(Scopes.Approve).WithName("ApproveCall").WithSummary("Says yes to the exact call, once");
        approvals.MapPost("/{id:guid}/deny", (Guid id, ApprovalDecision? decision, ClaimsPrincipal user, DecideApproval decide, CancellationToken cancellationToken) =>
                DecideAsync(id, false, decision, user, decide, cancellationToken))
            .RequireAuthorization(Scopes.Approve).WithName("DenyCall").WithSummary("Says no to the call");
    }

    private static async Task<Results<Ok<Page<Approval>>, ProblemHttpResult>> ListAsync(
        string? state, int? limit, string? after, Database database, CancellationToken cancellationToken)
    {
        var page = PageRequest.From(limit, after);
        return QueryWord.Read<ApprovalState>("state", state, out var wanted) is { } unknown ? Answers.Of(unknown)
            : page.IsRefused ? Answers.Of(page.Refusal)
            : TypedResults.Ok(await database.ReadAsync(session => ApprovalStore.ListAsync(session, wanted, page.Value), cancellationToken));
    }

    private static async Task<Results<Ok<Approval>, ProblemHttpResult>> DecideAsync(
        Guid id, bool approve, ApprovalDecision? decision, ClaimsPrincipal user, DecideApproval decide, CancellationToken cancellationToken) =>
        Answers.From(await decide.HandleAsync(id, approve, user.Actor(), decision?.Reason, cancellationToken));
}

/// <summary>What a person says with a decision.</summary>
/// <param name="Reason">Why, at most 1000 characters; may be left out.</param>
internal sealed record ApprovalDecision(string? Reason);
