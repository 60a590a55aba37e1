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

    private const int LongestMessage = 4000;

    private readonly List<ToolCall> calls = [];
    private readonly Dictionary<string, Queue<Func<JsonObject, JsonNode>>> scripts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonNode?> memory = new(StringComparer.Ordinal);
    private readonly ScriptedFolder folder;
    private (BrowserPage Page, string Text)? shown;

    /// <summary>Tools of a test that has no clock of its own.</summary>
    public ScriptedTools()
        : this(TimeProvider.System.GetUtcNow)
    {
    }

    internal ScriptedTools(Func<DateTimeOffset> now) => folder = new ScriptedFolder(now);

    /// <summary>Every call so far, in order.</summary>
    public IReadOnlyList<ToolCall> Calls => calls;

    /// <summary>The messages that were sent, in order.</summary>
    public IReadOnlyList<string> Messages => [.. calls.Where(call => call.Tool == "notify").Select(call => (string)call.Arguments["message"]!)];

    /// <summary>The contents of the agent's folder, by path.</summary>
    public IDictionary<string, string> Files => folder.Files;

    /// <summary>Lets an address answer. Several for one address answer in their order, the last one for ever.</summary>
    public ScriptedTools Http(string url, int status, string body, string contentType = "text/plain", double milliseconds = 5, DateTimeOffset? certificateEnds = null) =>
        Answer(Key("http_get", url), _ => JsonSerializer.SerializeToNode(new HttpAnswer(status, body, contentType, milliseconds, certificateEnds), AgentJson.Options)!);

    /// <summary>Lets an address fail.</summary>
    public ScriptedTools HttpFails(string url, string code = "unreachable", string message = "nobody answers") => Answer(Key("http_get", url), _ => throw new ToolException(code, message));

    /// <summary>Lets a tool answer.</summary>
    public ScriptedTools Answer(string tool, JsonNode answer) => Answer(tool, _ => answer.DeepClone());

    /// <summary>Lets a tool fail.</summary>
    public ScriptedTools Fail(string tool, string code, string message) => Answer(tool, _ => throw new ToolException(code, message));

    /// <summary>Lets GitHub have these open pull requests. Several answers come in their order, the last one for ever; so with all below.</summary>
    public ScriptedTools PullRequests(params IReadOnlyList<PullRequest> open) => Items("github_pull_requests", open);

    /// <summary>Lets GitHub have these open issues.</summary>
    public ScriptedTools Issues(params IReadOnlyList<Issue> open) => Items("github_issues", open);

    /// <summary>Lets GitHub have these runs of workflows.</summary>
    public ScriptedTools WorkflowRuns(params IReadOnlyList<WorkflowRun> runs) => Items("github_workflow_runs", runs);

    /// <summary>Lets Railway have these services.</summary>
    public ScriptedTools Services(params IReadOnlyList<ServiceStatus> services) => Items("railway_services", services);

    /// <summary>Lets a service on Railway have these deployments.</summary>
    public ScriptedTools Deployments(string service, params IReadOnlyList<Deployment> deployments) => Items(Key("railway_deployments", service), deployments);

    /// <summary>Lets Railway tell this usage.</summary>
    public ScriptedTools Usage(RailwayUsage usage) => Answer("railway_usage", JsonSerializer.SerializeToNode(usage, AgentJson.Options)!);

    /// <summary>Lets n8n have these workflows.</summary>
    public ScriptedTools Workflows(params IReadOnlyList<Workflow> workflows) => Items("n8n_workflows", workflows);

    /// <summary>Lets n8n have these failed executions; those of workflows that are to be ignored are left out.</summary>
    public ScriptedTools Failures(params IReadOnlyList<FailedExecution> failures) => Failures(new FailedExecutions(failures));

    /// <summary>The same where there may be more than these.</summary>
    public ScriptedTools Failures(FailedExecutions failures) => Answer("n8n_failures", arguments => JsonSerializer.SerializeToNode(
        failures with { Items = [.. failures.Items.Where(one => arguments["ignore"]?.AsArray().Any(name => (string?)name == one.Workflow) != true)] }, AgentJson.Options)!);

    /// <summary>
    /// Lets an address show this page in the browser, with this text; what is clicked and filled in afterwards is done, and is among
    /// the <see cref="Calls"/>. What it becomes by a click: script <c>browser_click</c> and <c>browser_text</c> with <see cref="Answer(string, JsonNode)"/>.
    /// </summary>
    public ScriptedTools Page(string url, string text, string title = "", int status = 200)
    {
        var page = new BrowserPage(url, title, status, []);
        return Answer(Key("browser_open", url), _ =>
        {
            shown = (page, text);
            return JsonSerializer.SerializeToNode(page, AgentJson.Options)!;
        });
    }

    /// <summary>Lets an address fail in the browser.</summary>
    public ScriptedTools PageFails(string url, string code = "unreachable", string message = "nobody answers") => Answer(Key("browser_open", url), _ => throw new ToolException(code, message));

    /// <summary>Lets the model answer.</summary>
    public ScriptedTools Model(string answer) => Answer("model_ask", new JsonObject { ["text"] = answer });

    /// <summary>Lets another agent have come to this.</summary>
    public ScriptedTools Last(string agent, OtherResult result) => Answer(Key("agents_last", agent), JsonSerializer.SerializeToNode(result, AgentJson.Options)!);

    /// <inheritdoc />
    public Task<JsonElement> CallAsync(string tool, JsonObject arguments, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        calls.Add(new ToolCall(tool, (JsonObject)arguments.DeepClone()));
        try
        {
            return Task.FromResult(Scripted(tool, arguments) ?? BuiltIn(tool, arguments) ?? throw new ToolException("not-declared", $"The test has no answer for {Key(tool, Subject(arguments))}."));
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
        if (!scripts.TryGetValue(Key(tool, Subject(arguments)), out var queue) && !scripts.TryGetValue(tool, out queue))
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
                return (string?)arguments["severity"] is not (null or "info" or "warning" or "critical") ? throw new ToolException("invalid", $"'{arguments["severity"]}' is not info, warning or critical.")
                    : string.IsNullOrWhiteSpace((string?)arguments["message"]) ? throw new ToolException("invalid", "'message' is empty.")
                    : ((string)arguments["message"]!).Length > LongestMessage ? throw new ToolException("too-large", $"'message' has more than {LongestMessage} characters.")
                    : Nothing;
            case "memory_get":
                return JsonSerializer.SerializeToElement(new JsonObject { ["value"] = memory.GetValueOrDefault((string)arguments["key"]!)?.DeepClone() });
            case "memory_set":
                memory[(string)arguments["key"]!] = arguments["value"]?.DeepClone();
                return Nothing;
            case "browser_click" or "browser_fill" when shown is { } now:
                return JsonSerializer.SerializeToElement(now.Page, AgentJson.Options);
            case "browser_text" when shown is { } now:
                return JsonSerializer.SerializeToElement(new JsonObject { ["text"] = now.Text, ["isCut"] = false });
            case "browser_wait" or "browser_screenshot" when shown is not null:
                return Nothing;
            default:
                return folder.Call(tool, (string?)arguments["path"] ?? "", (string?)arguments["text"] ?? "") is { } answer ? JsonSerializer.SerializeToElement(answer) : null;
        }
    }

    private ScriptedTools Items<T>(string key, IReadOnlyList<T> items)
    {
        var answer = new JsonObject { ["items"] = JsonSerializer.SerializeToNode(items, AgentJson.Options) };
        return Answer(key, _ => answer.DeepClone());
    }

    // What a call is about, where a test may tell calls of one tool apart.
    private static string? Subject(JsonObject arguments) => (string?)(arguments["url"] ?? arguments["agent"] ?? arguments["service"]);

    private static string Key(string tool, string? url) => url is null ? tool : $"{tool} {url}";
}

/// <summary>A call of a tool that an agent made.</summary>
/// <param name="Tool">The tool's name.</param>
/// <param name="Arguments">What it was given.</param>
public sealed record ToolCall(string Tool, JsonObject Arguments);
