/// <summary>Asks a web address and tells people when it stops answering well and when it answers again.</summary>
[Declaration("""
    {
      "purpose": "Tells when a web address stops answering well, and when it answers again.",
      "schedule": { "cron": "*/5 * * * *" },
      "settings": {
        "url": { "type": "url", "about": "The address to ask" },
        "expect": { "type": "text", "about": "What the answer must contain; empty for anything", "default": "" },
        "failures": { "type": "number", "about": "How many bad answers in a row are an outage", "default": 2 }
      },
      "tools": { "http": { "hosts": ["{url}"] }, "notify": { "channels": ["telegram", "n8n", "mail", "pagerduty"] } },
      "limits": { "time": "00:01:00" }
    }
    """)]
public sealed class Uptime : Agent
{
    private const int Kept = 50;

    public override async Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken)
    {
        var url = context.Settings.Url("url");
        // What was seen of another address says nothing of this one.
        var last = context.Last<State>() is { } known && known.Url == url ? known : new State(url, 0, false, []);
        string? fault;
        double? milliseconds;
        try
        {
            (fault, milliseconds) = await AskAsync(context, url, cancellationToken);
        }
        catch (ToolException e) when (e.Code is "not-declared" or "too-large")
        {
            return AgentResult.Failure($"{e.Message} Set 'url' to an address that does not lead to another host and answers with less than 5 MB.");
        }

        var failures = fault is null ? 0 : last.Failures + 1;
        var isDown = fault is not null && (last.IsDown || failures >= context.Settings.Number("failures"));
        if (isDown && !last.IsDown)
        {
            await context.Notify.SendAsync($"{url.Host} does not answer well: {fault}", "critical", cancellationToken);
        }
        else if (last.IsDown && !isDown)
        {
            await context.Notify.SendAsync($"{url.Host} answers well again", "info", cancellationToken);
        }

        List<double> latencies = [.. last.Milliseconds, .. milliseconds is { } took ? new[] { Math.Round(took, 1) } : []];
        var state = new State(url, failures, isDown, [.. latencies.TakeLast(Kept)]);
        return AgentResult.Success(fault is null ? $"{url.Host} answered{(milliseconds is null ? "" : $" in {milliseconds:0} ms")}" : $"{url.Host}: {fault}", state);
    }

    private static async Task<(string? Fault, double? Milliseconds)> AskAsync(AgentContext context, Uri url, CancellationToken cancellationToken)
    {
        var expected = context.Settings.Text("expect");
        try
        {
            var answer = await context.Http.GetAsync(url, cancellationToken);
            return !answer.IsSuccess ? ($"status {answer.Status}", answer.Milliseconds)
                : expected.Length > 0 && !answer.Body.Contains(expected, StringComparison.OrdinalIgnoreCase) ? ($"the answer does not contain '{expected}'", answer.Milliseconds)
                : (null, answer.Milliseconds);
        }
        catch (ToolException e) when (e.Code == "too-large" && expected.Length == 0)
        {
            // More than is read, but an answer.
            return (null, null);
        }
        catch (ToolException e) when (e.Code is "unreachable" or "timeout" or "certificate")
        {
            // What Steward itself refuses is none of the address's faults: the run fails, which is told, too.
            return (e.Message, null);
        }
    }

    private sealed record State(Uri Url, int Failures, bool IsDown, IReadOnlyList<double> Milliseconds);
}

public static class UptimeTests
{
    private static TestBench Bench(TestBench bench) => bench.Set("url", "https://example.org/health").Set("expect", "").Set("failures", 2);

    [AgentTest]
    public static async Task A_good_answer_is_no_news(TestBench bench)
    {
        Bench(bench).Tools.Http("https://example.org/health", 200, "ok");
        var result = await bench.RunAsync(new Uptime());
        Expect.That(result.IsSuccess, "it succeeds");
        Expect.Equal(0, bench.Tools.Messages.Count);
    }

    [AgentTest]
    public static async Task An_outage_is_told_once_and_its_end_too(TestBench bench)
    {
        Bench(bench).Tools.Http("https://example.org/health", 503, "").Http("https://example.org/health", 503, "").Http("https://example.org/health", 503, "").Http("https://example.org/health", 200, "ok");
        for (var run = 0; run < 5; run++)
        {
            await bench.RunAsync(new Uptime());
        }

        Expect.Equal("example.org does not answer well: status 503|example.org answers well again", string.Join('|', bench.Tools.Messages));
    }

    [AgentTest]
    public static async Task Nobody_there_is_an_outage(TestBench bench)
    {
        Bench(bench).Set("failures", 1).Tools.HttpFails("https://example.org/health");
        await bench.RunAsync(new Uptime());
        Expect.Contains("nobody answers", bench.Tools.Messages[0]);
    }

    [AgentTest]
    public static async Task What_Steward_may_not_ask_is_no_outage_but_a_failed_run(TestBench bench)
    {
        Bench(bench).Set("failures", 1).Tools
            .HttpFails("https://example.org/health", "private-address", "it is inside a private network").HttpFails("https://example.org/health", "not-declared", "The host example.com is not declared.");
        var inside = await bench.RunAsync(new Uptime());
        Expect.That(!inside.IsSuccess, "it fails");
        Expect.Contains("inside a private network", inside.Text);
        var elsewhere = await bench.RunAsync(new Uptime());
        Expect.That(!elsewhere.IsSuccess, "it fails");
        Expect.Contains("example.com is not declared. Set 'url'", elsewhere.Text);
        Expect.Equal(0, bench.Tools.Messages.Count);
    }

    [AgentTest]
    public static async Task An_answer_that_is_too_large_to_be_read_is_one(TestBench bench)
    {
        Bench(bench).Set("failures", 1).Tools.HttpFails("https://example.org/health", "too-large", "The answer has more than 5 MB.");
        var result = await bench.RunAsync(new Uptime());
        Expect.That(result.IsSuccess, "it succeeds");
        Expect.Equal(0, bench.Tools.Messages.Count);
    }

    [AgentTest]
    public static async Task Another_address_begins_anew(TestBench bench)
    {
        Bench(bench).Set("failures", 1).Tools.Http("https://example.org/health", 503, "").Http("https://example.com/health", 200, "ok");
        await bench.RunAsync(new Uptime());
        bench.Set("url", "https://example.com/health");
        await bench.RunAsync(new Uptime());
        Expect.Equal("example.org does not answer well: status 503", string.Join('|', bench.Tools.Messages));
    }

    [AgentTest]
    public static async Task What_must_be_in_the_answer_is_looked_for(TestBench bench)
    {
        Bench(bench).Set("expect", "healthy").Set("failures", 1).Tools.Http("https://example.org/health", 200, "maintenance");
        await bench.RunAsync(new Uptime());
        Expect.Contains("does not contain 'healthy'", bench.Tools.Messages[0]);
    }

    [AgentTest]
    public static async Task The_history_of_latencies_is_bounded(TestBench bench)
    {
        Bench(bench).Tools.Http("https://example.org/health", 200, "ok", milliseconds: 7);
        for (var run = 0; run < 60; run++)
        {
            await bench.RunAsync(new Uptime());
        }

        Expect.Equal(50, bench.Handoff!.Value.GetProperty("milliseconds").GetArrayLength());
    }
}
