using System.Globalization;
using Steward.Testing;

namespace Steward.Platform.Tests.Scheduling.Year;

/// <summary>A year of schedules. <c>STEWARD_SCHEDULE_SEED</c> plays another one; <c>./test --all</c> plays 1,000 schedules and 1,000 kills.</summary>
public sealed class YearTests
{
    private static int Seed => int.TryParse(Environment.GetEnvironmentVariable("STEWARD_SCHEDULE_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 1;

    [Fact]
    public async Task No_occurrence_is_lost_none_comes_twice_and_each_skip_has_its_reason()
    {
        var world = new FakeClock(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var store = await TestStore.CreateAsync(StoreKind.Sqlite, world);
        var run = new YearRun(Seed, LongForm.Or(200, 1000), LongForm.Or(200, 1000), store, world);

        var wrong = await run.LiveAsync(TestContext.Current.CancellationToken);

        var told = $"seed {Seed}: {run.Items} occurrences ran, {run.Skipped} were skipped; the process was killed {run.ProcessKills} times, the store {run.StoreKills} times";
        TestContext.Current.TestOutputHelper!.WriteLine(told);
        Assert.True(wrong.Count == 0, $"{told}; {wrong.Count} wrong:\n{string.Join('\n', wrong.Take(20))}");
        Assert.True(run is { Items: > 1000, Skipped: > 20 }, told);
    }
}
