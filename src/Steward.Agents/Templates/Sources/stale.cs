using System.Globalization;
using System.Text;

/// <summary>Reminds people of pull requests that nobody has moved for days, and says which of them move again.</summary>
[Declaration("""
    {
      "purpose": "Reminds of pull requests that nobody has moved for days.",
      "schedule": { "cron": "0 9 * * 1-5" },
      "settings": {
        "repository": { "type": "text", "about": "owner/name; empty for the repository that Steward is set up for", "default": "" },
        "days": { "type": "number", "about": "After how many days without a change one is stale", "default": 3 },
        "again": { "type": "number", "about": "After how many more days it is told again", "default": 7 },
        "drafts": { "type": "flag", "about": "Whether drafts count", "default": false }
      },
      "tools": { "github": { "repositories": ["{repository}"] }, "notify": { "channels": ["telegram", "n8n", "mail"] } },
      "limits": { "time": "00:02:00" }
    }
    """)]
public sealed class Stale : Agent
{
    private const int Shown = 15;
    private const int LongestTitle = 100;

    // A message has 4,000 characters, and a hundred numbers follow.
    private const int LongestList = 3000;

    public override async Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken)
    {
        var settings = context.Settings;
        // Numbers of another repository mean other pull requests.
        var told = context.Last<State>() is { } last && last.Repository == settings.Text("repository") ? last.Told : [];
        var open = await context.GitHub.PullRequestsAsync(settings.Text("repository"), withChecks: true, cancellationToken);
        var stale = open.Where(one => Days(context, one.ChangedAt) >= settings.Number("days") && (settings.Flag("drafts") || !one.IsDraft)).ToList();
        var due = stale.Where(one => !told.Any(before => before.Number == one.Number && Days(context, before.At) < settings.Number("again"))).ToList();
        var over = told.Where(before => stale.All(one => one.Number != before.Number)).ToList();
        if (due.Count + over.Count > 0)
        {
            await context.Notify.SendAsync(Message(context, due, over), cancellationToken);
        }

        return AgentResult.Success($"{open.Count} looked at, {stale.Count} stale, {due.Count} told", new State(settings.Text("repository"),
            [.. stale.Select(one => due.Contains(one) ? new Told(one.Number, context.Now) : told.Last(before => before.Number == one.Number))]));
    }

    private static string Message(AgentContext context, List<PullRequest> due, List<Told> over)
    {
        var text = new StringBuilder(due.Count > 0 ? "Nobody has moved these pull requests:" : "");
        var shown = 0;
        foreach (var line in due.Take(Shown).Select(one => Line(context, one)).TakeWhile(line => text.Length + line.Length <= LongestList))
        {
            text.Append(line);
            shown++;
        }

        text.Append(due.Count > shown ? string.Create(CultureInfo.InvariantCulture, $"\nand {due.Count - shown} more") : "");
        text.Append(over.Count > 0 ? $"\nMoved or closed since: {string.Join(", ", over.Select(before => $"#{before.Number}"))}" : "");
        return text.ToString().TrimStart();
    }

    private static string Line(AgentContext context, PullRequest one)
    {
        var title = one.Title.Length > LongestTitle ? $"{one.Title[..LongestTitle]} ..." : one.Title;
        return string.Create(CultureInfo.InvariantCulture, $"\n- #{one.Number} {title} ({one.Author}, {Days(context, one.ChangedAt):0} days, open for {Days(context, one.OpenedAt):0}{Checks(one)}) {one.Url}");
    }

    private static string Checks(PullRequest one) => one.Checks == "red" ? $", red: {string.Join(", ", (one.Failing ?? []).Take(3))}" : one.Checks == "pending" ? ", checks run" : "";

    private static double Days(AgentContext context, DateTimeOffset since) => (context.Now - since).TotalDays;

    private sealed record Told(int Number, DateTimeOffset At);

    private sealed record State(string Repository, IReadOnlyList<Told> Told);
}

public static class StaleTests
{
    private static PullRequest Pull(TestBench bench, int number, double days, bool isDraft = false, string checks = "green") => new(
        number, $"Change {number}", "ada", "work", isDraft, bench.Now.AddDays(-days - 2), bench.Now.AddDays(-days), $"https://github.com/acme/shop/pull/{number}", checks, checks == "red" ? ["ci"] : []);

    private static TestBench Bench(TestBench bench) => bench.Set("repository", "").Set("days", 3).Set("again", 7).Set("drafts", false);

