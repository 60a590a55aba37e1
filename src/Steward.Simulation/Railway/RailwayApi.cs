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
internal sealed class RailwayApi(WorldOptions options, RailwayProject project, Schema schema, Exchange exchange)
{
    public const string Path = "/graphql/v2";

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost(Path, AnswerAsync);

    private async Task AnswerAsync(HttpContext context)
    {
        var body = RequestBody.Object(await RequestBody.BytesAsync(context.Request, context.RequestAborted));
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
            refusal = IsAuthorised(context.Request) ? refusal : Errors(200, "Not Authorized");
        }

        var name = operation?.Name ?? body?.Text("operationName") ?? "unnamed";
        await exchange.AnswerAsync(context, Systems.Railway, name, () => refusal ?? Perform(operation!, body!["variables"] as JsonObject ?? []));
    }

    private Reply Perform(Operation operation, JsonObject variables)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WritePropertyName("data");
        try
        {
            lock (project.Sync)
            {
                schema.Execute(writer, operation, variables, project);
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

    private bool IsAuthorised(HttpRequest request) =>
        request.Headers.Authorization == $"Bearer {options.RailwayToken}"
        || request.Headers["Project-Access-Token"] == options.RailwayToken;

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
