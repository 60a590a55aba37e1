using Steward.Platform.Scheduling;

namespace Steward.Platform.Tests.Scheduling;

public sealed class OccurrencesTests
{
    [Theory]
    // Where nothing is changed.
    [InlineData("0 8 * * *", null, "2026-01-01T08:00:00Z", "2026-01-02T08:00:00Z 2026-01-03T08:00:00Z")]
    [InlineData("*/15 * * * * *", null, "2026-01-01T00:00:00Z", "2026-01-01T00:00:15Z 2026-01-01T00:00:30Z")]
    [InlineData("30 */20 9-10 * * 1-5", null, "2026-01-02T10:40:30Z", "2026-01-05T09:00:30Z 2026-01-05T09:20:30Z")]
    [InlineData("0 12 * * 0", null, "2026-01-01T00:00:00Z", "2026-01-04T12:00:00Z 2026-01-11T12:00:00Z")]
    [InlineData("0 12 * * 7", null, "2026-01-01T00:00:00Z", "2026-01-04T12:00:00Z 2026-01-11T12:00:00Z")]
    [InlineData("0 0 13 * 5", null, "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z 2026-01-09T00:00:00Z 2026-01-13T00:00:00Z")]
    [InlineData("0 0 29 2 *", null, "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z 2032-02-29T00:00:00Z")]
    [InlineData("@hourly", null, "2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z")]
    [InlineData("@daily", null, "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")]
    [InlineData("@midnight", "Asia/Jerusalem", "2026-01-01T00:00:00Z", "2026-01-01T22:00:00Z")]
    [InlineData("@weekly", null, "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z")]
    [InlineData("@monthly", null, "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z")]
    [InlineData("@yearly", null, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("@annually", null, "2026-06-01T00:00:00Z", "2027-01-01T00:00:00Z")]
    // Clocks go forward at 01:00 UTC, 02:00 to 03:00: a time that is left out comes at the first instant after it, once.
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z 2026-03-30T00:30:00Z")]
    [InlineData("0,20,40 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z 2026-03-30T00:00:00Z")]
    [InlineData("0 2,3 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z 2026-03-30T00:00:00Z 2026-03-30T01:00:00Z")]
    // They go back at 01:00 UTC, 03:00 to 02:00: a time that comes twice counts the first time.
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z 2026-10-26T01:30:00Z")]
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-10-25T00:45:00Z", "2026-10-26T01:30:00Z")]
    // What names no hours goes by elapsed time.
    [InlineData("30 * * * *", "Europe/Berlin", "2026-03-29T00:00:00Z", "2026-03-29T00:30:00Z 2026-03-29T01:30:00Z 2026-03-29T02:30:00Z")]
    [InlineData("30 * * * *", "Europe/Berlin", "2026-10-24T23:45:00Z", "2026-10-25T00:30:00Z 2026-10-25T01:30:00Z 2026-10-25T02:30:00Z")]
    // By half an hour, and at midnight.
    [InlineData("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00Z", "2026-10-03T15:30:00Z 2026-10-04T15:15:00Z")]
    [InlineData("0 0 * * *", "Africa/Cairo", "2026-04-23T00:00:00Z", "2026-04-23T22:00:00Z 2026-04-24T21:00:00Z")]
    [InlineData("30 * 24 10 *", "Asia/Beirut", "2026-10-24T20:00:00Z", "2026-10-24T20:30:00Z 2026-10-24T21:30:00Z")]
    public void Occurrences_are_where_they_belong(string cron, string? zone, string after, string expected)
    {
        var occurrences = new Occurrences(new Schedule("s", "k", "{}") { Cron = cron, TimeZone = zone }, DateTimeOffset.UnixEpoch);
        var at = Time(after);

        foreach (var next in expected.Split(' ').Select(Time))
        {
            Assert.Equal(next, at = occurrences.Next(at)!.Value);
        }
    }

    [Theory]
    [InlineData("* * * * *", "2026-01-01T00:01:00Z", "2026-06-01T12:00:30Z", "2026-06-01T12:00:00Z", 10_000)]
    [InlineData("0 0 1 1 *", "2026-01-01T00:00:00Z", "2030-06-01T00:00:00Z", "2030-01-01T00:00:00Z", 5)]
    [InlineData("0 8 * * *", "2026-01-01T08:00:00Z", "2026-01-01T08:00:00Z", "2026-01-01T08:00:00Z", 1)]
    public void The_last_one_of_many_is_found(string cron, string from, string until, string last, int count)
    {
        var occurrences = new Occurrences(new Schedule("s", "k", "{}") { Cron = cron }, DateTimeOffset.UnixEpoch);

        Assert.Equal(Time(last), occurrences.Last(Time(from), Time(until)));
        Assert.Equal(count, occurrences.Count(Time(from), Time(last), 10_000));
    }

    [Fact]
    public void An_interval_is_counted_from_its_beginning_and_a_time_comes_once()
    {
        var made = Time("2026-01-01T00:00:07Z");
        var every = new Occurrences(new Schedule("s", "k", "{}") { Every = TimeSpan.FromMinutes(90) }, made);
        var once = new Occurrences(new Schedule("s", "k", "{}") { At = made.AddHours(1) }, made);

        Assert.Equal(made, every.Next(made.AddTicks(-1)));
        Assert.Equal(made.AddMinutes(90), every.Next(made));
        Assert.Equal(made.AddMinutes(180), every.Last(made, made.AddMinutes(200)));
        Assert.Equal(made.AddHours(1), once.Next(made));
        Assert.Null(once.Next(made.AddHours(1)));
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
