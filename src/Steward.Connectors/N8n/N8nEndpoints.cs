using System.Net;
using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Platform.Telemetry;

namespace Steward.Connectors.N8n;

/// <summary>A workflow, as lists show it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Active">Whether its triggers and webhooks are on.</param>
/// <param name="Archived">Whether it was put aside.</param>
/// <param name="Webhooks">The nodes at which it can be started by a request.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
internal sealed record WorkflowView(WorkflowId Id, string Name, bool Active, bool Archived, IReadOnlyList<WorkflowWebhook> Webhooks, DateTimeOffset? UpdatedAt);

/// <summary>A workflow, for a file.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Active">Whether its triggers and webhooks are on.</param>
/// <param name="Document">What it does: name, nodes, connections and settings.</param>
/// <param name="Masked">Where a secret stood as plain text; it was taken out.</param>
internal sealed record WorkflowExport(WorkflowId Id, string Name, bool Active, JsonObject Document, IReadOnlyList<string> Masked);

/// <summary>What is to be in n8n.</summary>
/// <param name="Workflows">Workflows as n8n's editor downloads them or <c>steward n8n export</c> writes them, 1 to 100.</param>
/// <param name="Activate">True to turn them on as well.</param>
internal sealed record ImportRequest(JsonArray? Workflows, bool Activate = false);

/// <summary>n8n over HTTP.</summary>
internal static class N8nEndpoints
{
    // A body of the API holds a megabyte; a request is answered while its client waits.
    private const int MaxImport = 100;

    public static void MapN8n(this IEndpointRouteBuilder api)
    {
        var n8n = api.MapGroup("/n8n").WithTags("n8n").AddEndpointFilter<ProviderFaults>();
        n8n.MapGet("/check", async (ExamineN8n examine, CancellationToken cancellationToken) => TypedResults.Ok(await examine.HandleAsync(cancellationToken)))
            .RequireAuthorization(Scopes.Read).WithName("CheckN8n").WithSummary("Whether Steward can work with n8n: reach, key, scopes that are missing, version, clock, the alerts' webhook");
        n8n.MapGet("/workflows", ListAsync).RequireAuthorization(Scopes.Read).WithName("ListN8nWorkflows")
            .WithSummary("n8n's workflows, all, active ones, or those whose name holds a text");
        n8n.MapGet("/workflows/{id}", ShowAsync).RequireAuthorization(Scopes.Read).WithName("ShowN8nWorkflow").WithSummary("One workflow for a file; secrets that stand in its nodes are taken out");
        n8n.MapGet("/executions", ExecutionsAsync).RequireAuthorization(Scopes.Read).WithName("ListN8nExecutions")
            .WithSummary("n8n's executions, newest first, all or those of one workflow or status (new, running, waiting, success, error, crashed, canceled); running ones only when they are asked for");
        n8n.MapPost("/import", ImportAsync).RequireAuthorization(Scopes.Operate).WithName("ImportN8nWorkflows")
            .WithSummary("Makes or changes workflows by name; what is the same stays. Where a person has to decide, sending the same again goes on after the decision");
    }

    private static async Task<Results<Ok<Page<WorkflowView>>, ProblemHttpResult>> ListAsync(
        int? limit, string? after, bool? active, string? name, N8nWorkflows n8n, CancellationToken cancellationToken)
    {
        var page = PageRequest.From(limit, after, IsCursor);
        if ((NotSetUp(n8n) ?? page.Refusal) is { } refusal)
        {
            return Answers.Of(refusal);
        }

        return await PageAsync(page.Value!, async () =>
        {
            var found = await n8n.ListAsync(page.Value!, active, string.IsNullOrEmpty(name) ? null : name, cancellationToken);
            return new Page<WorkflowView>(
                [.. found.Items.Select(one => new WorkflowView(one.Id, one.Name, one.Active, one.IsArchived, one.Document.Webhooks, one.UpdatedAt))], found.Next);
        });
    }

