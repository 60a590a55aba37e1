namespace Steward.Operations.Tests;

/// <summary>Text from outside stays inside its block.</summary>
public sealed class FenceTests
{
    [Theory]
    [InlineData("~~~~")]
    [InlineData("~~~~~~~~~~~")]
    [InlineData("   ~~~~~  ")]
    [InlineData("a\r~~~~\rb")]
    [InlineData("~~\0~~")]
    [InlineData("~~~\0~\0~~~~")]
    [InlineData("```\n~~~~\n````````")]
    public void Nothing_in_it_ends_it(string text)
    {
        // Redacting takes NUL out of what was fenced.
        var lines = Fence.Around(text).Replace("\0", "", StringComparison.Ordinal).TrimEnd('\n').Split('\n', '\r');

        Assert.Equal("~~~~text", lines[0]);
        Assert.Equal("~~~~", lines[^1]);
        Assert.DoesNotContain(lines[1..^1], line => line.Trim() is { Length: >= 4 } mark && mark.All(sign => sign == '~'));
    }

    [Fact]
    public void Everything_else_stays_as_it_was() => Assert.Equal("~~~~text\n@anna [a](b) <!-- c -->\n~~~~\n", Fence.Around("@anna [a](b) <!-- c -->"));
}
