using Steward.Agents.Tests.Corpus;

namespace Steward.Agents.Tests;

/// <summary>What makes a run another one in another process or on another machine, and what only looks like it.</summary>
public sealed class RepeatableTests(TheWorkshop workshop) : IClassFixture<TheWorkshop>
{
    private const string Set = "var set = ImmutableHashSet.Create(\"alpha\", \"beta\");\n";
    private const string Say = "context.Log.Info(first);";

    private static readonly string Base = AgentCorpus.Good()[0].Source.Replace("// +using", "using System.Collections.Immutable;", StringComparison.Ordinal);

    public static TheoryData<string> NotRepeatable =>
    [
        $"{Set}static string Joined(IEnumerable<string> words) => string.Join(' ', words);\ncontext.Log.Info(Joined(set));",
        "IReadOnlyCollection<string> set = ImmutableHashSet.Create(\"alpha\", \"beta\");\nforeach (var first in set) { context.Log.Info(first); }",
        $"{Set}IReadOnlySet<string> seen = set;\ncontext.Log.Info(string.Join(' ', seen));",
        "static IEnumerable<string> Words() => ImmutableHashSet.Create(\"alpha\", \"beta\");\ncontext.Log.Info(string.Join(' ', Words()));",
        $"{Set}using var each = set.GetEnumerator();\nif (each.MoveNext()) {{ context.Log.Info(each.Current); }}",
        $"{Set}var first = set.OrderBy(one => one.Length).First();\n{Say}",
        $"{Set}var some = set.Where(one => one.Length > 3);\nforeach (var first in some) {{ {Say} }}",
        $"{Set}static string Joined<T>(T words)\n    where T : IEnumerable<string> => string.Join(' ', words);\ncontext.Log.Info(Joined(set));",
        $"{Set}var all = new HashSet<string>();\nall.UnionWith(set);\nforeach (var first in all) {{ {Say} }}",
        "var made = ImmutableHashSet.CreateBuilder<string>();\nmade.Add(answer.Body);\nforeach (var first in made) { context.Log.Info(first); }",

        "context.Log.Info($\"{Convert.ToDateTime(\"10:00\", CultureInfo.InvariantCulture):s}\");",
        "context.Log.Info($\"{DateTime.Parse(\"10:00\".AsSpan(), CultureInfo.InvariantCulture):s}\");",
        "Func<string, IFormatProvider, DateTime> read = DateTime.Parse;\ncontext.Log.Info($\"{read(\"10:00\", CultureInfo.InvariantCulture):s}\");",
        "context.Log.Info($\"{new DateTimeOffset(new DateTime(2030, 1, 1)):s}\");",
        "DateTimeOffset day = new DateTime(2030, 1, 1).AddDays(1);\ncontext.Log.Info($\"{day:s}\");",
        "var day = new DateTime(2030, 1, 1);\ncontext.Log.Info($\"{day.ToUniversalTime():s}\");",
        "var day = DateOnly.FromDateTime(context.Now.UtcDateTime).ToDateTime(TimeOnly.MinValue);\ncontext.Log.Info($\"{new DateTimeOffset(day):s}\");",
        "context.Log.Info($\"{TimeZoneInfo.ConvertTimeToUtc(context.Now.DateTime):s}\");",
        "var there = TimeZoneInfo.ConvertTimeFromUtc(context.Now.UtcDateTime, TimeZoneInfo.FindSystemTimeZoneById(\"Asia/Jerusalem\"));\ncontext.Log.Info($\"{new DateTimeOffset(there):s}\");",
    ];

    public static TheoryData<string> Repeatable =>
    [
        $"{Set}static bool Has(IEnumerable<string> words) => words.Contains(\"alpha\");\ncontext.Log.Info($\"{{Has(set)}}\");",
        $"{Set}static bool Has(ImmutableHashSet<string> words) => words.Contains(\"alpha\");\ncontext.Log.Info($\"{{Has(set.Add(\"gamma\"))}}\");",
        $"{Set}static string Joined(IReadOnlySet<string> words) => string.Join(' ', words.Order(StringComparer.Ordinal));\ncontext.Log.Info(Joined(set));",
        $"{Set}IReadOnlySet<string> seen = set;\ncontext.Log.Info($\"{{seen.Count}} {{seen.Contains(\"alpha\")}} {{set.Union(seen).Count}} {{seen.SetEquals(set)}}\");",
        $"{Set}var some = set.Where(one => one.Length > 3);\nforeach (var first in some.Order(StringComparer.Ordinal)) {{ {Say} }}",
        $"{Set}var first = set.OrderBy(one => one.Length).ThenBy(one => one, StringComparer.Ordinal).First();\n{Say}",
        "IReadOnlyDictionary<string, int> prices = new[] { \"alpha\", \"beta\" }.ToImmutableDictionary(name => name, name => name.Length);\nif (prices.TryGetValue(answer.Body, out var cost)) { context.Log.Info($\"{cost} {prices[\"beta\"]} {prices.GetValueOrDefault(\"alpha\")}\"); }",
        "var prices = new[] { \"alpha\", \"beta\" }.ToImmutableDictionary(name => name, name => name.Length);\nforeach (var (name, cost) in prices.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)) { context.Log.Info($\"{name} {cost}\"); }",
        $"{Set}var rest = new[] {{ \"alpha\", \"delta\" }}.Except(set).ToList();\ncontext.Log.Info(string.Join(' ', rest));",
        $"{Set}var sorted = new SortedSet<string>(set, StringComparer.Ordinal);\ncontext.Log.Info(string.Join(' ', sorted));",

        "context.Log.Info($\"{Convert.ToDateTime(\"2030-01-01\", CultureInfo.InvariantCulture):s} {DateTime.Parse(\"2030-01-01\".AsSpan(), CultureInfo.InvariantCulture):s}\");",
        "context.Log.Info($\"{new DateTimeOffset(new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc)):s} {new DateTimeOffset(new DateTime(2030, 1, 1), TimeSpan.Zero):s}\");",
        "var day = DateTime.SpecifyKind(new DateTime(2030, 1, 1), DateTimeKind.Utc);\ncontext.Log.Info($\"{new DateTimeOffset(day):s} {day.ToUniversalTime():s} {new DateTimeOffset(context.Now.UtcDateTime.Date):s}\");",
        "context.Log.Info($\"{TimeZoneInfo.ConvertTimeToUtc(new DateTime(2030, 1, 1), TimeZoneInfo.FindSystemTimeZoneById(\"Asia/Jerusalem\")):s}\");",
    ];

    [Theory]
    [MemberData(nameof(NotRepeatable))]
    public async Task What_is_another_run_elsewhere_is_refused(string statements) => Assert.Equal(["AGENT111"], await FoundAsync(statements));

    [Theory]
    [MemberData(nameof(Repeatable))]
    public async Task What_is_the_same_run_everywhere_raises_no_alarm(string statements) => Assert.Empty(await FoundAsync(statements));

    private async Task<IEnumerable<string>> FoundAsync(string statements) =>
        (await workshop.CheckAsync(Base.Replace("// +run", statements, StringComparison.Ordinal))).Diagnostics.Select(message => message.Id == "AGENT111" ? message.Id : message.ToString()).Distinct();
}
