using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Kernel;
using Steward.Platform.Http;

namespace Steward.Platform.Work;

/// <summary>The work ledger over HTTP.</summary>
internal static class WorkEndpoints
{
    public static void MapWork(this IEndpointRouteBuilder api)
    {
        var work = api.MapGroup("/work").WithTags("Work");
        work.MapGet("", ListAsync).RequireAuthorization(Scopes.Read).WithName("ListWork")
            .WithSummary("Work items, newest first, all or those of one state (pending, running, succeeded, failed, dead, cancelled) or kind");
        work.MapGet("/{id:guid}", async (Guid id, WorkLedger ledger, CancellationToken cancellationToken) =>
                Answers.Found(await ledger.FindAsync(id, cancellationToken), "work item", id))
            .RequireAuthorization(Scopes.Read).WithName("ShowWork").WithSummary("One work item with its failures");
        work.MapPost("/{id:guid}/retry", async (Guid id, ChangeWork change, CancellationToken cancellationToken) =>
                Answers.From(await change.RetryAsync(id, cancellationToken)))
            .RequireAuthorization(Scopes.Operate).WithName("RetryWork").WithSummary("Gives a dead, failed or cancelled item a fresh set of attempts");
        work.MapPost("/{id:guid}/drop", async (Guid id, ChangeWork change, CancellationToken cancellationToken) =>
                Answers.From(await change.DropAsync(id, cancellationToken)))
            .RequireAuthorization(Scopes.Operate).WithName("DropWork").WithSummary("Calls off a dead item, or a pending one that nothing else waits for");
    }

    private static async Task<Results<Ok<Page<WorkItem>>, ProblemHttpResult>> ListAsync(
        string? state, string? kind, int? limit, string? after, WorkLedger ledger, CancellationToken cancellationToken)
    {
        var page = PageRequest.From(limit, after);
        return QueryWord.Read<WorkState>("state", state, out var wanted) is { } unknown ? Answers.Of(unknown)
            : page.IsRefused ? Answers.Of(page.Refusal)
            : TypedResults.Ok(await ledger.ListAsync(wanted, kind, page.Value, cancellationToken));
    }
}
