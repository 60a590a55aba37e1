using System.Text.Encodings.Web;
using System.Text.Json;

namespace Steward.Agents.Sdk;

/// <summary>How values become JSON between an agent and Steward: camelCase names, and text as people read it.</summary>
public static class AgentJson
{
    /// <summary>The options.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
