namespace Steward.Server.Tests.Agents.Factory;

/// <summary>In whose letters an answer has to be.</summary>
public sealed class LanguageTests(FactoryServer at) : IClassFixture<FactoryServer>
{
    private const string Sale = "מבצע סוף שבוע מיוחד על כל המוצרים בחנות";

    [Theory]
    [InlineData("\"", "\"")]
    [InlineData("“", "”")]
    [InlineData("«", "»")]
    [InlineData("'", "'")]
    public async Task What_a_wish_quotes_does_not_say_in_which_letters_it_is(string opens, string closes)
    {
        at.Model.SaysNext(Said.Plan("quoted"));
        var detail = await at.EndOfAsync(await at.AskAsync($"Tell me when numbers.example.org says {opens}{Sale}{closes}", planOnly: true));
        Assert.Equal(("planned", 1), ((string?)detail["build"]!["state"], (int?)detail["build"]!["questions"]));
    }

    [Theory]
    [InlineData($"\"{Sale}\"")]
    [InlineData("ספר לי כשמנכ\"ל החברה או נשיא ארה\"ב מדברים")]
    public async Task A_wish_that_is_a_quotation_as_a_whole_or_has_marks_inside_of_words_is_in_its_own_letters(string wish)
    {
        at.Model.SaysNext(Said.Plan("whole"), Said.Refusal(Sale));
        var detail = await at.EndOfAsync(await at.AskAsync(wish));
        Assert.Equal(("refused", 2), ((string?)detail["build"]!["state"], (int?)detail["build"]!["questions"]));
    }

    [Fact]
    public async Task Letters_are_asked_for_once_and_then_it_is_said_that_they_are_others()
    {
        at.Model.SaysNext(Said.Plan("insists"), Said.Plan("insists"));
        var detail = await at.EndOfAsync(await at.AskAsync($"Tell me when numbers.example.org says {Sale}", planOnly: true));
        Assert.Equal(("planned", 2), ((string?)detail["build"]!["state"], (int?)detail["build"]!["questions"]));
        Assert.Contains("The wish is in Hebrew", (string?)detail["build"]!["note"], StringComparison.Ordinal);
    }
}
