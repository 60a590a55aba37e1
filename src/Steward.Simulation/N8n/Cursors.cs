using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.N8n;

/// <summary>n8n's cursors: JSON in base64.</summary>
internal static class Cursors
{
    public static string Of(JsonObject position) => Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(position));

    /// <summary>Null when it is none.</summary>
    public static JsonObject? Read(string cursor)
    {
        var bytes = new byte[cursor.Length];
        return Convert.TryFromBase64String(cursor, bytes, out var length) ? RequestBody.Object(bytes[..length]) : null;
    }
}
