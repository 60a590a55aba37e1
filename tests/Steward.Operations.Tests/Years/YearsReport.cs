using System.Globalization;
using System.Text;

namespace Steward.Operations.Tests.Years;

/// <summary>What a run came to.</summary>
internal sealed record YearsReport
{
    private const int MostLines = 40;
    private const int MostStories = 4;

    public required ulong Seed { get; init; }

    public required int Deployments { get; init; }

    public required TimeSpan VirtualTime { get; init; }

    public required TimeSpan WallTime { get; init; }

    public required int Nodes { get; init; }

    public required int Turns { get; init; }

    public required string Fingerprint { get; init; }

    public required Oracle Oracle { get; init; }

    public required IReadOnlyDictionary<string, long> Findings { get; init; }

    public required IReadOnlyDictionary<Fate, int> Fates { get; init; }

    public required IReadOnlyDictionary<string, int> Troubles { get; init; }

    public IReadOnlyList<Violation> Violations => Oracle.Violations;

    /// <summary>What several runs came to together, on a few lines.</summary>
    public static string Total(IReadOnlyCollection<YearsReport> reports)
    {
        var troubles = reports.SelectMany(report => report.Troubles).Where(pair => !pair.Key.StartsWith("people", StringComparison.Ordinal) && pair.Key is not "events: delivered")
            .GroupBy(pair => pair.Key[..pair.Key.IndexOf(':', StringComparison.Ordinal)]).Select(group => $"{group.Key} {group.Sum(pair => pair.Value)}");
        return string.Create(CultureInfo.InvariantCulture, $"""
            seeds {reports.Min(report => report.Seed)} to {reports.Max(report => report.Seed)}: {reports.Sum(report => report.Deployments)} deployments in {reports.Sum(report => report.VirtualTime.TotalDays):0.0} days, {reports.Sum(report => report.Nodes)} starts of the node
            {reports.Sum(report => report.Oracle.Rollbacks)} rollbacks, {reports.Sum(report => report.Oracle.Restarts)} restarts, {reports.Sum(report => report.Oracle.Issues)} issues, {reports.Sum(report => report.Oracle.Alerts)} alerts, {reports.Sum(report => report.Violations.Count)} violations
            {Percentiles([.. reports.SelectMany(report => report.Oracle.Reactions)])}
            troubles: {string.Join(", ", troubles)}

            """);
    }

    private static string Percentiles(IReadOnlyList<TimeSpan> reactions)
    {
        var sorted = reactions.Order().ToList();
        return string.Create(CultureInfo.InvariantCulture,
            $"from bad to the accepted rollback: median {sorted[sorted.Count / 2].TotalSeconds:0.0} s, 95 % {sorted[sorted.Count * 95 / 100].TotalSeconds:0.0} s, 99 % {sorted[sorted.Count * 99 / 100].TotalSeconds:0.0} s, longest {sorted[^1].TotalSeconds:0} s");
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
        Line($"seed {Seed}: {Deployments} deployments in {VirtualTime.TotalDays:0.0} days, {WallTime.TotalSeconds:0.0} s by the clock on the wall; {Nodes} starts of the node, {Turns} items of work");
        Line($"{Oracle.Rollbacks} rollbacks, {Oracle.Restarts} restarts, {Oracle.Issues} issues, {Oracle.Alerts} alerts, {Oracle.Races} races that nobody could have seen");
        if (Oracle.Reactions.Count > 0)
        {
            Line($"{Percentiles(Oracle.Reactions)}");
        }

        Line($"fates: {string.Join(", ", Fates.Select(pair => $"{pair.Key} {pair.Value}"))}");
        Line($"findings: {string.Join(", ", Findings.Select(pair => $"{pair.Key} {pair.Value}"))}");
        Line($"made: {string.Join(", ", Troubles.Select(pair => $"{pair.Key} {pair.Value}"))}");
        Line($"fingerprint {Fingerprint}");
        foreach (var group in Violations.GroupBy(violation => violation.Rule))
        {
            Line($"VIOLATED {group.Count()} times: {group.Key}");
        }

        foreach (var violation in Violations.Take(MostLines))
        {
            Line($"- {violation.Rule}, {violation.Service}, {violation.At:yyyy-MM-dd HH:mm:ss}: {violation.What}");
        }

        foreach (var violation in Violations.DistinctBy(violation => violation.Rule).Take(MostStories))
        {
            Line($"--- {violation.Rule}, {violation.Service}, {violation.At:yyyy-MM-dd HH:mm:ss}: {violation.What}\n{violation.Story}");
        }

        return text.ToString();
    }
}
