using System.Text.Encodings.Web;
using System.Text.Json;

namespace Steward.Agents.Sdk;

/// <summary>How values become JSON between an agent and Steward: camelCase names, and text as people read it.</summary>
public static class AgentJson
{
    /// <summary>The options.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>For what an earlier version wrote: a value that would lack a part does not fit, rather than having none where there has to be one.</summary>
    internal static JsonSerializerOptions Whole { get; } = new(Options) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };
}
