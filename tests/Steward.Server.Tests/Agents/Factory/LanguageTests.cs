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

    [Theory]
    [InlineData("Avísame cuando el certificado de https://www.ejemplo.es caduque en menos de 20 días, una vez al día.", "Tells you once a day when the certificate of the page is about to end.", 2)]
    [InlineData("Tell me once a day when the certificate of https://www.example.org is about to end.", "Avisa una vez al día cuando el certificado de la página está por caducar.", 2)]
    [InlineData("Prévenez-moi quand le site https://www.exemple.fr ne répond plus, chaque heure.", "Vérifie chaque heure si le site répond et prévient quand il ne répond plus.", 1)]
    [InlineData("Sag mir jeden Morgen, ob die Seite https://www.beispiel.de nicht erreichbar ist.", "Tells you each morning when the page is not reachable.", 2)]
    [InlineData("Watch Tesla", "Tells you when the share of Tesla has a new price.", 1)]
    [InlineData("Dime cuando cambie https://example.org", "Tesla SpaceX", 1)]
    public async Task An_answer_in_another_language_of_the_same_letters_is_asked_for_again(string wish, string purpose, int questions)
    {
        at.Model.SaysNext([.. Enumerable.Repeat(Said.PlanWith("latin", "purpose", purpose), questions)]);
        var detail = await at.EndOfAsync(await at.AskAsync(wish, planOnly: true));
        Assert.Equal(("planned", questions), ((string?)detail["build"]!["state"], (int?)detail["build"]!["questions"]));
    }
}
