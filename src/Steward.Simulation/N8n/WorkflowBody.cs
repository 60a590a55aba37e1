using System.Text.Json.Nodes;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.N8n;

/// <summary>Checks what a client writes, in the words of n8n 2.41.</summary>
internal static class WorkflowBody
{
    private const int MaxName = 128;
    private static readonly string[] ReadOnly = ["id", "active", "createdAt", "updatedAt", "isArchived", "versionId", "triggerCount", "meta", "tags", "activeVersion"];
    private static readonly string[] Required = ["name", "nodes", "connections", "settings"];

    private static readonly HashSet<string> Members =
        [.. Required, "nodeGroups", "staticData", "pinData", "projectId", "parentFolderId", "shared", "description"];

    private static readonly HashSet<string> NodeMembers =
    [
        "id", "name", "webhookId", "disabled", "notesInFlow", "notes", "type", "typeVersion", "executeOnce", "alwaysOutputData", "retryOnFail", "maxTries",
        "waitBetweenTries", "continueOnFail", "onError", "position", "parameters", "credentials", "customTelemetryTags", "createdAt", "updatedAt",
    ];

    private static readonly HashSet<string> SettingsMembers =
    [
        "saveExecutionProgress", "saveManualExecutions", "saveDataErrorExecution", "saveDataSuccessExecution", "executionTimeout", "errorWorkflow", "timezone",
        "executionOrder", "binaryMode", "callerPolicy", "callerIds", "timeSavedMode", "timeSavedPerExecution", "redactionPolicy", "availableInMCP",
        "customTelemetryTags", "credentialResolverId",
    ];

    /// <summary>The refusal, or null for a body that n8n takes.</summary>
    public static Reply? Check(JsonObject? body)
    {
        if (body is null)
        {
            return Reply.Html(500, "<pre>ResponseError: Failed to parse request body</pre>");
        }

        if (ReadOnly.FirstOrDefault(body.ContainsKey) is { } read)
        {
            return No($"request/body/{read} is read-only");
        }

        if (Required.FirstOrDefault(name => !body.ContainsKey(name)) is { } missing)
        {
            return No($"request/body must have required property '{missing}'");
        }

        return Shape(body) ?? (body.Text("name") is { Length: > 0 and <= MaxName } ? null : No($"Workflow name must be 1 to {MaxName} characters long."));
    }

    private static Reply? Shape(JsonObject body)
    {
        if (body.Text("name") is null || body["nodes"] is not JsonArray nodes || body["connections"] is not JsonObject || body["settings"] is not JsonObject settings)
        {
            return No("request/body has a member of another type");
        }

        if (Foreign(body, Members) is { } stray)
        {
            return No($"request/body Unrecognized key(s) in object: '{stray}'");
        }

        for (var at = 0; at < nodes.Count; at++)
        {
            if (nodes[at] is not JsonObject node)
            {
                return No($"request/body/nodes/{at} Expected object");
            }

            if (Foreign(node, NodeMembers) is { } odd)
            {
                return No($"request/body/nodes/{at} Unrecognized key(s) in object: '{odd}'");
            }
        }

        return Foreign(settings, SettingsMembers) is { } unknown ? No($"request/body/settings Unrecognized key(s) in object: '{unknown}'") : null;
    }

    private static string? Foreign(JsonObject members, HashSet<string> known) => members.Select(member => member.Key).FirstOrDefault(name => !known.Contains(name));

    private static Reply No(string message) => Reply.Message(400, message);
}
