using System.Globalization;
using System.Text;

/// <summary>
/// Reckons what a project on Railway costs in this month, at prices that its owner sets, and tells when the month is going to
/// cost more than it may. Railway tells amounts, not money: the defaults are the prices of its public list, without the
/// plan's fee and what it includes.
/// </summary>
[Declaration("""
    {
      "purpose": "Tells when the month on Railway is going to cost more than it may, and which services cost most.",
      "schedule": { "cron": "0 8 * * *" },
      "settings": {
        "budget": { "type": "number", "about": "Dollars that a month may cost" },
        "cpu": { "type": "number", "about": "Dollars a month for a core", "default": 20 },
        "memory": { "type": "number", "about": "Dollars a month for a GB of memory", "default": 10 },
        "disk": { "type": "number", "about": "Dollars a month for a GB of volumes and backups: look it up, prices change", "default": 0.15 },
        "traffic": { "type": "number", "about": "Dollars for a GB that is sent: look it up, prices change", "default": 0.05 }
      },
      "tools": { "railway": {}, "notify": { "channels": ["telegram", "n8n", "mail"] } },
      "limits": { "time": "00:02:00" }
    }
    """)]
public sealed class Cost : Agent
{
    private const int Shown = 5;

    // The month of Railway's price list.
    private const double MinutesAMonth = 30 * 24 * 60;

    public override async Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken)
    {
        var (now, last, budget) = (context.Now, context.Last<State>(), context.Settings.Number("budget"));
        var month = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero);
        var usage = await context.Railway.UsageAsync(month, cancellationToken);
        var (used, expected) = (Dollars(context, usage.Used), Dollars(context, usage.Estimated));
        var grade = used > budget ? Grade.Over : expected > budget ? Grade.WillBe : Grade.Within;
        // Every month begins anew.
        var before = last?.Month == month ? last.Grade : Grade.Within;
        if (grade > before)
        {
            await context.Notify.SendAsync(Message(context, usage, grade, used, expected), grade == Grade.Over ? "critical" : "warning", cancellationToken);
        }
        else if (grade == Grade.Within && before != Grade.Within)
        {
            await context.Notify.SendAsync($"The month on Railway is expected to stay within its budget again: {Money(expected)} of {Money(budget)}.", cancellationToken);
        }

        return AgentResult.Success($"{Money(used)} so far, {Money(expected)} expected", new State(month, grade));
    }

    private static string Message(AgentContext context, RailwayUsage usage, Grade grade, double used, double expected)
    {
        var budget = Money(context.Settings.Number("budget"));
        var text = new StringBuilder(grade == Grade.Over
            ? $"The month on Railway has cost more than its budget: {Money(used)} of {budget}, {Money(expected)} expected."
            : $"The month on Railway is expected to cost {Money(expected)} of {budget}; {Money(used)} so far.");
        foreach (var service in usage.Used.Where(sum => sum.Service is not null).GroupBy(sum => sum.Service!)
            .Select(group => (Name: group.Key, Cost: Dollars(context, group))).OrderByDescending(service => service.Cost).Take(Shown))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n- {service.Name}: {Money(service.Cost)}");
        }

        return text.ToString();
    }

    private static double Dollars(AgentContext context, IEnumerable<UsageSum> sums) => sums.Sum(sum => sum.Measurement switch
    {
        "cpuUsage" => sum.Value / MinutesAMonth * context.Settings.Number("cpu"),
        "memoryUsageGb" => sum.Value / MinutesAMonth * context.Settings.Number("memory"),
        "diskUsageGb" or "backupUsageGb" => sum.Value / MinutesAMonth * context.Settings.Number("disk"),
        "networkTxGb" => sum.Value * context.Settings.Number("traffic"),
        _ => 0,
    });

    private static string Money(double dollars) => string.Create(CultureInfo.InvariantCulture, $"${dollars:0.00}");

    private enum Grade { Within, WillBe, Over }

    private sealed record State(DateTimeOffset Month, Grade Grade);
}

public static class CostTests
{
    private const double Month = 30 * 24 * 60;

    // So many cores for the whole month, and a tenth of it gone.
    private static RailwayUsage Usage(double cores, double gone = 0.1) => new(
        [new UsageSum("cpuUsage", cores * Month * gone, "web"), new UsageSum("memoryUsageGb", Month * gone, "web"), new UsageSum("networkTxGb", 10, "worker")],
        [new UsageSum("cpuUsage", cores * Month), new UsageSum("memoryUsageGb", Month), new UsageSum("networkTxGb", 100)]);

    private static TestBench Bench(TestBench bench) => bench.Set("budget", 50).Set("cpu", 20).Set("memory", 10).Set("disk", 0.15).Set("traffic", 0.05);

    [AgentTest]
    public static async Task A_month_within_its_budget_is_no_news(TestBench bench)
    {
        Bench(bench).Tools.Usage(Usage(1));
        var result = await bench.RunAsync(new Cost());
        Expect.Equal(0, bench.Tools.Messages.Count);
        Expect.Equal("$3.50 so far, $35.00 expected", result.Text);
    }

    [AgentTest]
    public static async Task A_month_that_will_cost_too_much_is_told_once_and_so_is_its_end(TestBench bench)
    {
        Bench(bench).Tools.Usage(Usage(3)).Usage(Usage(3.1)).Usage(Usage(1));
        for (var run = 0; run < 4; run++)
        {
            await bench.RunAsync(new Cost());
        }

        Expect.Equal(
            "The month on Railway is expected to cost $75.00 of $50.00; $7.50 so far.\n- web: $7.00\n- worker: $0.50|The month on Railway is expected to stay within its budget again: $35.00 of $50.00.",
            string.Join('|', bench.Tools.Messages));
    }

    [AgentTest]
    public static async Task A_budget_that_is_gone_is_told_as_well_and_a_new_month_begins_anew(TestBench bench)
    {
        Bench(bench).Tools.Usage(Usage(3)).Usage(Usage(3, gone: 0.9)).Usage(Usage(3, gone: 0.9)).Usage(Usage(1)).Usage(Usage(3));
        for (var run = 0; run < 3; run++)
        {
            await bench.RunAsync(new Cost());
        }

        Expect.Equal(2, bench.Tools.Messages.Count);
        Expect.Contains("has cost more than its budget: $63.50", bench.Tools.Messages[1]);
        bench.Now = bench.Now.AddMonths(1);
        await bench.RunAsync(new Cost());
        Expect.Equal(2, bench.Tools.Messages.Count);
        await bench.RunAsync(new Cost());
        Expect.Equal(3, bench.Tools.Messages.Count);
    }
}
