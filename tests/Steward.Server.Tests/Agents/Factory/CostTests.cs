using System.Globalization;
using Steward.Simulation;

namespace Steward.Server.Tests.Agents.Factory;

/// <summary>What a build costs, and what it may.</summary>
public sealed class CostTests
{
    private const string Wish = "Tell me when the number at numbers.example.org is ten or more.";

    [Fact]
    public async Task An_answer_without_a_price_hides_no_cost_of_others()
    {
        await using var at = new FactoryServer();
        await at.InitializeAsync();
        at.Model.Replays([new("plan", $"<wish>\n{Wish}\n</wish>\n", Said.Plan("priced"), "some-model-9", DateTimeOffset.UnixEpoch)]);
        var id = await at.AskAsync(Wish, planOnly: true);
        Assert.Null((await at.EndOfAsync(id))["build"]!["dollars"]);

        at.Model.SaysNext(Said.Source());
        Assert.Equal(200, (await at.Server.PostAsync($"/api/builds/{id}/resume")).Status);
        var build = (await at.EndOfAsync(id))["build"]!;
        Assert.True((double?)build["dollars"] > 0.03, build.ToJsonString());
        Assert.Equal(2, build["models"]!.AsArray().Count);
    }

    [Fact]
    public async Task Who_calls_a_build_off_ends_its_question_and_sees_what_that_may_have_cost()
    {
        await using var at = new FactoryServer();
        await at.InitializeAsync();
        var question = at.World.Faults.HoldBeforeEffect(Systems.Model, "AskModel");
        var id = await at.AskAsync(Wish);
        await question.Reached.WaitAsync(AgentServer.Ending);
        Assert.Equal(200, (await at.Server.PostAsync($"/api/builds/{id}/cancel")).Status);

        // The answer has not come and is not waited for.
        var build = (await at.UntilAsync(id, build => (double?)build["dollars"] > 0, "what it may have cost is counted"))["build"]!;
        Assert.Equal("cancelled", (string?)build["state"]);
        question.Release();
    }

    [Fact]
    public async Task A_dear_model_writes_and_mends_within_the_default_bounds_and_what_it_reads_again_can_be_cached()
    {
        await using var at = new FactoryServer();
        // What claude-opus-5 costs, with all that is read put into the cache.
        (at.Server.Environment["STEWARD_Models__DollarsPerMillionIn"], at.Server.Environment["STEWARD_Models__DollarsPerMillionOut"]) = ("6.25", "25");
        await at.InitializeAsync();
        at.Model.SaysNext(Said.Plan("able"), Said.Source("answer.Body, NumberStyles", "answer.Bodi, NumberStyles"), Said.Source());
        var detail = await at.EndOfAsync(await at.AskAsync(Wish));
        Assert.True((string?)detail["build"]!["state"] == "published", detail["build"]!.ToJsonString());

        var (write, repair) = (at.Model.Questions[^2]["system"]!, at.Model.Questions[^1]["system"]!);
        Assert.Equal(write[0]!.ToJsonString(), repair[0]!.ToJsonString());
        Assert.True(write[0]!["cache_control"] is not null && write[1]!["cache_control"] is null);
        Assert.NotEqual(write[1]!.ToJsonString(), repair[1]!.ToJsonString());
        Assert.DoesNotContain("The wish was said", at.Model.Questions[0]["system"]![0]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_build_asks_nothing_that_could_bring_it_over_its_bound()
    {
        await using var at = new FactoryServer();
        foreach (var (name, value) in new[] { ("DollarsPerMillionIn", "25"), ("DollarsPerCall", "0"), ("DollarsPerAgentPerDay", "0"), ("DollarsPerDay", "0") })
        {
            at.Server.Environment[$"STEWARD_Models__{name}"] = value;
        }

        await at.InitializeAsync();
        at.Model.SaysNext([Said.Plan("dear"), .. Enumerable.Range(1, 5).Select(n => Said.Source("answer.Body, NumberStyles", string.Create(CultureInfo.InvariantCulture, $"answer.Bodi{n}, NumberStyles")))]);
        var detail = await at.EndOfAsync(await at.AskAsync(Wish));
        Assert.Equal("failed", (string?)detail["build"]!["state"]);
        Assert.Contains("in all may cost $3.00, and", (string?)detail["build"]!["note"], StringComparison.Ordinal);
        Assert.True((double?)detail["build"]!["dollars"] is > 0.5 and < 3 && detail["rounds"]!.AsArray().Count < 5, detail["build"]!.ToJsonString());
    }
}
