using System.Globalization;
using System.Text.Json;

namespace Steward.Kernel.Tests;

public sealed class WordTests
{
    [Theory]
    [InlineData("2026-11-20T14:22:17.1234567+01:00", "2026-11-20T13:22:17.123456Z")]
    [InlineData("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000000Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z")]
    public void A_time_has_one_text_and_reads_back(string time, string expected)
    {
        var instant = DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);

        Assert.Equal(expected, UtcTime.ToText(instant));
        Assert.Equal(UtcTime.Truncate(instant), UtcTime.Parse(expected));
        Assert.Equal(TimeSpan.Zero, UtcTime.Parse(expected).Offset);
    }

    [Theory]
    [InlineData("2026-11-20")]
    [InlineData("2026-11-20T13:22:17Z")]
    [InlineData("2026-11-20T13:22:17.123456")]
    [InlineData("2026-11-20T13:22:17.123456Z ")]
    [InlineData("2026-11-20 13:22:17.123456Z")]
    [InlineData("")]
    public void Another_text_is_no_time(string text) => Assert.Throws<FormatException>(() => UtcTime.Parse(text));

    [Fact]
    public void The_order_of_the_texts_is_the_order_of_the_times()
    {
        var times = Enumerable.Range(0, 200).Select(i => DateTimeOffset.UnixEpoch.AddTicks(i * 7_654_321_012_345)).ToList();

        Assert.Equal(times.Select(UtcTime.ToText), times.Select(UtcTime.ToText).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(null, 50)]
    [InlineData(1, 1)]
    [InlineData(500, 500)]
    public void A_page_has_a_sound_size(int? limit, int expected) => Assert.Equal(expected, PageRequest.From(limit, "").Value!.Limit);

    [Theory]
    [InlineData(0)]
    [InlineData(501)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void Another_size_is_refused(int limit)
    {
        var refusal = PageRequest.From(limit, null).Refusal;

        Assert.Equal((RefusalKind.Invalid, "limit"), (refusal?.Kind, refusal?.Field));
    }

    [Theory]
    [InlineData(0, 0, null)]
    [InlineData(2, 2, null)]
    [InlineData(3, 2, "2")]
    public void A_page_tells_whether_there_is_a_next_one(int found, int shown, string? next)
    {
        var page = new PageRequest(2).Page([.. Enumerable.Range(1, found)], item => item.ToString(CultureInfo.InvariantCulture));

        Assert.Equal((shown, next), (page.Items.Count, page.Next));
    }

    [Fact]
    public void A_secret_never_shows_itself()
    {
        var secret = new Secret("hunter2");
        var holder = new { Name = "x", Secret = secret };

        foreach (var text in new[]
        {
            secret.ToString(), $"{secret}", string.Format(CultureInfo.InvariantCulture, "{0}", secret), holder.ToString()!,
            JsonSerializer.Serialize(secret), JsonSerializer.Serialize(holder), Json.Write(holder), JsonSerializer.Serialize<object>(secret),
        })
        {
            Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
            Assert.Contains("***", text, StringComparison.Ordinal);
        }

        Assert.Equal("hunter2", secret.Reveal());
        Assert.Equal("hunter2", Json.Read<Secret>("\"hunter2\"").Reveal());
    }

    [Fact]
    public void Json_has_one_dialect()
    {
        Assert.Equal("""{"kind":"notFound","code":"x","message":"größer \"</b>"}""",
            Json.Write(new Refusal(RefusalKind.NotFound, "x", "größer \"</b>")));
        Assert.Throws<JsonException>(() => Json.Read<Refusal>("null"));
    }

    [Fact]
    public void An_outcome_is_a_value_or_a_refusal()
    {
        Outcome<string> value = "v";
        Outcome<string> refusal = Refusal.NotFound("thing", 7);

        Assert.Equal((false, "v"), (value.IsRefused, value.Value));
        Assert.True(refusal.IsRefused);
        Assert.Contains("'7'", refusal.Refusal.Message, StringComparison.Ordinal);
    }
}
