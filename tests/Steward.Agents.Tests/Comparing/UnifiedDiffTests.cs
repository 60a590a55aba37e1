using Steward.Agents.Comparing;
using Steward.Testing;

namespace Steward.Agents.Tests.Comparing;

public sealed class UnifiedDiffTests
{
    [Theory]
    [InlineData("", "a\n")]
    [InlineData("a\n", "")]
    [InlineData("a", "a\n")]
    [InlineData("a\n", "a")]
    [InlineData("a\r\nb\r\n", "a\nb\n")]
    [InlineData("a\rb\n", "a\rc\n")]
    [InlineData("\n\n\n", "\n")]
    [InlineData("-- a\n++ b\n@@ c\n\\ d", "-- a\n++ b\n@@ d\n\\ d")]
    public void A_diff_makes_the_one_text_of_the_other(string from, string to) => Assert.Equal(to, Patch.Apply(from, UnifiedDiff.Of(from, to, "a", "b").Text));

    [Fact]
    public void A_diff_of_any_two_texts_makes_the_one_of_the_other()
    {
        var random = new Random(5);
        for (var n = 0; n < 2000; n++)
        {
            var (from, to) = (Text(), Text());
            var diff = UnifiedDiff.Of(from, to, "a", "b");
            Assert.Equal(to, Patch.Apply(from, diff.Text));
            Assert.Equal(from == to, diff.Text.Length == 0);
        }

        string Text() => string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => $"{(char)('a' + random.Next(6))}\n")) + (random.Next(2) == 0 ? "" : "end");
    }

    // What is looked for in two long texts takes the product of their lengths.
    [Theory]
    [InlineData(2_000, 1_999)]
    [InlineData(200_000, 200_000)]
    public void Of_texts_too_long_to_look_for_what_they_share_one_stands_in_place_of_the_other(int lines, int changed)
    {
        var from = string.Concat(Enumerable.Range(0, lines).Select(n => $"{(n == lines / 2 ? "shared" : n)}\n"));
        var to = string.Concat(Enumerable.Range(0, lines).Select(n => $"{(n == lines / 2 ? "shared" : $"x{n}")}\n"));

        var diff = UnifiedDiff.Of(from, to, "a", "b");

        Assert.Equal((changed, changed), (diff.Added, diff.Removed));
        Assert.Equal(to, Patch.Apply(from, diff.Text));
    }
}
