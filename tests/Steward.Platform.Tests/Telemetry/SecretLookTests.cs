using Steward.Platform.Telemetry;

namespace Steward.Platform.Tests.Telemetry;

/// <summary>What is a secret by its look, and where it is.</summary>
public sealed class SecretLookTests
{
    private readonly Redactor redactor = new();

    [Theory]
    [InlineData("It wants Bearer authentication now.", false)]
    [InlineData("<i class='sk-folding-cube-wrapper'></i>", false)]
    [InlineData("Authorization: Bearer abcdefgh12345678", true)]
    [InlineData("Authorization: Basic dXNlcjpwYXNz", true)]
    public void Words_are_none_and_a_login_without_a_digit_is_one(string text, bool holds) => Assert.Equal(holds, redactor.HoldsSecret(text));

    [Fact]
    public void It_can_be_found_by_its_line_and_its_beginning()
    {
        redactor.Know("known-to-us");
        const string text = "a\nb sk-ant-0123456789abcdef\n";

        Assert.Equal((2, "'sk-a...'"), (redactor.SecretLine(text), redactor.FindSecret(text)));
        Assert.Equal("'ab...'", redactor.FindSecret("Bearer abcdef12"));
        Assert.Equal("a secret of this server", redactor.FindSecret("it is known-to-us indeed"));
        Assert.Null(redactor.FindSecret("nothing"));
    }
}
