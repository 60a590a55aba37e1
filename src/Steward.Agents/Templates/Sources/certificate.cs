using System.Globalization;

/// <summary>Looks at the certificate of a web server and tells people in good time before it ends.</summary>
[Declaration("""
    {
      "purpose": "Tells in good time before the certificate of a web server ends.",
      "schedule": { "cron": "0 7 * * *" },
      "settings": {
        "url": { "type": "url", "about": "An address on the server, https" },
        "days": { "type": "number", "about": "How many days before its end are news", "default": 21 },
        "last": { "type": "number", "about": "From how many days before its end it is urgent, and told every day", "default": 3 }
      },
      "tools": { "http": { "hosts": ["{url}"] }, "notify": { "channels": ["telegram", "n8n", "mail", "pagerduty"] } },
      "limits": { "time": "00:01:00" }
    }
    """)]
public sealed class Certificate : Agent
{
    public override async Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken)
    {
        var (url, last) = (context.Settings.Url("url"), context.Last<State>());
        HttpAnswer answer;
        try
        {
            answer = await context.Http.GetAsync(url, cancellationToken);
        }
        catch (ToolException e) when (e.Code == "certificate")
        {
            await context.Notify.SendAsync(e.Message, "critical", cancellationToken);
            return AgentResult.Success(e.Message);
        }

        if (answer.CertificateEnds is not { } ends)
        {
            return AgentResult.Failure($"{url.Host} shows no certificate: the address has to begin with https.");
        }

        var left = (ends - context.Now).TotalDays;
        var isUrgent = left <= context.Settings.Number("last");
        var isNew = last is null || last.Url != url || last.Ends != ends;
        if (isUrgent || (left <= context.Settings.Number("days") && (isNew || !last!.IsTold)))
        {
            await context.Notify.SendAsync(
                string.Create(CultureInfo.InvariantCulture, $"The certificate of {url.Host} ends on {ends.UtcDateTime:yyyy-MM-dd HH:mm} UTC, in {Math.Floor(left):0} days"),
                isUrgent ? "critical" : "warning", cancellationToken);
            return AgentResult.Success(Words(url, left), new State(url, ends, true));
        }

        return AgentResult.Success(Words(url, left), new State(url, ends, !isNew && last!.IsTold));
    }

    private static string Words(Uri url, double left) => string.Create(CultureInfo.InvariantCulture, $"The certificate of {url.Host} is good for {Math.Floor(left):0} more days");

    private sealed record State(Uri Url, DateTimeOffset Ends, bool IsTold);
}

public static class CertificateTests
{
    private const string Address = "https://example.org/";

    private static TestBench Bench(TestBench bench, double daysLeft)
    {
        bench.Set("url", Address).Set("days", 21).Set("last", 3).Tools.Http(Address, 200, "", certificateEnds: bench.Now.AddDays(daysLeft));
        return bench;
    }

    [AgentTest]
    public static async Task One_that_is_good_for_long_is_no_news(TestBench bench)
    {
        await Bench(bench, 90).RunAsync(new Certificate());
        Expect.Equal(0, bench.Tools.Messages.Count);
    }

    [AgentTest]
    public static async Task One_that_ends_soon_is_told_once_until_it_is_urgent(TestBench bench)
    {
        Bench(bench, 10.5);
        for (var day = 0; day < 9; day++)
        {
            await bench.RunAsync(new Certificate());
            bench.Now += TimeSpan.FromDays(1);
        }

        Expect.Equal(2, bench.Tools.Messages.Count);
        Expect.Contains("in 10 days", bench.Tools.Messages[0]);
        Expect.Contains("in 2 days", bench.Tools.Messages[1]);
    }

    [AgentTest]
    public static async Task One_that_has_ended_is_told_every_day(TestBench bench)
    {
        bench.Set("url", Address).Set("days", 21).Set("last", 3).Tools.HttpFails(Address, "certificate", "The certificate of example.org ended on 2029-12-31 12:00 UTC.");
        await bench.RunAsync(new Certificate());
        await bench.RunAsync(new Certificate());
        Expect.Equal(2, bench.Tools.Messages.Count);
        Expect.Contains("ended on 2029-12-31", bench.Tools.Messages[0]);
    }

    [AgentTest]
    public static async Task A_new_certificate_begins_anew(TestBench bench)
    {
        Bench(bench, 10);
        await bench.RunAsync(new Certificate());
        bench.Tools.Http(Address, 200, "", certificateEnds: bench.Now.AddDays(15));
        await bench.RunAsync(new Certificate());
        await bench.RunAsync(new Certificate());
        Expect.Equal(2, bench.Tools.Messages.Count);
    }

    [AgentTest]
    public static async Task Another_server_with_the_same_certificate_is_told_as_well(TestBench bench)
    {
        Bench(bench, 10).Tools.Http("https://example.com/", 200, "", certificateEnds: bench.Now.AddDays(10));
        await bench.RunAsync(new Certificate());
        bench.Set("url", "https://example.com/");
        await bench.RunAsync(new Certificate());
        Expect.Equal(2, bench.Tools.Messages.Count);
        Expect.Contains("example.com", bench.Tools.Messages[1]);
    }

    [AgentTest]
    public static async Task Without_a_certificate_it_says_what_to_do(TestBench bench)
    {
        bench.Set("url", "http://example.org/").Set("days", 21).Set("last", 3).Tools.Http("http://example.org/", 200, "");
        var result = await bench.RunAsync(new Certificate());
        Expect.That(!result.IsSuccess, "it fails");
        Expect.Equal(0, bench.Tools.Messages.Count);
    }
}
