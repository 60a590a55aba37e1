using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

/// <summary>Reads a number from a JSON answer or a page and tells people when it has risen or fallen by so many percent.</summary>
[Declaration("""
    {
      "purpose": "Watches a number on the web and tells when it has risen or fallen by so many percent.",
      "schedule": { "cron": "*/15 * * * *" },
      "settings": {
        "url": { "type": "url", "about": "Where the number is" },
        "what": { "type": "text", "about": "What the number is, for people: Tesla's share", "default": "The value" },
        "path": { "type": "text", "about": "In a JSON answer: the way to the number, such as chart.result.0.meta.regularMarketPrice; empty for a page", "default": "" },
        "pattern": { "type": "text", "about": "In a page: a regular expression whose first group is the number", "default": "" },
        "rise": { "type": "number", "about": "Percent up that are news; 0 for never", "default": 5 },
        "fall": { "type": "number", "about": "Percent down that are news; 0 for never", "default": 0 },
        "since": { "type": "text", "about": "What it is held against: 'told' for the last value that was told, 'day' for the first one of the day (UTC)", "default": "told" }
      },
      "tools": { "http": { "hosts": ["{url}"] }, "notify": { "channels": ["telegram", "n8n", "mail", "pagerduty"] } },
      "limits": { "time": "00:01:00" }
    }
    """)]
