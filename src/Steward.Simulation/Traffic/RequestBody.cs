using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Steward.Simulation.Traffic;

internal static class RequestBody
{
    /// <summary>The largest body that any of the systems takes, in bytes. Beyond it Kestrel answers 413.</summary>
    public const int MaxBytes = 1024 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public static async Task<byte[]> BytesAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer, cancellationToken);
        return buffer.ToArray();
    }

    /// <summary>The body as a JSON object; null when it is anything else.</summary>
    public static JsonObject? Object(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body, documentOptions: Strict) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The member's text; null when it is missing or something other than a string.</summary>
    public static string? Text(this JsonObject members, string name) =>
        members[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
