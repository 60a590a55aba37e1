using System.Text;
using System.Text.Json;
using Steward.Agents.Tests.Corpus;

namespace Steward.Agents.Tests;

/// <summary>What a trial does to an agent, and what a rehearsal shows.</summary>
public sealed class TrialTests(TheWorkshop workshop) : IClassFixture<TheWorkshop>
{
    private static readonly string Milk = AgentCorpus.Good()[0].Source;

    private const string Samples =
        """
        {
          "runs": 3, "step": "1.00:00:00",
          "http": [
            { "url": "https://shop.example.com/*", "status": 200, "body": "open" },
            { "url": "https://prices.example.org/milk.json", "body": { "price": 10 } },
            { "url": "https://prices.example.org/milk.json", "body": { "price": 12 } },
            { "url": "https://prices.example.org/milk.json", "fails": "timeout" }
          ]
        }
        """;

    [Fact]
    public async Task A_rehearsal_shows_what_would_have_been_sent()
    {
        var trial = await workshop.TryAsync(await AssemblyAsync(Milk), Samples);

        Assert.Empty(trial.Situations.Where(situation => !situation.Passed).Select(situation => situation.Fault));
        Assert.Equal([(1, true), (2, true), (3, false)], trial.Rehearsal.Select(run => (run.Number, run.IsSuccess)));
        Assert.Equal("notify [warning] Milk rose from 10 to 12; the shop answered with 200", Assert.Single(trial.Rehearsal[1].Sent));
        Assert.Contains("timeout", trial.Rehearsal[2].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_declared_tool_fails_answers_garbage_and_hangs()
    {
        var trial = await workshop.TryAsync(await AssemblyAsync(Milk));

        foreach (var tool in new[] { "http", "notify", "memory" })
        {
            Assert.Equal(3, trial.Situations.Count(situation => situation.Situation.StartsWith($"{tool} ", StringComparison.Ordinal)));
        }

        Assert.Contains(trial.Situations, situation => situation.Situation == "called off in the middle" && situation.Passed);
        Assert.All(trial.Situations, situation => Assert.True(situation.Passed, situation.Fault));
    }

    [Theory]
    [InlineData("""{ "http": {} }""", "list of answers")]
    [InlineData("""{ "http": ["x"] }""", "must be an object")]
    [InlineData("""{ "runs": "many" }""", "'runs' must be a number")]
    [InlineData("""{ "step": "soon" }""", "'step'")]
    [InlineData("""{ "http": [{ "url": "https://elsewhere.example/" }] }""", "there is no sample for http_get https://prices.example.org/milk.json")]
    [InlineData("""{ "http": [{ "url": "*", "body": "no price" }] }""", "no run succeeded with the samples")]
    public async Task Samples_that_do_not_fit_are_told(string samples, string says)
    {
        var trial = await workshop.TryAsync(await AssemblyAsync(Milk), samples);

        Assert.Contains(says, string.Join('\n', trial.Situations.Where(situation => !situation.Passed).Select(situation => situation.Fault)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_are_those_that_were_given()
    {
        var given = new Dictionary<string, JsonElement> { ["percent"] = JsonSerializer.SerializeToElement(90) };
        var trial = await workshop.TryAsync(await AssemblyAsync(Milk), Samples, given);

        Assert.Empty(trial.Rehearsal.SelectMany(run => run.Sent));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    public async Task What_is_cut_never_ends_with_half_a_character(string before)
    {
        var faces = $"{before}{string.Concat(Enumerable.Repeat("🙂", 1500))}";
        var trial = await workshop.TryAsync(await AssemblyAsync(Milk.Replace("$\"Milk rose", $"$\"{faces} Milk rose", StringComparison.Ordinal)), Samples);
        var told = await workshop.StoppedByAsync(Milk.Replace("Expect.Equal(\"Milk costs 10.1\", result.Text)", $"Expect.That(result.Text == \"nothing\", \"{faces}\")", StringComparison.Ordinal));

        Assert.All([Assert.Single(trial.Rehearsal[1].Sent), Assert.Single(told)], text => Assert.DoesNotContain(Rune.ReplacementChar, text.EnumerateRunes()));
    }

    private async Task<byte[]> AssemblyAsync(string source)
    {
        var compiled = await workshop.CheckAsync(source);
        Assert.Empty(compiled.Diagnostics.Select(message => message.ToString()));
        return compiled.Assembly!;
    }
}
