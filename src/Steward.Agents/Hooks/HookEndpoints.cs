using System.Globalization;
using System.Security.Claims;
using System.Text.Unicode;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Steward.Agents.Runs;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Platform.Telemetry;

namespace Steward.Agents.Hooks;

/// <summary>Where others start an agent: who knows the address may, and the body goes to the agent as data.</summary>
internal static class HookEndpoints
{
    private const int LongestBody = 64 << 10;

    /// <summary>Below <c>/api</c>: who makes and takes away tokens.</summary>
    public static void MapHookTokens(this IEndpointRouteBuilder api)
    {
        var hooks = api.MapGroup("/agents/{agent}/hook").WithTags("Agents").RequireAuthorization(Scopes.Operate);
        hooks.MapPost("", async (string agent, ClaimsPrincipal user, HookToken token, CancellationToken cancellationToken) => Answers.From(await token.MakeAsync(agent, user.Actor(), cancellationToken)))
            .RequireAuthorization(Scopes.Operate).WithName("MakeHook").WithSummary("Gives an agent a webhook, or the one that it has another token; shown this once");
        hooks.MapDelete("", async (string agent, ClaimsPrincipal user, HookToken token, CancellationToken cancellationToken) => Answers.From(await token.RemoveAsync(agent, user.Actor(), cancellationToken)))
            .RequireAuthorization(Scopes.Operate).WithName("RemoveHook").WithSummary("Takes an agent's webhook away");
    }

    /// <summary>Beside <c>/api</c>: where they call. The token is named a secret, so that no log line shows it.</summary>
    public static void MapHooks(this IEndpointRouteBuilder app) => app.MapPost("/hooks/{agent}/{secret}", TakeAsync)
        .AllowAnonymous()
        .Produces<Run>(StatusCodes.Status202Accepted)
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status429TooManyRequests)
        .WithTags("Agents").WithName("CallHook").WithSummary("Runs an agent; its token is in the address, and the body of at most 64 KB of text goes to it as data");

    private static async Task<IResult> TakeAsync(string agent, string secret, HttpContext context, HookToken tokens, HookRates rates, RefusedStrangers refused, StartRun start, Redactor redactor)
    {
        var cancellationToken = context.RequestAborted;
        if (await tokens.FindAsync(agent, secret, cancellationToken) is not { } found)
        {
            return await RefuseAsync(StatusCodes.Status404NotFound, "not-found", "There is nothing here.", "The agent has no such webhook, or the token is wrong.");
        }

        if (rates.Take(found.Id) is { } wait)
        {
            context.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            return await RefuseAsync(StatusCodes.Status429TooManyRequests, "too-many", "This webhook was called too often within a minute. Call again later.");
        }

        // The server's own limit is for its API; this one is counted here, where a refusal can be written down.
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        if (context.Request.ContentLength > LongestBody || await ReadAsync(context.Request.Body, cancellationToken) is not { } body)
        {
            return await RefuseAsync(StatusCodes.Status413PayloadTooLarge, "body-too-large", $"The body may have at most {LongestBody / 1024} KB.");
        }

        if (!Utf8.IsValid(body) || body.Contains((byte)0))
        {
            return await RefuseAsync(StatusCodes.Status400BadRequest, "invalid", "The body must be text in UTF-8.");
        }

        var run = await start.HandleAsync(found.Name, Trigger.Webhook, body.Length == 0 ? null : redactor.Redact(Encoding.UTF8.GetString(body)), cancellationToken);
        return run.IsRefused ? await RefuseAsync(StatusCodes.Status409Conflict, run.Refusal.Code, run.Refusal.Message) : TypedResults.Accepted((string?)null, run.Value);

        async Task<IResult> RefuseAsync(int status, string code, string detail, string? reason = null)
        {
            await refused.RecordAsync(new StrangersRefusal(AuditKinds.HookRefused, "hooks", status, code, reason ?? detail), context.Connection.RemoteIpAddress?.ToString() ?? "unknown", cancellationToken);
            return TypedResults.Problem(Answers.Problem(status, code, detail));
        }
    }

    private static async Task<byte[]?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestBody + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length > LongestBody ? null : buffer[..length];
    }
}
