using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json;
using System.Text;
using Steward.Agents.Sharing;
using Steward.Agents.Templates;
using Steward.Connectors.Models;
using Steward.Kernel;
using Steward.Platform.Telemetry;

namespace Steward.Agents.Factory;

/// <summary>
/// The questions that the factory asks a model. What never changes comes first and is the same for all builds, so that
/// providers can keep it; what people and programs wrote stands between marks, as data.
/// </summary>
internal static class Prompt
{
    private const string Folder = "Factory/";
    private const int LongestFindings = 12_000;
    private static readonly Assembly Here = typeof(Prompt).Assembly;
    private static readonly string Kit = Guide(Text($"{Folder}agents.md")) + string.Concat(Here.GetManifestResourceNames().Where(name => name.StartsWith($"{Folder}Kit/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
        .Select(name => $"// {name[$"{Folder}Kit/".Length..]}\n{Text(name)}\n"));

    private static readonly string Understanding = Text($"{Folder}understand.md") + "The agents that come with Steward:\n" + string.Concat(TemplateList.All.Select(one => $"- {one.Name}: {one.Purpose}\n"));
    private static readonly string Writing = Text($"{Folder}write.md") + Kit;
    private static readonly string Repairing = Text($"{Folder}repair.md");

    /// <summary>What is wanted?</summary>
    /// <param name="build">The build.</param>
    /// <param name="agent">The agent as it is, where one is to be changed.</param>
    /// <param name="fault">What was wrong with the last plan; null at first.</param>
    /// <param name="others">The names of agents that are there, for wishes that are about them.</param>
    public static ModelQuestion Understand(Build build, ReadFor? agent, string? fault, IReadOnlyList<string> others) => new(
        // For wishes such as "tomorrow". The time of asking would make another question of it after each wait.
        string.Create(CultureInfo.InvariantCulture, $"\nThe wish was said on {build.CreatedAt:dddd, yyyy-MM-dd HH:mm} UTC.\nAgents that are here already: {(others.Count == 0 ? "none" : string.Join(", ", others))}.\n")
        + (agent?.Before.After is { Count: > 0 } after ? $"The agent runs after each run of {string.Join(", ", after)} that succeeds: the plan says so under \"after\", unless the wish is that it does not any more.\n" : ""),
        Marked("wish", build.Wish)
        + (build.Talk.Count > 0 ? Marked("answers", string.Join('\n', build.Talk.Select(talk => $"Q: {talk.Question}\nA: {talk.Answer}"))) : "")
        + (agent is null ? "" : Marked("agent", agent.Data))
        + (fault is null ? "" : Marked("fault", $"{fault}\nAnswer again with a plan without this fault.")))
    {
        Guide = Understanding,
        Task = ModelTask.Plan,
        Schema = agent?.Before.After is { Count: > 0 } ? Schemas.PlanWithAfter : Schemas.Plan,
        For = build.Account,
        Within = Build.MostDollars,
    };

    /// <summary>Write it.</summary>
    public static ModelQuestion Write(Build build, string? agent) => new(agent is null ? Near(build) : "", Plan(build) + (agent is null ? "" : Marked("agent", agent)))
    {
        Guide = Writing,
        Task = ModelTask.Write,
        Schema = Schemas.Source,
        For = build.Account,
        Within = Build.MostDollars,
    };

    /// <summary>Mend it.</summary>
    /// <param name="build">The build.</param>
    /// <param name="round">The version to be mended: the best one.</param>
    /// <param name="last">The last one; another than that when it was worse.</param>
    /// <param name="redactor">Takes secrets out.</param>
    public static ModelQuestion Repair(Build build, BuildRound round, BuildRound last, Redactor redactor) => new(
        Repairing, Plan(build) + Marked("source", Numbered(round.Source)) + Marked("settings", Settings(build, round, redactor)) + (round.Samples is { } samples ? Marked("samples", samples) : "") + Marked("findings", Findings(round, redactor))
        + (last.Round == round.Round ? "" : Marked("worse", Findings(last, redactor))))
    {
        Guide = Writing,
        Task = ModelTask.Repair,
        Schema = Schemas.Source,
        For = build.Account,
        Within = Build.MostDollars,
    };

    /// <summary>A finding in one line.</summary>
    public static string Written(BuildFinding finding) => finding.Line is { } line ? $"[{finding.Stage}] line {line}: {finding.Text}" : $"[{finding.Stage}] {finding.Text}";

    private static string Plan(Build build) => Marked("plan", Kernel.Json.Write(build.Blueprint! with { Say = null }));

    // Of an agent that is there, what its owner has set is among them.
    private static string Settings(Build build, BuildRound round, Redactor redactor) =>
        build.Kind == BuildKind.Create ? round.Settings : SecretSettings.Hidden(redactor, Kernel.Json.Read<Dictionary<string, JsonElement>>(round.Settings));

    private static string Findings(BuildRound round, Redactor redactor) => redactor.Redact(string.Join('\n', (round.Findings ?? []).Select(Written))).Cut(LongestFindings, "\n(more of the same was left out)");

    private static string Near(Build build) => Marked("near", string.Join("\n\n", build.Blueprint!.Templates.Take(2).Select(TemplateList.Find).OfType<Template>().Select(template => template.Source)));

    // A mark inside of data would end it.
    private static string Marked(string mark, string text) => $"<{mark}>\n{text.Replace($"</{mark}", $"< /{mark}", StringComparison.OrdinalIgnoreCase)}\n</{mark}>\n";

    private static string Numbered(string source)
    {
        var lines = new StringBuilder();
        var number = 0;
        foreach (var line in source.AsSpan().EnumerateLines())
        {
            lines.Append(CultureInfo.InvariantCulture, $"{++number,4}: {line}\n");
        }

        return lines.ToString();
    }

    // What is for authors in C#: not how agents are operated, and not the other language.
    private static string Guide(string page)
    {
        var (first, after) = (page.IndexOf("## Writing one", StringComparison.Ordinal), page.IndexOf("## In Python", StringComparison.Ordinal));
        return first >= 0 && after > first ? page[first..after] : throw new InvalidOperationException("docs/agents.md has no longer the sections that a model is given.");
    }

    private static string Text(string name)
    {
        using var stream = Here.GetManifestResourceStream(name)!;
        return new StreamReader(stream).ReadToEnd();
    }
}

/// <summary>The shapes that answers have to have.</summary>
internal static class Schemas
{
    /// <summary>A plan, a question or a refusal.</summary>
    public static JsonObject Plan => Read("""
        {
          "type": "object", "additionalProperties": false, "required": ["kind", "say", "plan"],
          "properties": {
            "kind": { "type": "string", "enum": ["plan", "question", "refusal"] },
            "say": { "type": "string" },
            "plan": { "anyOf": [ { "type": "null" }, {
              "type": "object", "additionalProperties": false,
              "required": ["name", "purpose", "schedule", "settings", "tools", "success", "sends", "assumes", "templates"],
              "properties": {
                "name": { "type": "string" },
                "purpose": { "type": "string" },
                "schedule": { "anyOf": [ { "type": "null" }, { "type": "object", "additionalProperties": false,
                  "properties": { "cron": { "type": "string" }, "every": { "type": "string" }, "at": { "type": "string" }, "zone": { "type": "string" }, "misfire": { "type": "string", "enum": ["run-once", "skip"] } } } ] },
                "settings": { "type": "array", "items": { "type": "object", "additionalProperties": false, "required": ["name", "type", "about"],
                  "properties": { "name": { "type": "string" }, "type": { "type": "string", "enum": ["text", "number", "flag", "url", "list"] }, "about": { "type": "string" }, "value": VALUE } } },
                "tools": { "type": "array", "items": { "type": "object", "additionalProperties": false, "required": ["name", "why"],
                  "properties": { "name": { "type": "string", "enum": ["http", "browser", "notify", "files", "memory", "agents", "github", "railway", "n8n", "model"] }, "why": { "type": "string" },
                    "hosts": { "type": "array", "items": { "type": "string" } }, "channels": { "type": "array", "items": { "type": "string" } }, "names": { "type": "array", "items": { "type": "string" } } } } },
                "success": { "type": "string" },
                "sends": { "type": "string" },
                "assumes": { "type": "array", "items": { "type": "string" } },
                "templates": { "type": "array", "items": { "type": "string" } }
              } } ] }
          }
        }
        """);

    /// <summary>The same of an agent that runs after others.</summary>
    public static JsonObject PlanWithAfter
    {
        get
        {
            var schema = Plan;
            schema["properties"]!["plan"]!["anyOf"]![1]!["properties"]!["after"] = JsonNode.Parse("""{ "type": "array", "items": { "type": "string" } }""");
            return schema;
        }
    }

    /// <summary>A version of an agent.</summary>
    public static JsonObject Source => Read("""
        {
          "type": "object", "additionalProperties": false, "required": ["source", "settings", "samples"],
          "properties": {
            "source": { "type": "string" },
            "settings": { "type": "array", "items": { "type": "object", "additionalProperties": false, "required": ["name", "value"], "properties": { "name": { "type": "string" }, "value": VALUE } } },
            "samples": { "type": "object", "additionalProperties": false, "required": ["runs", "step", "http", "tools"],
              "properties": {
                "runs": { "type": "integer" },
                "step": { "type": "string" },
                "start": { "type": "string" },
                "payload": { "type": "string" },
                "http": { "type": "array", "items": { "type": "object", "additionalProperties": false, "required": ["method", "url", "status", "body"],
                  "properties": { "method": { "type": "string" }, "url": { "type": "string" }, "status": { "type": "integer" }, "body": { "type": "string" } } } },
                "tools": { "type": "array", "items": { "type": "object", "additionalProperties": false, "required": ["name", "answers"],
                  "properties": { "name": { "type": "string" }, "answers": { "type": "string" } } } }
              } }
          }
        }
        """);

    // Of any of the types that a setting has.
    private const string Value = """{ "anyOf": [ { "type": "string" }, { "type": "number" }, { "type": "boolean" }, { "type": "array", "items": { "type": "string" } } ] }""";

    private static JsonObject Read(string json) => JsonNode.Parse(json.Replace("VALUE", Value, StringComparison.Ordinal))!.AsObject();
}