    [AgentTest]
    public static async Task What_moves_is_no_news_and_drafts_are_left_alone(TestBench bench)
    {
        Bench(bench).Tools.PullRequests(Pull(bench, 1, 1), Pull(bench, 2, 10, isDraft: true));
        var result = await bench.RunAsync(new Stale());
        Expect.Equal(0, bench.Tools.Messages.Count);
        Expect.Equal("2 looked at, 0 stale, 0 told", result.Text);
    }

    [AgentTest]
    public static async Task One_that_waits_is_told_once_and_again_after_a_week(TestBench bench)
    {
        Bench(bench).Tools.PullRequests(Pull(bench, 7, 4, checks: "red"));
        for (var day = 0; day < 9; day++)
        {
            await bench.RunAsync(new Stale());
            bench.Now = bench.Now.AddDays(1);
        }

        Expect.Equal(2, bench.Tools.Messages.Count);
        Expect.Contains("#7 Change 7 (ada, 4 days, open for 6, red: ci) https://github.com/acme/shop/pull/7", bench.Tools.Messages[0]);
    }

    [AgentTest]
    public static async Task Its_end_is_told(TestBench bench)
    {
        Bench(bench).Tools.PullRequests(Pull(bench, 7, 4), Pull(bench, 8, 4)).PullRequests(Pull(bench, 8, 5)).PullRequests();
        for (var run = 0; run < 4; run++)
        {
            await bench.RunAsync(new Stale());
        }

        Expect.Equal(3, bench.Tools.Messages.Count);
        Expect.Equal("Moved or closed since: #7", bench.Tools.Messages[1]);
        Expect.Equal("Moved or closed since: #8", bench.Tools.Messages[2]);
    }

    [AgentTest]
    public static async Task Another_repository_begins_anew(TestBench bench)
    {
        Bench(bench).Tools.PullRequests(Pull(bench, 7, 4)).PullRequests(Pull(bench, 7, 9));
        await bench.RunAsync(new Stale());
        bench.Set("repository", "acme/other");
        await bench.RunAsync(new Stale());
        Expect.Equal(2, bench.Tools.Messages.Count);
        Expect.Contains("#7 Change 7 (ada, 9 days", bench.Tools.Messages[1]);
    }

    [AgentTest]
    public static async Task Many_of_them_fit_into_one_message(TestBench bench)
    {
        Bench(bench).Tools.PullRequests([.. Enumerable.Range(1, 30).Select(number => Pull(bench, number, 9) with { Title = new string('x', 300) })]);
        await bench.RunAsync(new Stale());
        Expect.Contains("and 15 more", bench.Tools.Messages.Single());
        Expect.That(bench.Tools.Messages.Single().Length <= 4000, "it fits into a message");
    }

    [AgentTest]
    public static async Task Those_with_much_to_say_fit_too(TestBench bench)
    {
        var name = new string('y', 100);
        Bench(bench).Tools.PullRequests([.. Enumerable.Range(1, 30).Select(number => Pull(bench, number, 9, checks: "red") with { Failing = [name, name, name] })]);
        await bench.RunAsync(new Stale());
        Expect.Contains("more", bench.Tools.Messages.Single());
        Expect.That(bench.Tools.Messages.Single().Length <= 4000, "it fits into a message");
    }

    [AgentTest]
    public static async Task A_hundred_that_wait_and_a_hundred_that_moved_fit_too(TestBench bench)
    {
        Bench(bench).Tools.PullRequests([.. Enumerable.Range(10_001, 100).Select(number => Pull(bench, number, 9))])
            .PullRequests([.. Enumerable.Range(20_001, 100).Select(number => Pull(bench, number, 9, checks: "red") with { Failing = [new string('y', 250)] })]);
        await bench.RunAsync(new Stale());
        await bench.RunAsync(new Stale());
        Expect.That(bench.Tools.Messages.All(message => message.Length <= 4000), "they fit into messages");
        Expect.Contains("#10100", bench.Tools.Messages[1]);
    }

    [AgentTest]
    public static async Task Without_GitHub_it_fails_and_says_why(TestBench bench)
    {
        Bench(bench).Tools.Fail("github_pull_requests", "not-set-up", "GitHub is not set up");
        var result = await bench.RunAsync(new Stale());
        Expect.That(!result.IsSuccess, "it fails");
        Expect.Contains("not set up", result.Text);
    }
}
