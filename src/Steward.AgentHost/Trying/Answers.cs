using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Agents.Sdk;
using Steward.Agents.Sdk.Tools;

namespace Steward.AgentHost.Trying;

/// <summary>What tools answer when nobody says what: little, and in order.</summary>
internal static class Answers
{
    private static readonly DateTimeOffset CertificateEnds = new(2031, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly (int Status, string Body, string ContentType)[] WebGarbage =
    [
        (500, "<html><h1>Internal Server Error</h1></html>", "text/html"), (404, "", "text/plain"), (200, "", "text/plain"), (200, "<!doctype html><p>Log in", "text/html"), (200, "null", "application/json"), (200, "[]", "application/json"),
        (200, "{}", "application/json"), (200, "42", "application/json"), (200, "\"text\"", "application/json"), (200, "[null, 1, {}, \"x\", [[]]]", "application/json"), (200, "{\"a\":", "application/json"), (200, new string('x', 1 << 20), "text/plain"),
        (200, "1e999 -0 \uD83D\uDE00 \u202E", "text/plain"),
    ];

    private static readonly string[] ModelGarbage = ["", "I cannot help with that.", "```json\n{\"answer\": }\n```", "{}", "[]", "null", "-1", new string('x', 100_000)];

    /// <summary>An answer; null for what tools do by themselves (memory, files, messages).</summary>
    public static JsonNode? Of(string tool, JsonObject arguments) => tool switch
    {
        "http_get" or "http_post" => Http(200, "{}", "application/json"),
        "browser_open" or "browser_click" or "browser_fill" => Page((string?)arguments["url"] ?? "https://example.org/", "A page", 200),
        "browser_text" or "browser_snapshot" => new JsonObject { ["text"] = "A page", ["isCut"] = false },
        "browser_wait" or "browser_screenshot" or "files_delete" or "files_mkdir" => new JsonObject(),
        "files_list" => new JsonObject { ["entries"] = new JsonArray() },
        "files_info" => throw new ToolException("not-found", "There is nothing at that path."),
        "model_ask" => new JsonObject { ["text"] = "An answer." },
        "agents_last" => JsonSerializer.SerializeToNode(new OtherResult(null, null, null, null, null), AgentJson.Options),
        "railway_usage" => JsonSerializer.SerializeToNode(new RailwayUsage([], []), AgentJson.Options),
        "notify" or "memory_get" or "memory_set" or "files_read" or "files_write" or "files_append" => null,
        _ => new JsonObject { ["items"] = new JsonArray() },
    };

    /// <summary>What a web server answers.</summary>
    public static JsonNode Http(int status, string body, string contentType) => JsonSerializer.SerializeToNode(new HttpAnswer(status, body, contentType, 5, CertificateEnds), AgentJson.Options)!;

    /// <summary>A page in the browser.</summary>
    public static JsonNode Page(string url, string title, int? status) => JsonSerializer.SerializeToNode(new BrowserPage(url, title, status, []), AgentJson.Options)!;

    /// <summary>What is odd and yet may be answered, in words and as an answer to a call of a tool; none for what is the agent's own.</summary>
    public static IEnumerable<(string Words, Func<string, JsonObject, JsonNode?> Answer)> Garbage(string declaredTool) => declaredTool switch
    {
        "http" => HttpGarbage(),
        "browser" =>
        [
            ("a page without text, title and status", (tool, arguments) => tool is "browser_text" or "browser_snapshot" ? Text("") : Opened(tool, arguments, "", null)),
            ("a page of an error with 100,000 characters", (tool, arguments) => tool is "browser_text" or "browser_snapshot" ? Text(new string('x', 100_000)) : Opened(tool, arguments, new string('x', 1000), 500)),
            ("a page in another language than expected", (tool, arguments) => tool is "browser_text" or "browser_snapshot" ? Text("<<< \u05E9\u05DC\u05D5\u05DD \uD83D\uDE00 -1 NaN 1.2.3 {}[] >>>") : Opened(tool, arguments, "404", 404)),
        ],
        "model" => ModelGarbage.Select(text => ($"the text {Short(text)}", (Func<string, JsonObject, JsonNode?>)((_, _) => Text(text)))),
        "files" => [("an empty file", (tool, _) => tool == "files_read" ? Text("") : null)],
        "github" or "railway" or "n8n" =>
        [
            ("nothing at all", (tool, arguments) => Answers.Of(tool, arguments)),
            ("one thing with empty names and nothing that may be missing", (tool, arguments) => Items(tool, 1, "")),
            ("a hundred things with long names", (tool, arguments) => Items(tool, 100, new string('x', 250))),
        ],
        "agents" =>
        [
            ("an agent that never ran", (tool, arguments) => Answers.Of(tool, arguments)),
            ("an agent that failed, with a long text and an odd handoff", (_, _) => JsonSerializer.SerializeToNode(new OtherResult(7, "timedOut", new string('x', 10_000), DateTimeOffset.UnixEpoch, JsonSerializer.SerializeToElement(1)), AgentJson.Options)),
        ],
        _ => [],
    };

    private static IEnumerable<(string, Func<string, JsonObject, JsonNode?>)> HttpGarbage() =>
        WebGarbage.Select(one => ($"status {one.Status} with {Short(one.Body)}", (Func<string, JsonObject, JsonNode?>)((_, _) => Http(one.Status, one.Body, one.ContentType))));

    private static JsonObject Text(string text) => new() { ["text"] = text, ["isCut"] = false };

    private static JsonNode? Opened(string tool, JsonObject arguments, string title, int? status) => tool is "browser_open" or "browser_click" or "browser_fill" ? Page((string?)arguments["url"] ?? "https://example.org/", title, status) : null;

    private static JsonObject? Items(string tool, int count, string name)
    {
        IEnumerable<T> Of<T>(Func<int, T> make) => Enumerable.Range(1, count).Select(make);
        object? items = tool switch
        {
            "github_pull_requests" => Of(number => new PullRequest(number, name, Login(name), Login(name), false, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, "https://example.org/", null, null)),
            "github_issues" => Of(number => new Issue(number, name, Login(name), [], DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, "https://example.org/")),
            "github_workflow_runs" => Of(number => new WorkflowRun(number, name, name, name, name, "other", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, "https://example.org/")),
            "railway_services" => Of(number => new ServiceStatus($"{number}", name, null, false)),
            "railway_deployments" => Of(number => new Deployment($"{number}", "removed", DateTimeOffset.UnixEpoch)),
            "n8n_workflows" => Of(number => new Workflow($"{number}", name, false)),
            "n8n_failures" => Of(number => new FailedExecution($"{number}", $"{number}", name, "crashed")),
            _ => null,
        };
        return items is null ? null : new JsonObject { ["items"] = JsonSerializer.SerializeToNode(items, AgentJson.Options) };
    }

    private static string Login(string name) => name[..Math.Min(name.Length, 39)];

    private static string Short(string text) => text.Length == 0 ? "nothing" : text.Length > 40 ? $"{text.Length:N0} characters ({text[..10]}...)" : $"'{text.ReplaceLineEndings(" ")}'";
}
