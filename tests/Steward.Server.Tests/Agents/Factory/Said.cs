using System.Text.Json.Nodes;

namespace Steward.Server.Tests.Agents.Factory;

/// <summary>Answers as a model would give them.</summary>
internal static class Said
{
    public const string Host = "numbers.example.org";

    public static string Question(string text) => new JsonObject { ["kind"] = "question", ["say"] = text, ["plan"] = null }.ToJsonString();

    public static string Refusal(string text) => new JsonObject { ["kind"] = "refusal", ["say"] = text, ["plan"] = null }.ToJsonString();

    /// <summary>A plan of something that reads a number and tells it.</summary>
    public static string Plan(string name, string host = Host, string cron = "*/30 * * * *", params string[] moreTools) => new JsonObject
    {
        ["kind"] = "plan",
        ["say"] = "",
        ["plan"] = new JsonObject
        {
            ["name"] = name,
            ["purpose"] = "Tells when a number is high.",
            ["schedule"] = new JsonObject { ["cron"] = cron },
            ["settings"] = new JsonArray(new JsonObject { ["name"] = "limit", ["type"] = "number", ["about"] = "From where on it is high", ["value"] = 10 }),
            ["tools"] = new JsonArray(
            [
                new JsonObject { ["name"] = "http", ["why"] = "to read it", ["hosts"] = new JsonArray(host) },
                new JsonObject { ["name"] = "notify", ["why"] = "to tell it", ["channels"] = new JsonArray("telegram") },
                .. moreTools.Select(tool => new JsonObject { ["name"] = tool, ["why"] = "it was wanted" }),
            ]),
            ["success"] = "It was read.",
            ["sends"] = "One message when it becomes high.",
            ["assumes"] = new JsonArray("The number is the body."),
            ["templates"] = new JsonArray("watch"),
        },
    }.ToJsonString();

    /// <summary>The same as something else: <c>tools</c>, <c>schedule</c>.</summary>
    public static string PlanWith(string name, string member, JsonNode? value)
    {
        var answer = JsonNode.Parse(Plan(name))!;
        answer["plan"]![member] = value;
        return answer.ToJsonString();
    }

    /// <summary>A version that holds, or one with something changed.</summary>
    public static string Source(string was = "", string becomes = "", string alsoWas = "", string alsoBecomes = "") => new JsonObject
    {
        ["source"] = Changed(Changed(Good, was, becomes), alsoWas, alsoBecomes),
        ["settings"] = new JsonArray(),
        ["samples"] = new JsonObject
        {
            ["runs"] = 2, ["step"] = "00:30:00", ["tools"] = new JsonArray(),
            ["http"] = new JsonArray(Sample("3"), Sample("12"), new JsonObject { ["method"] = "POST", ["url"] = $"https://{Host}/*", ["status"] = 200, ["body"] = "" }),
        },
    }.ToJsonString();

    /// <summary>A version that holds and looks at what another agent came to as well.</summary>
    public static string WithAnotherAgent(string name)
    {
        var answer = JsonNode.Parse(Source())!;
        answer["source"] = Changed(Changed(Changed((string)answer["source"]!,
            "\"channels\": [\"telegram\"] }", $"\"channels\": [\"telegram\"] }}, \"agents\": {{ \"names\": [\"{name}\"] }}"),
            "var isHigh = number", $"var other = await context.Agents.LastAsync(\"{name}\", cancellationToken);\n        var isHigh = other.State != \"unknown\" && number"),
            "bench.Set(\"limit\", 10).Tools", $"bench.Set(\"limit\", 10).Tools.Last(\"{name}\", new OtherResult(1, \"succeeded\", \"paid\", null, null))");
        answer["samples"]!["tools"] = new JsonArray(new JsonObject { ["name"] = "agents", ["answers"] = new JsonArray(new JsonObject { ["agent"] = name, ["state"] = "succeeded", ["text"] = "paid" }).ToJsonString() });
        return answer.ToJsonString();
    }

    /// <summary>A plan of something that reads the number at an address that its owner can set; without a value for it when there is none.</summary>
    public static string PlanWithPage(string name, string? page, params string[] moreHosts)
    {
        var answer = JsonNode.Parse(Plan(name))!;
        var setting = new JsonObject { ["name"] = "page", ["type"] = "url", ["about"] = "Where the number stands" };
        if (page is not null)
        {
            setting["value"] = page;
        }

        answer["plan"]!["settings"]!.AsArray().Add(setting);
        answer["plan"]!["tools"]![0]!["hosts"] = new JsonArray(["{page}", .. moreHosts]);
        return answer.ToJsonString();
    }

