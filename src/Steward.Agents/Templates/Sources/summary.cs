using System.Globalization;
using System.Text;

/// <summary>Tells once a day what other agents came to: those first that did not do what they are for.</summary>
[Declaration("""
    {
      "purpose": "Tells once a day what other agents came to.",
      "schedule": { "cron": "0 18 * * *" },
      "settings": {
        "agents": { "type": "list", "about": "The names of the agents" },
        "silent": { "type": "number", "about": "After how many hours without a run an agent is called silent", "default": 26 }
      },
      "tools": { "agents": { "names": ["{agents}"] }, "notify": { "channels": ["telegram", "n8n", "mail"] } },
      "limits": { "time": "00:02:00" }
    }
    """)]
public sealed class Summary : Agent
{
    // A run may call tools sixty times a minute, and a message has 4,000 characters.
    private const int Most = 20;
    private const int LongestWords = 60;

    public override async Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken)
    {
        var names = context.Settings.List("agents").Distinct().ToList();
        if (names.Count == 0)
        {
            return AgentResult.Failure("Set 'agents' to the names of the agents to tell of.");
        }

        var lines = new List<(bool IsWell, string Line)>();
        foreach (var name in names.Take(Most))
        {
            lines.Add(await LookAsync(context, name, cancellationToken));
        }

        var ill = lines.Count(line => !line.IsWell);
        // That one ran says nothing of what it watches: that is in its own words.
        var text = new StringBuilder(ill == 0 ? $"{lines.Count} of {lines.Count} agents ran, and said:" : $"{ill} of {lines.Count} agents need a look.");
        foreach (var line in lines.OrderBy(line => line.IsWell))
        {
            text.Append("\n- ").Append(line.Line);
        }

        if (names.Count > Most)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nand {names.Count - Most} more, which were not looked at");
        }

        await context.Notify.SendAsync(text.ToString(), ill == 0 ? "info" : "warning", cancellationToken);
        return AgentResult.Success($"{lines.Count - ill} ran well, {ill} need a look");
    }

    private static async Task<(bool IsWell, string Line)> LookAsync(AgentContext context, string name, CancellationToken cancellationToken)
    {
        try
        {
            var last = await context.Agents.LastAsync(name, cancellationToken);
            if (last.FinishedAt is not { } finished)
            {
                return (false, $"{name} has never come to an end");
            }

            var hours = (context.Now - finished).TotalHours;
            var isSilent = hours > context.Settings.Number("silent");
            var said = (last.Text ?? "").ReplaceLineEndings(" ");
            return (last.IsSuccess && !isSilent, string.Create(CultureInfo.InvariantCulture,
                $"{name} {(isSilent ? "is silent: " : "")}{last.State} {hours:0} h ago{(said.Length == 0 ? "" : $": {(said.Length > LongestWords ? $"{said[..LongestWords]} ..." : said)}")}"));
        }
        catch (ToolException e) when (e.Code == "not-found")
        {
            return (false, $"{name}: there is no such agent");
        }
    }
}

public static class SummaryTests
{
    private static OtherResult Ended(TestBench bench, string state, string text, double hours) => new(1, state, text, bench.Now.AddHours(-hours), null);

    [AgentTest]
    public static async Task Agents_that_are_well_are_told_in_a_line_each(TestBench bench)
    {
        bench.Set("agents", new[] { "uptime", "feed" }).Set("silent", 26).Tools.Last("uptime", Ended(bench, "succeeded", "200", 1)).Last("feed", Ended(bench, "succeeded", "3 entries", 11));
        var result = await bench.RunAsync(new Summary());
        Expect.Equal("2 of 2 agents ran, and said:\n- uptime succeeded 1 h ago: 200\n- feed succeeded 11 h ago: 3 entries", bench.Tools.Messages.Single());
        Expect.Equal("2 ran well, 0 need a look", result.Text);
    }

    [AgentTest]
    public static async Task Those_that_are_not_come_first(TestBench bench)
    {
        bench.Set("agents", new[] { "well", "failing", "silent", "new", "gone" }).Set("silent", 26).Tools
            .Last("well", Ended(bench, "succeeded", "fine", 1)).Last("failing", Ended(bench, "timedOut", "its time was up", 2)).Last("silent", Ended(bench, "succeeded", "", 30))
            .Last("new", new OtherResult(null, null, null, null, null));
        bench.Tools.Fail("agents_last gone", "not-found", "There is no agent 'gone'.");
        await bench.RunAsync(new Summary());
        Expect.Equal(
            "4 of 5 agents need a look.\n- failing timedOut 2 h ago: its time was up\n- silent is silent: succeeded 30 h ago\n- new has never come to an end\n- gone: there is no such agent\n- well succeeded 1 h ago: fine",
            bench.Tools.Messages.Single());
    }

    [AgentTest]
    public static async Task Without_agents_it_says_what_to_set(TestBench bench)
    {
        var result = await bench.Set("agents", Array.Empty<string>()).Set("silent", 26).RunAsync(new Summary());
        Expect.That(!result.IsSuccess, "it fails");
        Expect.Contains("Set 'agents'", result.Text);
        Expect.Equal(0, bench.Tools.Messages.Count);
    }

    [AgentTest]
    public static async Task Long_words_are_cut_and_so_is_a_long_list(TestBench bench)
    {
        bench.Set("agents", Enumerable.Range(1, 40).Select(number => $"{new string('a', 35)}-{number}").ToArray()).Set("silent", 26).Tools
            .Answer("agents_last", System.Text.Json.JsonSerializer.SerializeToNode(Ended(bench, "succeeded", new string('x', 5000), 1), AgentJson.Options)!);
        await bench.RunAsync(new Summary());
        Expect.Contains("and 20 more", bench.Tools.Messages.Single());
        Expect.That(bench.Tools.Messages.Single().Length <= 4000, "it fits into a message");
    }
}
