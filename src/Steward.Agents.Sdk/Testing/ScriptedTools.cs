using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Agents.Sdk.Tools;

namespace Steward.Agents.Sdk.Testing;

/// <summary>
/// Tools that answer what a test has scripted. Memory, files and notify behave like the real ones without a script; every
/// other call without one fails the way an undeclared tool does.
/// </summary>
public sealed class ScriptedTools : ITools
{
    private static readonly JsonElement Nothing = JsonSerializer.SerializeToElement(new JsonObject());

    private readonly List<ToolCall> calls = [];
    private readonly Dictionary<string, Queue<Func<JsonObject, JsonNode>>> scripts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonNode?> memory = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> files = new(StringComparer.Ordinal);

    /// <summary>Every call so far, in order.</summary>
    public IReadOnlyList<ToolCall> Calls => calls;

    /// <summary>The messages that were sent, in order.</summary>
    public IReadOnlyList<string> Messages => [.. calls.Where(call => call.Tool == "notify").Select(call => (string)call.Arguments["message"]!)];

    /// <summary>The contents of the agent's folder, by path.</summary>
    public IDictionary<string, string> Files => files;

    /// <summary>Lets an address answer. Several for one address answer in their order, the last one for ever.</summary>
    public ScriptedTools Http(string url, int status, string body, string contentType = "text/plain", double milliseconds = 5, DateTimeOffset? certificateEnds = null) =>
        Answer(Key("http_get", url), _ => JsonSerializer.SerializeToNode(new HttpAnswer(status, body, contentType, milliseconds, certificateEnds), AgentJson.Options)!);

    /// <summary>Lets an address fail.</summary>
    public ScriptedTools HttpFails(string url, string code = "unreachable", string message = "nobody answers") => Answer(Key("http_get", url), _ => throw new ToolException(code, message));

    /// <summary>Lets a tool answer.</summary>
    public ScriptedTools Answer(string tool, JsonNode answer) => Answer(tool, _ => answer.DeepClone());

    /// <summary>Lets a tool fail.</summary>
    public ScriptedTools Fail(string tool, string code, string message) => Answer(tool, _ => throw new ToolException(code, message));

    /// <inheritdoc />
    public Task<JsonElement> CallAsync(string tool, JsonObject arguments, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        calls.Add(new ToolCall(tool, (JsonObject)arguments.DeepClone()));
        try
        {
            return Task.FromResult(Scripted(tool, arguments) ?? BuiltIn(tool, arguments) ?? throw new ToolException("not-declared", $"The test has no answer for {Key(tool, (string?)arguments["url"])}."));
        }
        catch (ToolException e)
        {
            return Task.FromException<JsonElement>(e);
        }
    }

    private ScriptedTools Answer(string key, Func<JsonObject, JsonNode> answer)
    {
        if (!scripts.TryGetValue(key, out var queue))
        {
            scripts[key] = queue = new();
        }

        queue.Enqueue(answer);
        return this;
    }

    private JsonElement? Scripted(string tool, JsonObject arguments)
    {
        if (!scripts.TryGetValue(Key(tool, (string?)arguments["url"]), out var queue) && !scripts.TryGetValue(tool, out queue))
        {
            return null;
        }

        return JsonSerializer.SerializeToElement((queue.Count > 1 ? queue.Dequeue() : queue.Peek())(arguments));
    }

    private JsonElement? BuiltIn(string tool, JsonObject arguments)
    {
        switch (tool)
        {
            case "notify":
                return (string?)arguments["severity"] is null or "info" or "warning" or "critical"
                    ? Nothing
                    : throw new ToolException("invalid", $"'{arguments["severity"]}' is not info, warning or critical.");
            case "memory_get":
                return JsonSerializer.SerializeToElement(new JsonObject { ["value"] = memory.GetValueOrDefault((string)arguments["key"]!)?.DeepClone() });
            case "memory_set":
                memory[(string)arguments["key"]!] = arguments["value"]?.DeepClone();
                return Nothing;
            case "files_read":
                return files.TryGetValue((string)arguments["path"]!, out var text)
                    ? JsonSerializer.SerializeToElement(new JsonObject { ["text"] = text })
                    : throw new ToolException("not-found", $"There is no file {arguments["path"]}.");
            case "files_write":
                files[(string)arguments["path"]!] = (string)arguments["text"]!;
                return Nothing;
            case "files_append":
                files[(string)arguments["path"]!] = files.GetValueOrDefault((string)arguments["path"]!, "") + (string)arguments["text"]!;
                return Nothing;
            default:
                return null;
        }
    }

    private static string Key(string tool, string? url) => url is null ? tool : $"{tool} {url}";
}

/// <summary>A call of a tool that an agent made.</summary>
/// <param name="Tool">The tool's name.</param>
/// <param name="Arguments">What it was given.</param>
public sealed record ToolCall(string Tool, JsonObject Arguments);
