using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Agents.Sdk.Tools;
using Steward.Kernel;

namespace Steward.AgentHost.Trying;

/// <summary>
/// What the tools answer in a trial. A list of answers for each tool, the first that fits first, the last one for ever:
/// <c>{ "runs": 3, "step": "01:00:00", "start": "2030-01-01T12:00:00Z", "payload": "...", "http": [{ "method": "GET", "url": "https://...", "status": 200, "body": ... }],
/// "browser": [{ "url": "https://...", "title": "...", "text": "..." }], "model": ["..."], "agents": [{ "agent": "uptime", "state": "succeeded", "text": "..." }],
/// "github_issues": [[...], [...]] }</c>, and so for every tool by its name, a list for a list of items. An address may end in <c>*</c>. <c>"fails": "timeout"</c> lets it fail.
/// </summary>
internal sealed class Samples
{
    private const int MostRuns = 20;
    private static readonly DateTimeOffset Begin = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly string raw;
    private readonly Dictionary<string, List<JsonNode?>> answers = new(StringComparer.Ordinal);

    /// <summary>Takes them.</summary>
    /// <exception cref="FormatException">They are none.</exception>
    public Samples(JsonElement given)
    {
        raw = given.ValueKind == JsonValueKind.Undefined ? "" : given.GetRawText();
        foreach (var (name, value) in given.ValueKind == JsonValueKind.Object ? JsonObject.Create(given)! : [])
        {
            switch (name)
            {
                case "runs":
                    Runs = value?.GetValueKind() == JsonValueKind.Number ? Math.Clamp((int)value.GetValue<double>(), 1, MostRuns) : throw new FormatException("'runs' must be a number.");
                    break;
                case "step":
                    Step = Duration.TryRead((string?)value, out var step) ? step : throw new FormatException("'step' must be a time span as hh:mm:ss.");
                    break;
                case "start":
                    Start = DateTimeOffset.TryParse((string?)value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var start) ? start : throw new FormatException("'start' must be a time, such as 2030-01-01T08:00:00Z.");
                    break;
                case "payload":
                    Payload = (string?)value;
                    break;
                default:
                    answers[name] = value is JsonArray list ? [.. list] : throw new FormatException($"'{name}' must be a list of answers.");
                    if (name.Split('_')[0] is "http" or "browser" or "agents" && answers[name].Any(sample => sample is not JsonObject || sample["status"] is { } status && status.GetValueKind() != JsonValueKind.Number))
                    {
                        throw new FormatException($"Each answer of '{name}' must be an object, and its status a number.");
                    }

                    break;
            }
        }

        IsGiven = answers.Count > 0;
    }

    /// <summary>Whether there are any.</summary>
    public bool IsGiven { get; }

    /// <summary>How many runs are rehearsed.</summary>
    public int Runs { get; } = 2;

    /// <summary>How much time goes by between them.</summary>
    public TimeSpan Step { get; } = TimeSpan.FromHours(1);

    /// <summary>When the first one is.</summary>
    public DateTimeOffset Start { get; } = Begin;

    /// <summary>What comes with each run.</summary>
    public string? Payload { get; }

    /// <summary>Whether a text stands in one of them.</summary>
    public bool Hold(string text) => raw.Contains(text, StringComparison.Ordinal);

    /// <summary>What a tool answers to a call; null where there is no sample for it.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="arguments">What it is given.</param>
    /// <param name="turn">Which samples have answered so far.</param>
    /// <exception cref="ToolException">The sample is a failure.</exception>
    public JsonNode? Answer(string tool, JsonObject arguments, SampleTurn turn)
    {
        var group = tool.Split('_')[0];
        var fitting = (answers.GetValueOrDefault(tool) ?? answers.GetValueOrDefault(group) ?? []).Where(sample => sample is not null && Fits(sample, tool, arguments)).Select(sample => sample!).ToList();
        if (fitting.Count == 0)
        {
            return null;
        }

        // One that has answered once makes room for the next.
        var one = group == "browser" && tool != "browser_open" && turn.Page is { } page && fitting.Contains(page) ? page : fitting.FirstOrDefault(sample => !turn.Taken.Contains(sample)) ?? fitting[^1];
        turn.Taken.Add(one);
        turn.Page = tool == "browser_open" ? one : turn.Page;
        return one is JsonObject failing && (string?)failing["fails"] is { } code ? throw new ToolException(code, $"The sample says that it fails with '{code}'.") : Shaped(one, tool, arguments);
    }

    private static bool Fits(JsonNode sample, string tool, JsonObject arguments)
    {
        if (sample is not JsonObject one)
        {
            return true;
        }

        var method = tool == "http_post" ? "POST" : "GET";
        return (!tool.StartsWith("http", StringComparison.Ordinal) || one["method"] is not { } given || string.Equals((string?)given, method, StringComparison.OrdinalIgnoreCase))
            && (one["url"] is not { } url || arguments["url"] is not { } asked || IsAddress((string)url!, (string)asked!))
            && (one["agent"] is not { } agent || (string?)agent == (string?)arguments["agent"])
            && (one["service"] is not { } service || arguments["service"] is null || (string?)service == (string?)arguments["service"]);
    }

    private static bool IsAddress(string sample, string asked) => sample.EndsWith('*') ? asked.StartsWith(sample[..^1], StringComparison.OrdinalIgnoreCase)
        : string.Equals(sample.TrimEnd('/'), asked.TrimEnd('/'), StringComparison.OrdinalIgnoreCase) || (!sample.Contains('?', StringComparison.Ordinal) && string.Equals(sample.TrimEnd('/'), asked.Split('?')[0].TrimEnd('/'), StringComparison.OrdinalIgnoreCase));

    private static JsonNode Shaped(JsonNode sample, string tool, JsonObject arguments) => tool switch
    {
        "http_get" or "http_post" => Answers.Http((int?)sample["status"] ?? 200, Text(sample["body"]), (string?)sample["contentType"] ?? (sample["body"] is JsonObject or JsonArray ? "application/json" : "text/html")),
        "browser_open" or "browser_click" or "browser_fill" => Answers.Page((string?)sample["url"] ?? (string?)arguments["url"] ?? "", (string?)sample["title"] ?? "", (int?)sample["status"] ?? 200),
        "browser_text" or "browser_snapshot" => new JsonObject { ["text"] = (string?)sample["text"] ?? "", ["isCut"] = false },
        "model_ask" => new JsonObject { ["text"] = sample is JsonObject ? Text(sample["text"]) : Text(sample) },
        _ => sample is JsonArray items ? new JsonObject { ["items"] = items.DeepClone() } : sample.DeepClone(),
    };

    private static string Text(JsonNode? value) => value is null ? "" : value.GetValueKind() == JsonValueKind.String ? (string)value! : value.ToJsonString();
}

/// <summary>Whose turn it is to answer.</summary>
internal sealed class SampleTurn
{
    /// <summary>The samples that have answered.</summary>
    public HashSet<JsonNode> Taken { get; } = [];

    /// <summary>The page that the browser shows.</summary>
    public JsonNode? Page { get; set; }
}
