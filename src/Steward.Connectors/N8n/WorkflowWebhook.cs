using System.Text.Json.Nodes;

namespace Steward.Connectors.N8n;

/// <summary>A node at which a workflow can be started by a request.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Methods">The HTTP methods that it takes, in capitals; empty when they are not fixed.</param>
/// <param name="Path">What stands behind <c>/webhook/</c> in its address; null when it cannot be called: it is not known yet, is not fixed, or holds values (<c>:id</c>) of the caller's.</param>
/// <param name="Authentication">What it asks for, in n8n's word: <c>none</c>, <c>headerAuth</c>, <c>basicAuth</c>, <c>jwtAuth</c>.</param>
public sealed record WorkflowWebhook(string Node, IReadOnlyList<string> Methods, string? Path, string Authentication)
{
    private const string NodeType = "n8n-nodes-base.webhook";

    /// <summary>The webhook of a node; null when the node is none, or is switched off.</summary>
    internal static WorkflowWebhook? Of(JsonObject node)
    {
        if (node.Word("type") != NodeType || node["disabled"] is JsonValue disabled && disabled.TryGetValue(out bool off) && off)
        {
            return null;
        }

        var parameters = node["parameters"] as JsonObject ?? [];
        // n8n's own defaults: GET, and no authentication. An expression is no method.
        List<string> methods = [.. (parameters["httpMethod"] is JsonArray several ? several.Select(method => method?.ToString() ?? "") : [parameters.Word("httpMethod") ?? "GET"])
            .Where(method => method.Length > 0 && method.All(char.IsAsciiLetterUpper))];
        return new WorkflowWebhook(node.Word("name") ?? "", methods, methods.Count == 0 ? null : PathOf(parameters.Word("path"), node.Word("webhookId")), parameters.Word("authentication") ?? "none");
    }

    // As n8n registers it: without slashes around it; without a path the webhook's id stands for it; a path that is an
    // expression, holds values of the caller's or leads elsewhere ("..") is nothing that we could call.
    private static string? PathOf(string? path, string? webhookId)
    {
        var bare = path?.Trim('/');
        return string.IsNullOrEmpty(bare) ? webhookId
            : bare.StartsWith('=') || bare.Split('/').Any(part => part is "." or ".." || part.StartsWith(':')) ? null
            : bare;
    }
}
