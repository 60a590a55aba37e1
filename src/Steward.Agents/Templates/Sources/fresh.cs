using System.Globalization;
using System.Text.Json;

/// <summary>Asks a machine's own report over HTTP and tells people when a disk fills up or a backup grows old.</summary>
[Declaration("""
    {
      "purpose": "Tells when a disk fills up or a backup grows old, as a machine reports it in JSON.",
      "schedule": { "cron": "0 * * * *" },
      "settings": {
        "url": { "type": "url", "about": "Where the report is" },
        "used": { "type": "text", "about": "The way to the used part of the disk, in percent, such as disk.usedPercent; empty for none", "default": "" },
        "full": { "type": "number", "about": "How many percent are too full", "default": 85 },
        "backup": { "type": "text", "about": "The way to the time of the last backup (ISO 8601 or seconds since 1970), such as backup.finishedAt; empty for none", "default": "" },
        "hours": { "type": "number", "about": "After how many hours a backup is too old", "default": 26 }
      },
      "tools": { "http": { "hosts": ["{url}"] }, "notify": { "channels": ["telegram", "n8n", "mail", "pagerduty"] } },
      "limits": { "time": "00:01:00" }
    }
    """)]
public sealed class Fresh : Agent
{
    // The report, two things in it, and whether it tells them.
    private const int Most = 5;

    public override async Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken)
    {
        var settings = context.Settings;
        var url = settings.Url("url");
        if (settings.Text("used").Length == 0 && settings.Text("backup").Length == 0)
        {
            return AgentResult.Failure("Set 'used', 'backup' or both.");
        }

        // What was wrong elsewhere is neither over here nor known.
        var place = $"{url} {settings.Text("used")} {settings.Text("backup")}";
        var before = context.Last<State>() is { } last && last.Place == place ? last.Faults.ToHashSet() : [];
        List<string> faults = [];
        try
        {
            var answer = await context.Http.GetAsync(url, cancellationToken);
            faults = answer.IsSuccess ? [.. Look(context, answer.Json())] : [$"report: status {answer.Status}"];
        }
        catch (Exception e) when (e is JsonException or ToolException)
        {
            // Nobody to ask is as bad as an old backup: silence must not look like health.
            faults = [$"report: {e.Message}"];
        }

        // The words change from look to look; what they are about does not.
        var now = faults.Select(Subject).ToHashSet();
        // What could not be read has not ended.
        now.UnionWith(before.Where(fault => now.Contains("report") || now.Contains($"report on the {fault}")));
        foreach (var fault in faults.Where(fault => !before.Contains(Subject(fault))).Take(Most))
        {
            await context.Notify.SendAsync($"{url.Host}: {fault}", "warning", cancellationToken);
        }

        foreach (var over in before.Where(fault => !now.Contains(fault)).Take(Most))
        {
            await context.Notify.SendAsync($"{url.Host}: {over} is well again", "info", cancellationToken);
        }

        return AgentResult.Success(faults.Count == 0 ? $"{url.Host} is well" : string.Join("; ", faults), new State(place, [.. now]));
    }

    private static IEnumerable<string> Look(AgentContext context, JsonElement report)
    {
        var settings = context.Settings;
        if (settings.Text("used") is { Length: > 0 } used)
        {
            if (At(report, used) is not { ValueKind: JsonValueKind.Number } percent)
            {
                yield return $"report on the disk: there is no number at {used}";
            }
            else if (percent.GetDouble() >= settings.Number("full"))
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"disk: {percent.GetDouble():0.#} % are used");
            }
        }

        if (settings.Text("backup") is { Length: > 0 } backup)
        {
            if (Time(At(report, backup)) is not { } finished)
            {
                yield return $"report on the backup: there is no time at {backup}";
            }
            else if ((context.Now - finished).TotalHours > settings.Number("hours"))
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"backup: the last one is {(context.Now - finished).TotalHours:0} hours old");
            }
        }
    }

    private static string Subject(string fault) => fault[..fault.IndexOf(':', StringComparison.Ordinal)];

    private static JsonElement? At(JsonElement node, string path)
    {
        foreach (var step in path.Split('.'))
        {
            if (node.ValueKind != JsonValueKind.Object || !node.TryGetProperty(step, out node))
            {
                return null;
            }
        }

        return node;
    }

    private static DateTimeOffset? Time(JsonElement? node) => node switch
    {
        { ValueKind: JsonValueKind.Number } seconds when seconds.TryGetInt64(out var since) && since is > 0 and < 253402300800 => DateTimeOffset.FromUnixTimeSeconds(since),
        { ValueKind: JsonValueKind.String } text when DateTimeOffset.TryParse(text.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => time,
        _ => null,
    };

    private sealed record State(string Place, IReadOnlyList<string> Faults);
}

