using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Steward.Simulation.Traffic;

/// <summary>An answer, complete before any byte is sent, so that a fault can bend it.</summary>
internal sealed record Reply(int Status, ReadOnlyMemory<byte> Body, string ContentType = "application/json; charset=utf-8")
{
    /// <summary>A Link or Retry-After header, where there is one.</summary>
    public (string Name, string Value)? Header { get; init; }

    public static Reply Json(int status, JsonNode body) => new(status, JsonSerializer.SerializeToUtf8Bytes(body));

    public static Reply Message(int status, string message) => Json(status, new JsonObject { ["message"] = message });

    public static Reply Html(int status, string body) => new(status, Encoding.UTF8.GetBytes(body), "text/html; charset=utf-8");
}
