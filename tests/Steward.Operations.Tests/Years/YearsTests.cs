using System.Globalization;
using Steward.Testing;

namespace Steward.Operations.Tests.Years;

/// <summary>
/// Many deployments of all fates, with all that goes wrong around them, on virtual time. <c>STEWARD_YEARS_SEED</c> repeats a
/// run exactly, <c>STEWARD_YEARS_DEPLOYMENTS</c> sets its length.
/// </summary>
public sealed class YearsTests
{
    [Fact]
    public async Task Good_deployments_stay_and_bad_ones_are_undone_once()
    {
        var seed = ulong.TryParse(Environment.GetEnvironmentVariable("STEWARD_YEARS_SEED"), CultureInfo.InvariantCulture, out var given) ? given : 1;
        var deployments = int.TryParse(Environment.GetEnvironmentVariable("STEWARD_YEARS_DEPLOYMENTS"), CultureInfo.InvariantCulture, out var wanted) ? wanted : LongForm.Or(1000, 10_000);
        var report = await YearsRun.RunAsync(new YearsOptions(seed, deployments));
        Tell(report);
        Assert.True(report.Violations.Count == 0, $"STEWARD_YEARS_SEED={seed}\n{report}");
    }

    [Fact]
    public async Task The_same_seed_makes_the_same_run()
    {
        var (first, second) = (new List<string>(), new List<string>());
        var one = await YearsRun.RunAsync(new YearsOptions(7, 60), first.Add);
        var two = await YearsRun.RunAsync(new YearsOptions(7, 60), second.Add);
        var other = await YearsRun.RunAsync(new YearsOptions(8, 60));
        Tell(one);
        var differs = Enumerable.Range(0, Math.Min(first.Count, second.Count)).FirstOrDefault(i => first[i] != second[i], -1);
        Assert.True(one.Fingerprint == two.Fingerprint, differs < 0 ? $"{first.Count} and {second.Count} lines" : $"{first[differs]}\n{second[differs]}");
        Assert.NotEqual(one.Fingerprint, other.Fingerprint);
    }

    private static void Tell(YearsReport report)
    {
        TestContext.Current.TestOutputHelper!.WriteLine(report.ToString());
        if (Environment.GetEnvironmentVariable("STEWARD_YEARS_REPORT") is { } file)
        {
            File.AppendAllText(file, report.ToString());
        }
    }
}
