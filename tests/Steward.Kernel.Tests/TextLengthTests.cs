namespace Steward.Kernel.Tests;

public sealed class TextLengthTests
{
    [Theory]
    [InlineData("short", 5, "...", "short")]
    [InlineData("longer", 5, "...", "lo...")]
    [InlineData("longer", 5, "", "longe")]
    [InlineData("longer", 0, "", "")]
    [InlineData("ab😀cd", 3, "", "ab")]
    [InlineData("ab😀cd", 4, "", "ab😀")]
    [InlineData("ab😀cdef", 6, "...", "ab...")]
    public void A_text_fits_with_its_note_and_ends_with_a_whole_character(string text, int longest, string note, string cut) =>
        Assert.Equal(cut, text.Cut(longest, note));
}