    /// <summary>A version that reads the number at an address that its owner can set.</summary>
    /// <param name="page">What it declares as that address; null for nothing.</param>
    /// <param name="set">What the model sets it to; null for nothing.</param>
    /// <param name="alsoAsks">A further host that it asks; null for none.</param>
    public static string WithPage(string? page, string? set = null, string? alsoAsks = null)
    {
        var answer = JsonNode.Parse(Source())!;
        var declared = page is null ? "" : $", \"default\": \"{page}\"";
        var source = Changed(Changed(Changed(Changed((string)answer["source"]!,
            "\"default\": 10 } }", $"\"default\": 10 }}, \"page\": {{ \"type\": \"url\", \"about\": \"Where the number stands\"{declared} }} }}"),
            "[\"numbers.example.org\"]", alsoAsks is null ? "[\"{page}\"]" : $"[\"{{page}}\", \"{alsoAsks}\"]"),
            "new Uri(\"https://numbers.example.org/now\")", "context.Settings.Url(\"page\")"),
            "bench.Set(\"limit\", 10)", "bench.Set(\"limit\", 10).Set(\"page\", Address)");
        if (alsoAsks is not null)
        {
            source = Changed(Changed(source,
                "var isHigh = number", $"var other = await context.Http.GetAsync(new Uri(\"https://{alsoAsks}/also\"), cancellationToken);\n        var isHigh = other.IsSuccess && number"),
                ".Set(\"page\", Address).Tools", $".Set(\"page\", Address).Tools.Http(\"https://{alsoAsks}/also\", 200, \"1\")");
            answer["samples"]!["http"]!.AsArray().Add(new JsonObject { ["method"] = "GET", ["url"] = $"https://{alsoAsks}/also", ["status"] = 200, ["body"] = "1" });
        }

        foreach (var (address, body) in new[] { set, page }.OfType<string>().SelectMany(address => new[] { (address, "3"), (address, "12") }))
        {
            answer["samples"]!["http"]!.AsArray().Add(new JsonObject { ["method"] = "GET", ["url"] = address, ["status"] = 200, ["body"] = body });
        }

        answer["source"] = source;
        answer["settings"] = set is null ? [] : new JsonArray(new JsonObject { ["name"] = "page", ["value"] = set });
        return answer.ToJsonString();
    }

    private static string Changed(string text, string was, string becomes)
    {
        Assert.True(was.Length == 0 || text.Contains(was, StringComparison.Ordinal), $"the good version has '{was}'");
        return was.Length == 0 ? text : text.Replace(was, becomes, StringComparison.Ordinal);
    }

    private static JsonObject Sample(string body) => new() { ["method"] = "GET", ["url"] = $"https://{Host}/now", ["status"] = 200, ["body"] = body };

    private const string Good =
        """"
        using System.Globalization;

        /// <summary>Reads a number and tells its owner when it becomes high.</summary>
        [Declaration("""
            {
              "purpose": "Tells when a number is high.",
              "schedule": { "cron": "*/30 * * * *" },
              "settings": { "limit": { "type": "number", "about": "From where on it is high", "default": 10 } },
              "tools": { "http": { "hosts": ["numbers.example.org"] }, "notify": { "channels": ["telegram"] } }
            }
            """)]
        public sealed class High : Agent
        {
            /// <inheritdoc />
            public override async Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken)
            {
                var answer = await context.Http.GetAsync(new Uri("https://numbers.example.org/now"), cancellationToken);
                if (!answer.IsSuccess || !double.TryParse(answer.Body, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
                {
                    return AgentResult.Failure($"The server answered with status {answer.Status} and no number.");
                }

                var isHigh = number >= context.Settings.Number("limit");
                if (isHigh && context.Last<State>()?.IsHigh != true)
                {
                    await context.Notify.SendAsync(string.Create(CultureInfo.InvariantCulture, $"It is high: {number}"), cancellationToken);
                }

                return AgentResult.Success(string.Create(CultureInfo.InvariantCulture, $"{number}"), new State(isHigh));
            }

            private sealed record State(bool IsHigh);
        }

        /// <summary>Tests of the agent.</summary>
        public static class HighTests
        {
            private const string Address = "https://numbers.example.org/now";

            [AgentTest]
            public static async Task It_is_told_once(TestBench bench)
            {
                bench.Set("limit", 10).Tools.Http(Address, 200, "12").Http(Address, 200, "13");
                await bench.RunAsync(new High());
                await bench.RunAsync(new High());
                Expect.Equal("It is high: 12", string.Join('|', bench.Tools.Messages));
            }

            [AgentTest]
            public static async Task What_is_no_number_is_a_failure(TestBench bench)
            {
                bench.Set("limit", 10).Tools.Http(Address, 200, "soon");
                var result = await bench.RunAsync(new High());
                Expect.That(!result.IsSuccess, "it fails");
                Expect.Equal(0, bench.Tools.Messages.Count);
            }
        }
        """";
}
