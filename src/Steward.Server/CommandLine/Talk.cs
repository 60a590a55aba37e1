using System.CommandLine;
using System.Text.Json.Nodes;

namespace Steward.Server.CommandLine;

/// <summary>What a command has at hand.</summary>
internal sealed record Talk(ServerClient Server, Output Output, ParseResult Parsed, CancellationToken Cancellation)
{
    public T? Value<T>(Option<T> option) => Parsed.GetValue(option);

    public T Value<T>(Argument<T> argument) => Parsed.GetValue(argument)!;

    public Task<JsonNode> GetAsync(string path) => Server.GetAsync(path, Cancellation);

    public Task<JsonNode> SendAsync(HttpMethod method, string path, JsonObject? body = null) => Server.SendAsync(method, path, body, Cancellation);
}
