using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Steward.Simulation.Traffic;

/// <summary>An answer, complete before any byte is sent, so that a fault can bend it.</summary>
internal sealed record Reply(int Status, ReadOnlyMemory<byte> Body, string ContentType = "application/json; charset=utf-8")
{
    /// <summary>Headers beside the content's own: Link, Retry-After and others.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>The same answer with one header more.</summary>
    public Reply With(string name, string value) => this with { Headers = [.. Headers, (name, value)] };

    public static Reply Json(int status, JsonNode body) => new(status, JsonSerializer.SerializeToUtf8Bytes(body));

    public static Reply Message(int status, string message) => Json(status, new JsonObject { ["message"] = message });

    public static Reply Plain(int status, string body) => new(status, Encoding.UTF8.GetBytes(body), "text/plain; charset=utf-8");

    public static Reply Html(int status, string body) => new(status, Encoding.UTF8.GetBytes(body), "text/html; charset=utf-8");
}
