using static Steward.Server.Tests.Agents.BrowserServer;

namespace Steward.Server.Tests.Agents;

/// <summary>What agents may do with a browser, in a real one.</summary>
[Collection("Browser")]
public sealed class BrowserTests(BrowserServer at) : IClassFixture<BrowserServer>
{
    [Fact]
    public async Task A_page_that_a_script_makes_is_opened_and_read()
    {
        var answers = await at.RunAsync(at.Open("made"), Step("text"));

        Assert.Equal("Made", (string?)answers[0]!["title"]);
        Assert.Equal(200, (int?)answers[0]!["status"]);
        Assert.Equal("Made by a script", (string?)answers[1]!["text"]);
    }
}