    private static async Task<Results<Ok<WorkflowExport>, ProblemHttpResult>> ShowAsync(string id, N8nWorkflows n8n, Redactor redactor, CancellationToken cancellationToken)
    {
        var read = WorkflowId.Read(id, "id");
        if ((NotSetUp(n8n) ?? read.Refusal) is { } refusal)
        {
            return Answers.Of(refusal);
        }

        if (await n8n.FindAsync(read.Value!, cancellationToken) is not { } found)
        {
            return Answers.Of(Refusal.NotFound("workflow", id));
        }

        var (document, masked) = new WorkflowSecrets(redactor).Clean(found.Document);
        return TypedResults.Ok(new WorkflowExport(found.Id, found.Name, found.Active, document, masked));
    }

    private static async Task<Results<Ok<Page<N8nExecution>>, ProblemHttpResult>> ExecutionsAsync(
        string? status, string? workflow, DateTimeOffset? since, int? limit, string? after, N8nWorkflows n8n, N8nExecutions executions, CancellationToken cancellationToken)
    {
        var page = PageRequest.From(limit, after, IsCursor);
        var of = string.IsNullOrEmpty(workflow) ? null : WorkflowId.Read(workflow);
        var refusal = QueryWord.Read<ExecutionStatus>("status", status, out var wanted) ?? page.Refusal ?? of?.Refusal ?? NotSetUp(n8n);
        return refusal is not null
            ? Answers.Of(refusal)
            : await PageAsync(page.Value!, () => executions.ListAsync(new ExecutionQuery { Workflow = of?.Value, Status = wanted, Since = since, Page = page.Value! }, cancellationToken));
    }

    private static async Task<Results<Ok<WorkflowImport>, ProblemHttpResult>> ImportAsync(
        ImportRequest? request, HttpContext context, ClaimsPrincipal user, N8nWorkflows n8n, WorkflowReader reader, ImportWorkflows import, CancellationToken cancellationToken)
    {
        if (NotSetUp(n8n) is { } missing)
        {
            return Answers.Of(missing);
        }

        if (request?.Workflows is not { Count: > 0 and <= MaxImport } workflows)
        {
            return Answers.Of(Refusal.Invalid("workflows", $"'workflows' must be a list of 1 to {MaxImport} workflows."));
        }

        // All are read before anything is done: a mistake in the last one is not found out halfway.
        var documents = new List<WorkflowDocument>();
        for (var at = 0; at < workflows.Count; at++)
        {
            var read = reader.Read(workflows[at]);
            var place = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"workflows[{at}]");
            if (read.IsRefused)
            {
                return Answers.Of(read.Refusal with { Field = read.Refusal.Field is { } field and not "workflow" ? $"{place}.{field}" : place });
            }

            if (documents.Any(other => other.Name == read.Value.Name))
            {
                return Answers.Of(Refusal.Invalid($"{place}.name", $"Two of the workflows are called '{read.Value.Name}'; an import finds them by their names."));
            }

            documents.Add(read.Value);
        }

        return TypedResults.Ok(await import.HandleAsync(documents, request.Activate, user.Actor(), $"n8n-import-{context.TraceIdentifier}", cancellationToken));
    }

    // Only n8n can read its cursors; all else of the request was checked before it was asked.
    private static async Task<Results<Ok<Page<T>>, ProblemHttpResult>> PageAsync<T>(PageRequest page, Func<Task<Page<T>>> list)
    {
        try
        {
            return TypedResults.Ok(await list());
        }
        catch (ConnectorException e) when (e.Status == HttpStatusCode.BadRequest && page.After is not null)
        {
            return Answers.Of(PageRequest.NotOfThisList);
        }
    }

    private static Refusal? NotSetUp(N8nWorkflows n8n) => n8n.IsConfigured ? null
        : new Refusal(RefusalKind.Conflict, "n8n-not-set-up", "n8n is not set up: the server needs N8n:BaseUrl and N8n:ApiKey. See docs/n8n.md.");

    // n8n's own: an object of JSON in base64. What is in it only n8n knows.
    private static bool IsCursor(string text)
    {
        var bytes = new byte[Math.Min(text.Length, 500)];
        try
        {
            return text.Length <= 500 && Convert.TryFromBase64String(text, bytes, out var length) && JsonNode.Parse(bytes.AsSpan(0, length)) is JsonObject;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
