using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Steward.Simulation.Railway.GraphQl;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.Railway;

/// <summary>Railway's GraphQL endpoint.</summary>
internal sealed class RailwayApi(WorldOptions options, RailwayPlatform platform, Schema schema, Exchange exchange)
{
    public const string Path = "/graphql/v2";
    private const string ProjectToken = "Project-Access-Token";

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost(Path, AnswerAsync);

    private async Task AnswerAsync(HttpContext context)
    {
        var body = RequestBody.Object(await RequestBody.BytesAsync(context.Request, context.RequestAborted));
        // On the world's clock, as everything here is.
        context.Response.Headers.Date = platform.Clock.GetUtcNow().ToString("R");
        var view = View(context.Request);
        Operation? operation = null;
        Reply? refusal = null;
        if (options.RailwayWantsQueryString && !context.Request.QueryString.HasValue)
        {
            refusal = Reply.Html(429, "error code: 1015");
        }
        else if (body is null)
        {
            refusal = Errors(400, "The body is not a JSON object");
        }
        else
        {
            try
            {
                operation = schema.Prepare(body.Text("query") ?? throw new GraphQlException("Must provide query string."), body.Text("operationName"));
            }
            catch (GraphQlException error)
            {
                refusal = Errors(200, error.Message);
            }

            // Authorisation is looked at first, as on the real server: a wrong token learns nothing about its document.
            refusal = view is not null ? refusal : Errors(200, context.Request.Headers.ContainsKey(ProjectToken) ? "Project Token not found" : "Not Authorized");
        }

        var name = operation?.Name ?? body?.Text("operationName") ?? "unnamed";
        await exchange.AnswerAsync(context, Systems.Railway, name, () => refusal ?? Perform(operation!, body!["variables"] as JsonObject ?? [], view!));
    }

    private Reply Perform(Operation operation, JsonObject variables, RailwayView view)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WritePropertyName("data");
        try
        {
            lock (platform.Sync)
            {
                schema.Execute(writer, operation, variables, view);
            }
        }
        catch (GraphQlException error)
        {
            return Errors(200, error.Message, operation.Selections[0].Alias);
        }

        writer.WriteEndObject();
        writer.Flush();
        return new Reply(200, buffer.WrittenMemory);
    }

    /// <summary>What the request's token reaches; null when it is none.</summary>
    private RailwayView? View(HttpRequest request)
    {
        if (request.Headers.Authorization == $"Bearer {options.RailwayToken}")
        {
            return new RailwayView(platform, platform.Environments, IsProjectToken: false);
        }

        var given = request.Headers[ProjectToken].ToString();
        var own = given.Length > 0 ? platform.Environments.FirstOrDefault(environment => environment.ProjectToken == given) : null;
        own ??= given == options.RailwayToken && !options.RailwayTokenIsAccounts ? platform.Default : null;
        return own is null ? null : new RailwayView(platform, [own], IsProjectToken: true);
    }

    // Railway answers its errors with status 200; which of them come with another status is not documented.
    private static Reply Errors(int status, string message, string? path = null)
    {
        var error = new JsonObject { ["message"] = message, ["extensions"] = new JsonObject { ["code"] = "INTERNAL_SERVER_ERROR" } };
        if (path is not null)
        {
            error["path"] = new JsonArray(path);
        }

        return Reply.Json(status, new JsonObject { ["errors"] = new JsonArray(error), ["data"] = null });
    }
}
