using System.Text.Json;
using System.Text.Json.Nodes;

namespace Steward.Connectors.N8n;

/// <summary>What we read of workflows and executions, as n8n 2.41 answers, and what it lets its clients write.</summary>
internal static class WorkflowWire
{
    // The members of a node and of the settings that the API takes back. n8n gives more of both than it takes.
    private static readonly HashSet<string> NodeMembers = new(StringComparer.Ordinal)
    {
        "id", "name", "webhookId", "disabled", "notesInFlow", "notes", "type", "typeVersion", "executeOnce", "alwaysOutputData", "retryOnFail", "maxTries",
        "waitBetweenTries", "continueOnFail", "onError", "position", "parameters", "credentials", "customTelemetryTags",
    };

    private static readonly HashSet<string> SettingsMembers = new(StringComparer.Ordinal)
    {
        "saveExecutionProgress", "saveManualExecutions", "saveDataErrorExecution", "saveDataSuccessExecution", "executionTimeout", "errorWorkflow", "timezone",
        "executionOrder", "binaryMode", "callerPolicy", "callerIds", "timeSavedMode", "timeSavedPerExecution", "redactionPolicy", "availableInMCP",
        "customTelemetryTags", "credentialResolverId",
    };

    public sealed record List<T>(IReadOnlyList<T> Data, string? NextCursor = null);

    public sealed record Workflow(
        WorkflowId Id, string Name, bool Active, JsonArray Nodes, JsonObject Connections, JsonObject? Settings = null, string? VersionId = null, DateTimeOffset? UpdatedAt = null, bool IsArchived = false)
    {
        public N8nWorkflow ToWorkflow() => new(Id, Active, Document(), VersionId, UpdatedAt) { IsArchived = IsArchived };

        private WorkflowDocument Document() => new(
            Name,
            new JsonArray([.. Nodes.Select(node => node is JsonObject members ? Only(members, NodeMembers) : node?.DeepClone())]),
            (JsonObject)Connections.DeepClone(),
            Only(Settings ?? [], SettingsMembers));

        private static JsonObject Only(JsonObject members, HashSet<string> names) => new(members
            .Where(member => names.Contains(member.Key) && member.Value is not null && !(member.Value is JsonValue word && word.TryGetValue(out string? text) && text == "DEFAULT"))
            .Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));
    }

    public sealed record Execution(
        ExecutionId Id, WorkflowId WorkflowId, string Status, string? Mode = null, DateTimeOffset? StartedAt = null, DateTimeOffset? StoppedAt = null, string? RetryOf = null, JsonElement Data = default)
    {
        public N8nExecution ToExecution(Func<string, string> redact)
        {
            var result = Data.ValueKind == JsonValueKind.Object && Data.TryGetProperty("resultData", out var found) ? found : default;
            return new N8nExecution(Id, WorkflowId, Enum.TryParse<ExecutionStatus>(Status, ignoreCase: true, out var status) ? status : ExecutionStatus.Unknown, Mode ?? "",
                StartedAt, StoppedAt, RetryOf is { Length: > 0 } and not "0" && ExecutionId.Read(RetryOf) is { IsRefused: false } id ? id.Value : null)
            {
                Data = Data.ValueKind == JsonValueKind.Object ? Data : null,
                Error = Text(Text(result, "error"), "message") is { ValueKind: JsonValueKind.String } message ? Cut(redact(message.GetString()!)) : null,
                LastNode = Text(result, "lastNodeExecuted") is { ValueKind: JsonValueKind.String } node ? node.GetString() : null,
            };
        }

        private static JsonElement Text(JsonElement members, string name) =>
            members.ValueKind == JsonValueKind.Object && members.TryGetProperty(name, out var value) ? value : default;

        private static string Cut(string text) => text.Length <= 1000 ? text : text[..1000];
    }

    public sealed record Stopped(string? Status = null);
}