public sealed class Watch : Agent
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public override async Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken)
    {
        var settings = context.Settings;
        if (settings.Text("since") is not ("told" or "day") || (settings.Text("path").Length == 0) == (settings.Text("pattern").Length == 0))
        {
            return AgentResult.Failure("Set either 'path' or 'pattern', and 'since' to 'told' or 'day'.");
        }

        var answer = await context.Http.GetAsync(settings.Url("url"), cancellationToken);
        if (!answer.IsSuccess)
        {
            return AgentResult.Failure($"{settings.Url("url").Host} answered with status {answer.Status}.");
        }

        if (Read(settings, answer) is not { } value)
        {
            return AgentResult.Failure("There is no number at that place: look at 'path' or 'pattern'.");
        }

        // A number from elsewhere is none to hold this one against.
        var place = $"{settings.Url("url")} {settings.Text("path")}{settings.Text("pattern")}";
        var last = context.Last<State>() is { } known && known.Place == place ? known : null;
        var today = DateOnly.FromDateTime(context.Now.UtcDateTime);
        var reference = last is null || last.Reference == 0 || (settings.Text("since") == "day" && last.Day != today) ? value : last.Reference;
        var percent = reference == 0 ? 0 : (value - reference) / Math.Abs(reference) * 100;
        var isNews = (settings.Number("rise") > 0 && percent >= settings.Number("rise")) || (settings.Number("fall") > 0 && -percent >= settings.Number("fall"));
        if (isNews)
        {
            await context.Notify.SendAsync(
                string.Create(CultureInfo.InvariantCulture, $"{settings.Text("what")} has {(percent > 0 ? "risen" : "fallen")} by {Math.Abs(percent):0.##} %: from {reference:0.####} to {value:0.####}"), "warning", cancellationToken);
        }

        return AgentResult.Success(
            string.Create(CultureInfo.InvariantCulture, $"{settings.Text("what")}: {value:0.####} ({percent:+0.##;-0.##;0} %)"), new State(place, isNews ? value : reference, value, today));
    }

    private static double? Read(AgentSettings settings, HttpAnswer answer)
    {
        if (settings.Text("pattern") is { Length: > 0 } pattern)
        {
            var match = Regex.Match(answer.Body, pattern, RegexOptions.None, Patience);
            return match.Success && match.Groups.Count > 1 ? Number(match.Groups[1].Value) : null;
        }

        try
        {
            var node = answer.Json();
            foreach (var step in settings.Text("path").Split('.'))
            {
                node = node.ValueKind == JsonValueKind.Array && int.TryParse(step, CultureInfo.InvariantCulture, out var index) && index >= 0 && index < node.GetArrayLength() ? node[index]
                    : node.ValueKind == JsonValueKind.Object && node.TryGetProperty(step, out var member) ? member
                    : default;
            }

            return node.ValueKind == JsonValueKind.Number ? node.GetDouble() : node.ValueKind == JsonValueKind.String ? Number(node.GetString()!) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // 1,234.50 and $ 1 234.50 are read; where a comma is the decimal sign, say so with a pattern.
    private static double? Number(string text)
    {
        var digits = new string([.. text.Where(sign => char.IsAsciiDigit(sign) || sign is '.' or '-')]);
        return double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
    }

    private sealed record State(string Place, double Reference, double Value, DateOnly Day);
}

public static class WatchTests
{
    private const string Address = "https://quotes.example.org/tsla";

    private static TestBench Bench(TestBench bench, string path = "price", string pattern = "", double rise = 5, double fall = 0, string since = "told") =>
        bench.Set("url", Address).Set("what", "Tesla's share").Set("path", path).Set("pattern", pattern).Set("rise", rise).Set("fall", fall).Set("since", since);

    private static async Task<string> RunAllAsync(TestBench bench, params double[] prices)
    {
        foreach (var price in prices)
        {
            bench.Tools.Http(Address, 200, string.Create(CultureInfo.InvariantCulture, $"{{\"price\":{price}}}"));
        }

        for (var run = 0; run < prices.Length; run++)
        {
            await bench.RunAsync(new Watch());
        }

        return string.Join('|', bench.Tools.Messages);
    }

    [AgentTest]
    public static async Task A_rise_of_five_percent_is_told_once_and_counts_anew_from_there(TestBench bench) =>
        Expect.Equal("Tesla's share has risen by 6 %: from 100 to 106", await RunAllAsync(Bench(bench), 100, 103, 106, 107, 110));

    [AgentTest]
    public static async Task A_fall_is_told_only_when_it_was_asked_for(TestBench bench)
    {
        Expect.Equal("", await RunAllAsync(Bench(bench), 100, 80));
        Expect.Contains("has fallen by", await RunAllAsync(Bench(bench, fall: 5), 100, 80));
    }

    [AgentTest]
    public static async Task Held_against_the_day_it_begins_anew_each_day(TestBench bench)
    {
        Bench(bench, since: "day").Tools.Http(Address, 200, "{\"price\":100}").Http(Address, 200, "{\"price\":104}").Http(Address, 200, "{\"price\":108}");
        for (var day = 0; day < 3; day++)
        {
            await bench.RunAsync(new Watch());
            bench.Now += TimeSpan.FromDays(1);
        }

        Expect.Equal(0, bench.Tools.Messages.Count);
    }

    [AgentTest]
    public static async Task Another_place_begins_anew(TestBench bench)
    {
        Bench(bench).Tools.Http(Address, 200, "{\"price\":200,\"volume\":900}").Http("https://quotes.example.org/aapl", 200, "{\"price\":600}");
        await bench.RunAsync(new Watch());
        bench.Set("path", "volume");
        await bench.RunAsync(new Watch());
        bench.Set("url", "https://quotes.example.org/aapl").Set("path", "price");
        await bench.RunAsync(new Watch());
        Expect.Equal(0, bench.Tools.Messages.Count);
    }

    [AgentTest]
    public static async Task A_number_in_a_page_is_found_by_a_pattern(TestBench bench)
    {
        Bench(bench, path: "", pattern: "<b id=price>([^<]+)</b>").Tools.Http(Address, 200, "<b id=price>$ 1,234.50</b>");
        var result = await bench.RunAsync(new Watch());
        Expect.Contains("1234.5", result.Text);
    }

    [AgentTest]
    public static async Task A_place_without_a_number_is_a_failure_that_says_so(TestBench bench)
    {
        foreach (var body in new[] { "{\"other\":1}", "{\"price\":null}", "{\"price\":\"soon\"}", "not json" })
        {
            bench.Tools.Http(Address, 200, body);
        }

        Bench(bench);
        for (var run = 0; run < 4; run++)
        {
            Expect.That(!(await bench.RunAsync(new Watch())).IsSuccess, "it fails");
        }

        Expect.Equal(0, bench.Tools.Messages.Count);
    }
}
