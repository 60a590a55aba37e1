using System.Text.Json.Nodes;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.N8n;

/// <summary>A node that listens for requests.</summary>
internal sealed record WebhookNode(JsonObject Node, string Name, IReadOnlyList<string> Methods, string Path, string ResponseMode, bool AsksForHeader, bool HasCredential)
{
    public const string NodeType = "n8n-nodes-base.webhook";

    public static WebhookNode? Of(JsonObject node)
    {
        if (node.Text("type") != NodeType || (node["disabled"] is JsonValue disabled && disabled.TryGetValue(out bool off) && off))
        {
            return null;
        }

        var parameters = node["parameters"] as JsonObject ?? [];
        IReadOnlyList<string> methods = parameters["httpMethod"] is JsonArray several ? [.. several.Select(one => one!.ToString())] : [parameters.Text("httpMethod") ?? "GET"];
        var path = parameters.Text("path")?.Trim('/') is { Length: > 0 } given ? given : node.Text("webhookId") ?? "";
        return new WebhookNode(node, node.Text("name") ?? "", methods, path, parameters.Text("responseMode") ?? "onReceived",
            parameters.Text("authentication") == "headerAuth", node["credentials"]?["httpHeaderAuth"] is not null);
    }
}
