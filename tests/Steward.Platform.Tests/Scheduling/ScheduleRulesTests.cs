using Steward.Platform.Scheduling;

namespace Steward.Platform.Tests.Scheduling;

public sealed class ScheduleRulesTests
{
    private static readonly Schedule Plain = new("watch", "test.chore", "{}");

    [Theory]
    [InlineData("* * * * *")]
    [InlineData("0 */6 * * *")]
    [InlineData("*/5 * * * 1-5")]
    [InlineData("0 12 1,15 * *")]
    [InlineData("59 23 31 12 *")]
    [InlineData("0 0 * * 0")]
    [InlineData("0 0 * * 7")]
    [InlineData("0 0 * * SUN")]
    [InlineData("  0   0 * * 1  ")]
    [InlineData("*/15 * * * * *")]
    [InlineData("0 0 29 2 *")]
    [InlineData("0 0 * * fri-sun")]
    [InlineData("0 0 * JAN,jul *")]
    [InlineData("@hourly")]
    [InlineData("@daily")]
    [InlineData("@midnight")]
    [InlineData("@weekly")]
    [InlineData("@monthly")]
    [InlineData("@yearly")]
    [InlineData("@annually")]
    public void A_cron_expression_is_taken(string cron) => Assert.Null(ScheduleRules.Check(Plain with { Cron = cron }));

    [Theory]
    [InlineData("")]
    [InlineData("* * * *")]
    [InlineData("* * * * * * *")]
    [InlineData("@sometimes")]
    [InlineData("0 0 30 2 *")]
    [InlineData("0 0 10-5 * *")]
    [InlineData("0 ٣ * * *")]
    [InlineData("60 0 0 * * *")]
    [InlineData("99 * * * *")]
    [InlineData("60 * * * *")]
    [InlineData("-1 * * * *")]
    [InlineData("0,75 * * * *")]
    [InlineData("0-75 * * * *")]
    [InlineData("70/5 * * * *")]
    [InlineData("*/0 * * * *")]
    [InlineData("0 24 * * *")]
    [InlineData("0 99 * * *")]
    [InlineData("0 0 32 * *")]
    [InlineData("0 0 0 * *")]
    [InlineData("0 0 * 13 *")]
    [InlineData("0 0 * 0 *")]
    [InlineData("0 0 * * 8")]
    [InlineData("a b c d e")]
    [InlineData("0 0 * * MOO")]
    public void A_bad_cron_expression_is_refused_with_an_example(string cron)
    {
        var refusal = ScheduleRules.Check(Plain with { Cron = cron });

        Assert.Equal("cron", refusal?.Field);
        Assert.Contains("0 */6 * * *", refusal!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_of_cron_expression_interval_and_time_is_needed()
    {
        Assert.Equal("cron", ScheduleRules.Check(Plain)?.Field);
        Assert.Equal("cron", ScheduleRules.Check(Plain with { Cron = "* * * * *", Every = TimeSpan.FromMinutes(1) })?.Field);
        Assert.Null(ScheduleRules.Check(Plain with { At = DateTimeOffset.UnixEpoch }));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(0.5, false)]
    [InlineData(0, false)]
    [InlineData(-60, false)]
    [InlineData(86_400 * 366.0, true)]
    [InlineData(86_400 * 100_000.0, false)]
    public void An_interval_is_from_a_second_to_a_year(double seconds, bool isSound) =>
        Assert.Equal(isSound ? null : "every", ScheduleRules.Check(Plain with { Every = TimeSpan.FromSeconds(seconds) })?.Field);

    [Fact]
    public void An_unknown_time_zone_is_refused()
    {
        Assert.Null(ScheduleRules.Check(Plain with { Cron = "0 0 * * *", TimeZone = "Europe/Berlin" }));
        Assert.Equal("timeZone", ScheduleRules.Check(Plain with { Cron = "0 0 * * *", TimeZone = "Europe/Atlantis" })?.Field);
        Assert.Equal("timeZone", ScheduleRules.Check(Plain with { Every = TimeSpan.FromMinutes(1), TimeZone = "Europe/Berlin" })?.Field);
    }

    [Theory]
    [InlineData("watch.web-1", true)]
    [InlineData("", false)]
    [InlineData("with space", false)]
    [InlineData("a@b", false)]
    public void An_id_is_of_letters_digits_dots_and_dashes(string id, bool isSound) =>
        Assert.Equal(isSound ? null : "id", ScheduleRules.Check(Plain with { Id = id, Every = TimeSpan.FromMinutes(1) })?.Field);
}