public static class FreshTests
{
    private const string Address = "https://nas.example.org/report";

    private static TestBench Bench(TestBench bench) =>
        bench.Set("url", Address).Set("used", "disk.used").Set("full", 85).Set("backup", "backup.at").Set("hours", 26);

    private static string Report(TestBench bench, double used, double hours) =>
        string.Create(CultureInfo.InvariantCulture, $"{{\"disk\":{{\"used\":{used}}},\"backup\":{{\"at\":\"{bench.Now.AddHours(-hours):O}\"}}}}");

    [AgentTest]
    public static async Task A_machine_that_is_well_is_no_news(TestBench bench)
    {
        Bench(bench).Tools.Http(Address, 200, Report(bench, 50, 3));
        await bench.RunAsync(new Fresh());
        Expect.Equal(0, bench.Tools.Messages.Count);
    }

    [AgentTest]
    public static async Task A_full_disk_and_an_old_backup_are_told_once_and_so_is_their_end(TestBench bench)
    {
        Bench(bench).Tools.Http(Address, 200, Report(bench, 91, 30)).Http(Address, 200, Report(bench, 92, 31)).Http(Address, 200, Report(bench, 60, 31)).Http(Address, 200, Report(bench, 60, 1));
        for (var run = 0; run < 4; run++)
        {
            await bench.RunAsync(new Fresh());
        }

        Expect.Equal(
            "nas.example.org: disk: 91 % are used|nas.example.org: backup: the last one is 30 hours old|nas.example.org: disk is well again|nas.example.org: backup is well again",
            string.Join('|', bench.Tools.Messages));
    }

    [AgentTest]
    public static async Task A_machine_that_says_nothing_is_not_called_well(TestBench bench)
    {
        Bench(bench).Tools.HttpFails(Address);
        var result = await bench.RunAsync(new Fresh());
        Expect.Contains("nobody answers", bench.Tools.Messages[0]);
        Expect.Contains("report", result.Text);
    }

    [AgentTest]
    public static async Task What_cannot_be_read_is_neither_over_nor_news_when_it_can_be_read_again(TestBench bench)
    {
        Bench(bench).Tools.Http(Address, 200, Report(bench, 91, 30)).Http(Address, 500, "").Http(Address, 200, "{}").Http(Address, 200, Report(bench, 92, 31)).Http(Address, 200, Report(bench, 60, 1));
        for (var run = 0; run < 5; run++)
        {
            await bench.RunAsync(new Fresh());
        }

        Expect.Equal(
            "disk: 91 % are used|backup: the last one is 30 hours old|report: status 500|report on the disk: there is no number at disk.used|report on the backup: there is no time at backup.at"
            + "|report is well again|report on the disk is well again|report on the backup is well again|disk is well again|backup is well again",
            string.Join('|', bench.Tools.Messages).Replace("nas.example.org: ", "", StringComparison.Ordinal));
    }

    [AgentTest]
    public static async Task Another_report_begins_anew(TestBench bench)
    {
        Bench(bench).Tools.Http(Address, 200, Report(bench, 91, 1)).Http("https://other.example.org/", 200, Report(bench, 60, 1));
        await bench.RunAsync(new Fresh());
        bench.Set("url", "https://other.example.org/");
        await bench.RunAsync(new Fresh());
        Expect.Equal("nas.example.org: disk: 91 % are used", string.Join('|', bench.Tools.Messages));
    }

    [AgentTest]
    public static async Task A_report_without_what_was_asked_for_is_a_fault(TestBench bench)
    {
        Bench(bench).Tools.Http(Address, 200, "{\"backup\":{\"at\":1890000000}}");
        await bench.RunAsync(new Fresh());
        Expect.Contains("no number at disk.used", bench.Tools.Messages[0]);
    }
}
