using System.Globalization;
using System.Text;

/// <summary>Tells once a day which workflows of n8n failed, how often and with what.</summary>
[Declaration("""
    {
      "purpose": "Tells once a day which workflows of n8n failed, how often and with what.",
      "schedule": { "cron": "0 7 * * *" },
      "settings": {
        "ignore": { "type": "list", "about": "Names of workflows that may fail", "default": [] },
        "most": { "type": "number", "about": "How many workflows are told at once, 10 at the most", "default": 10 }
      },
      "tools": { "n8n": {}, "notify": { "channels": ["telegram", "mail", "pagerduty"] } },
      "limits": { "time": "00:02:00" }
    }
    """)]
public sealed class Failures : Agent
{
    private const int Remembered = 500;
    private const int LongestName = 60;
    private const int LongestError = 200;

    // An execution that began before the last look may have failed after it.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public override async Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken)
    {
        var last = context.Last<State>();
        var known = (last?.Known ?? []).ToHashSet(StringComparer.Ordinal);
        var found = await context.N8n.FailuresAsync((last?.At ?? context.Now) - Longest, context.Settings.List("ignore"), cancellationToken);
        var news = found.Items.Where(one => !known.Contains(one.Id)).ToList();
        if (news.Count > 0)
        {
            await context.Notify.SendAsync(Digest(news, found.IsCut, (int)Math.Clamp(context.Settings.Number("most"), 1, 10)), "warning", cancellationToken);
        }

        List<string> ids = [.. found.Items.Select(one => one.Id), .. last?.Known ?? []];
        return AgentResult.Success($"{(found.IsCut ? "at least " : "")}{news.Count} failed executions", new State(context.Now, [.. ids.Distinct().Take(Remembered)]));
    }

    private static string Digest(List<FailedExecution> news, bool isCut, int most)
    {
        var workflows = news.GroupBy(one => one.WorkflowId).OrderByDescending(group => group.Count()).ToList();
        var text = new StringBuilder(isCut ? "At least these failed in n8n:" : "Failed in n8n:");
        foreach (var group in workflows.Take(most))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n- {Cut(group.First().Workflow, LongestName)}: {(group.Count() == 1 ? "once" : $"{group.Count()} times")}");
            // The newest that says something.
            if (group.FirstOrDefault(one => one.Error is not null) is { } said)
            {
                text.Append(CultureInfo.InvariantCulture, $", {(said.Node is { } node ? $"{Cut(node, LongestName)}: " : "")}{Cut(said.Error!.ReplaceLineEndings(" "), LongestError)} (execution {said.Id})");
            }
        }

        return workflows.Count > most ? text.Append(CultureInfo.InvariantCulture, $"\nand {workflows.Count - most} more workflows").ToString() : text.ToString();
    }

    private static string Cut(string text, int longest) => text.Length > longest ? $"{text[..longest]} ..." : text;

    private sealed record State(DateTimeOffset At, IReadOnlyList<string> Known);
}

public static class FailuresTests
{
    private static FailedExecution Failed(TestBench bench, int id, string workflow, string? error = null) =>
        new($"{id}", $"id-{workflow}", workflow, "error", bench.Now.AddHours(-1), bench.Now, error, error is null ? null : "Send");

    private static TestBench Bench(TestBench bench, params string[] ignore) => bench.Set("ignore", ignore).Set("most", 2);

    [AgentTest]
    public static async Task What_failed_is_told_once(TestBench bench)
    {
        Bench(bench).Tools
            .Failures(Failed(bench, 3, "mail", "no such address"), Failed(bench, 2, "sync", "timeout"), Failed(bench, 1, "mail"))
            .Failures(Failed(bench, 4, "sync"), Failed(bench, 3, "mail", "no such address"));
        for (var run = 0; run < 3; run++)
        {
            await bench.RunAsync(new Failures());
        }

        Expect.Equal(
            "Failed in n8n:\n- mail: 2 times, Send: no such address (execution 3)\n- sync: once, Send: timeout (execution 2)|Failed in n8n:\n- sync: once",
            string.Join('|', bench.Tools.Messages));
    }

    [AgentTest]
    public static async Task Nothing_is_told_of_what_may_fail_and_no_more_than_fits(TestBench bench)
    {
        Bench(bench, "noise").Tools.Failures(Failed(bench, 9, "noise")).Failures(Failed(bench, 1, "a"), Failed(bench, 2, "b"), Failed(bench, 3, "c"));
        await bench.RunAsync(new Failures());
        Expect.Equal(0, bench.Tools.Messages.Count);
        await bench.RunAsync(new Failures());
        Expect.Contains("and 1 more workflows", bench.Tools.Messages[0]);
    }

    [AgentTest]
    public static async Task Where_there_are_more_than_can_be_read_it_says_at_least(TestBench bench)
    {
        Bench(bench, "noise").Tools.Failures(new FailedExecutions([Failed(bench, 3, "mail"), Failed(bench, 2, "mail"), Failed(bench, 1, "sync")], IsCut: true)).Failures(new FailedExecutions([Failed(bench, 4, "noise")], IsCut: true));
        var result = await bench.RunAsync(new Failures());
        Expect.Equal("At least these failed in n8n:\n- mail: 2 times\n- sync: once", bench.Tools.Messages.Single());
        Expect.Equal("at least 3 failed executions", result.Text);
        Expect.Equal("at least 0 failed executions", (await bench.RunAsync(new Failures())).Text);
    }

    [AgentTest]
    public static async Task It_looks_back_as_far_as_an_execution_may_take(TestBench bench)
    {
        Bench(bench).Tools.Failures();
        await bench.RunAsync(new Failures());
        var first = bench.Now;
        bench.Now = bench.Now.AddDays(3);
        await bench.RunAsync(new Failures());
        Expect.Equal(first.AddDays(-1), DateTimeOffset.Parse((string)bench.Tools.Calls.Last(call => call.Tool == "n8n_failures").Arguments["since"]!, CultureInfo.InvariantCulture));
    }

    [AgentTest]
    public static async Task What_it_remembers_is_bounded(TestBench bench)
    {
        Bench(bench);
        for (var run = 0; run < 20; run++)
        {
            bench.Tools.Failures([.. Enumerable.Range(run * 50, 50).Select(id => Failed(bench, id, "mail"))]);
        }

        for (var run = 0; run < 20; run++)
        {
            await bench.RunAsync(new Failures());
        }

        Expect.Equal(500, bench.Handoff!.Value.GetProperty("known").GetArrayLength());
    }
}
