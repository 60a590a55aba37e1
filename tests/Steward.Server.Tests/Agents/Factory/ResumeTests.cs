using System.Globalization;
using System.Text.Json.Nodes;
using Steward.Simulation;
using Steward.Testing;

namespace Steward.Server.Tests.Agents.Factory;

/// <summary>A build that is taken up again is one item's work.</summary>
public sealed class ResumeTests(FactoryServer at) : IClassFixture<FactoryServer>
{
    private const string Wish = "Tell me when the number at numbers.example.org is ten or more.";

    [Fact]
    public async Task The_item_that_a_build_had_before_does_not_drive_it_beside_its_own()
    {
        at.Model.SaysNext("not JSON", "still not JSON", "none at all");
        var id = await at.AskAsync(Wish);
        Assert.Equal("failed", (string?)(await at.EndOfAsync(id))["build"]!["state"]);
        var old = await ItemAsync(id, _ => true);

        var question = at.World.Faults.HoldBeforeEffect(Systems.Model, "AskModel");
        at.Model.SaysNext(Said.Plan("one-driver"), Said.Source());
        Assert.Equal(200, (await at.Server.PostAsync($"/api/builds/{id}/resume")).Status);
        await question.Reached.WaitAsync(AgentServer.Ending);
        var asked = at.Model.Questions.Count;
        var again = await at.Server.PostAsync($"/api/work/{old["id"]}/retry");
        Assert.True(again.Status == 200, again.Body);
        var ended = await ItemAsync(id, item => (string?)item["id"] == (string?)old["id"] && (string?)item["state"] == "succeeded");
        Assert.Contains("Another item", ended.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(asked, at.Model.Questions.Count);

        question.Release();
        var detail = await at.EndOfAsync(id);
        Assert.True((string?)detail["build"]!["state"] == "published", detail["build"]!.ToJsonString());
        Assert.Equal(asked + 2, at.Model.Questions.Count);
    }

    [Fact]
    public async Task A_time_that_passes_while_a_person_thinks_ends_it_and_nothing_is_written_for_it()
    {
        // Later than a slow machine needs to plan it.
        var soon = TimeProvider.System.GetUtcNow().AddSeconds(30).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        var plan = Said.PlanWith("too-late", "schedule", new JsonObject { ["at"] = soon });
        at.Model.SaysNext(plan);
        var planned = await at.AskAsync(Wish, planOnly: true);
        Assert.Equal("planned", (string?)(await at.EndOfAsync(planned))["build"]!["state"]);
        at.Model.SaysNext(plan, Said.Source("\"cron\": \"*/30 * * * *\"", $"\"at\": \"{soon}\""));
        var id = await at.AskAsync(Wish, yes: false);
        var waiting = await at.UntilAsync(id, build => build["closedAt"] is not null || ((string?)build["state"] == "publishing" && build["note"] is not null), "it waits for a person or ends");
        var asked = waiting["build"]!["closedAt"] is null ? await at.ApprovalAsync(id) : null;
        // Nobody says anything.
        var build = (await at.EndOfAsync(id))["build"]!;
        Assert.True((string?)build["state"] == "failed", build.ToJsonString());
        Assert.Contains("has passed", (string?)build["note"], StringComparison.Ordinal);
        if (asked is not null)
        {
            Assert.Equal("void", (string?)(await at.Server.GetAsync($"/api/approvals/{asked["id"]}")).Json["state"]);
        }

        var questions = at.Model.Questions.Count;
        var resumed = await at.Server.PostAsync($"/api/builds/{planned}/resume");
        resumed.IsProblem(409, "wrong-state");
        Assert.Contains("has passed", resumed.Body, StringComparison.Ordinal);
        Assert.Equal(questions, at.Model.Questions.Count);
    }

    // An item of the ledger that is about a build, as soon as it is so.
    private async Task<JsonNode> ItemAsync(string build, Func<JsonNode, bool> holds)
    {
        JsonNode? found = null;
        await Eventually.HoldsAsync(async () => (found = (await at.Server.GetAsync("/api/work?kind=agents.build&limit=200")).Json["items"]!.AsArray()
            .FirstOrDefault(item => (string?)item!["correlationId"] == build && item["finishedAt"] is not null && holds(item))) is not null, $"an item of build {build}", AgentServer.Ending);
        return found!;
    }
}
