using System.Globalization;
using System.Text.Json.Nodes;
using Steward.Simulation.Models;
using Steward.Testing;

namespace Steward.Server.Tests.Agents.Factory;

/// <summary>
/// Descriptions in six languages, clear, vague, contradictory and harmful ones, with what a real model answered to each once,
/// through the line as it is today. The long form takes all of them.
/// </summary>
public sealed class DescriptionTests(FactoryServer at) : IClassFixture<FactoryServer>
{
    // From the mission: how many of those that can be made pass at the first try.
    private const double FirstTry = 0.9;

    [Fact]
    public async Task What_a_model_answers_passes_at_the_first_try_nine_times_of_ten()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "factory");
        at.Model.Replays(ModelRecording.ReadAll(Path.Combine(folder, "recordings")));
        var descriptions = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "descriptions.json"), AgentServer.Ending))!.AsArray().Select(one => one!).ToList();
        // In the short form every seventh: one of each kind.
        var (every, table, planned, passed) = (LongForm.Or(7, 1), new List<string>(), 0, 0);
        foreach (var one in descriptions.Where((_, index) => index % every == 0))
        {
            var id = await at.AskAsync((string)one["text"]!);
            var detail = await at.UntilAsync(id, build => build["closedAt"] is not null || (string?)build["state"] is "asking" or "repairing" || (build["note"]?.ToString().StartsWith("Waits for a person", StringComparison.Ordinal) ?? false), "it comes to where it stands by itself");
            var (state, rounds) = ((string)detail["build"]!["state"]!, detail["rounds"]!.AsArray());
            var isGood = rounds is [{ } first] && first["findings"] is JsonArray { Count: 0 };
            (planned, passed) = (planned + (rounds.Count > 0 ? 1 : 0), passed + (isGood ? 1 : 0));
            table.Add(string.Create(CultureInfo.InvariantCulture, $"{one["id"]} wanted {one["expect"]}: {state}{(rounds.Count > 0 && !isGood ? $"; {rounds[0]!["findings"]?.ToJsonString()}" : "")}"));
            if ((string?)one["expect"] is "question" or "refusal")
            {
                Assert.True(state == ((string?)one["expect"] == "question" ? "asking" : "refused"), table[^1]);
            }

            await at.Server.PostAsync($"/api/builds/{id}/cancel");
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{passed} of {planned} at the first try\n{string.Join('\n', table)}");
        Assert.True(passed >= planned * FirstTry, $"{passed} of {planned}\n{string.Join('\n', table)}");
    }
}
