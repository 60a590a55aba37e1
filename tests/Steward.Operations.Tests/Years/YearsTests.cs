using System.Globalization;
using System.Runtime.CompilerServices;
using Steward.Testing;

namespace Steward.Operations.Tests.Years;

/// <summary>
/// Many deployments of all fates, with all that goes wrong around them, on virtual time. A long run is made of parts, each
/// with a seed of its own. <c>STEWARD_YEARS_SEED</c> begins with another seed, <c>STEWARD_YEARS_DEPLOYMENTS</c> sets the
/// length, <c>STEWARD_YEARS_REPORT</c> names a file for what came of it.
/// </summary>
public sealed class YearsTests
{
    private const int Part = 500;
    private const int Lanes = 2;

    private static ulong Seed => ulong.TryParse(Environment.GetEnvironmentVariable("STEWARD_YEARS_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 1;

    private static int Deployments => int.TryParse(Environment.GetEnvironmentVariable("STEWARD_YEARS_DEPLOYMENTS"), CultureInfo.InvariantCulture, out var wanted)
        ? wanted
        : LongForm.Or(500, 10_000);

    [Fact]
    public async Task Good_deployments_stay_and_bad_ones_are_undone_once()
    {
        var parts = Enumerable.Range(0, (Deployments + Part - 1) / Part).Select(part => new YearsOptions(Seed + (ulong)part, Math.Min(Part, Deployments - (part * Part)))).ToList();
        var reports = new YearsReport[parts.Count];
        await Parallel.ForEachAsync(parts.Index(), new ParallelOptions { MaxDegreeOfParallelism = Lanes, CancellationToken = TestContext.Current.CancellationToken },
            async (part, _) => reports[part.Index] = await YearsRun.RunAsync(part.Item));
        foreach (var report in reports)
        {
            Tell($"{report}");
        }

        Tell(YearsReport.Total(reports));
        Assert.True(reports.All(report => report.Violations.Count == 0), string.Join('\n', reports.Where(report => report.Violations.Count > 0)));
    }

    [Fact]
    public async Task Under_the_limits_of_the_default_policy_people_are_asked_and_nothing_is_lost()
    {
        var report = await YearsRun.RunAsync(new YearsOptions(Seed, LongForm.Or(150, 1500)) { DefaultLimits = true, AllSources = true });
        Tell($"{report}");
        Assert.True(report.Violations.Count == 0, report.ToString());
    }

    [Fact]
    public async Task The_same_seed_makes_the_same_run()
    {
        var (first, second) = (new List<string>(), new List<string>());
        var one = await YearsRun.RunAsync(new YearsOptions(Seed, LongForm.Or(60, 500)), first.Add);
        var two = await YearsRun.RunAsync(new YearsOptions(Seed, LongForm.Or(60, 500)), second.Add);
        var other = await YearsRun.RunAsync(new YearsOptions(Seed + 1, 30));
        Tell($"{one}");
        var differs = Enumerable.Range(0, Math.Min(first.Count, second.Count)).FirstOrDefault(i => first[i] != second[i], -1);
        Assert.True(one.Fingerprint == two.Fingerprint, differs < 0 ? $"{first.Count} and {second.Count} lines" : $"{first[differs]}\n{second[differs]}");
        Assert.NotEqual(one.Fingerprint, other.Fingerprint);
    }

    private static void Tell(string report, [CallerMemberName] string test = "")
    {
        // On the console as well: the seed of every run is to be seen, not only of one that failed.
        Console.WriteLine($"{test}, seed {Seed}: {report.Split('\n')[0]}");
        TestContext.Current.TestOutputHelper!.WriteLine(report);
        if (Environment.GetEnvironmentVariable("STEWARD_YEARS_REPORT") is { } file)
        {
            File.AppendAllText(file, $"{test}\n{report}");
        }
    }
}
