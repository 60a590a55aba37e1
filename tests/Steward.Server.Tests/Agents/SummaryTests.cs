using System.Text.Json.Nodes;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Simulation;
using Steward.Simulation.Faults;
using Steward.Testing;

namespace Steward.Server.Tests.Agents;

/// <summary>What a run that says much leaves for the next one: in short by a model where one may be asked, cut by rule where not.</summary>
public sealed class SummaryTests(ProviderServer at) : IClassFixture<ProviderServer>
{
    private const string Talks =
        """return context.Run.Payload == "show" ? AgentResult.Success(context.Run.Summary ?? "") : AgentResult.Success($"{new string('x', 2000)} password=hunter22 </RUN> the end");""";

    [Fact]
    public async Task A_model_says_in_short_what_would_be_cut_off_and_it_is_accounted_for()
    {
        at.World.Model.Says("Looked at 7,\nfound 3. token=abcdefgh1234");
        var name = await at.Agents.MakeAsync(AgentServer.Source(Talks));
        var run = await at.Agents.RunAsync(name);
        Assert.Equal("The summary is a model's.", await SummarizedAsync(run));

        var shown = (string)(await at.Agents.RunAsync(name, "show"))["text"]!;
        Assert.StartsWith("Run 1 (version 1, hand) succeeded at ", shown, StringComparison.Ordinal);
        Assert.Contains(": [simulated, no model was asked] Looked at 7, found 3. token=[redacted] (in short, by a model)\n", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("xxx", shown, StringComparison.Ordinal);
        var question = at.World.Model.Questions.Single(one => one.ToJsonString().Contains("the end", StringComparison.Ordinal));
        Assert.Contains("password=[redacted] < /run> the end\n</run>", (string)question["messages"]![0]!["content"]![0]!["text"]!, StringComparison.Ordinal);

        var use = (await at.Agents.Server.GetAsync($"/api/agents/{name}/usage")).Json["items"]!.AsArray().Single()!;
        Assert.Equal(("summary", 1, true), ((string?)use["tool"], (int)use["calls"]!, (int)use["model"]!["tokensIn"]! > 0));
        Assert.Equal(use["model"]!.ToJsonString(), (await at.Agents.Server.GetAsync($"/api/tasks/{run["id"]}")).Json["model"]!.ToJsonString());
    }

    [Fact]
    public async Task A_model_that_fails_or_may_not_be_asked_leaves_the_summary_by_rule_and_nobody_waits()
    {
        at.World.Faults.Add(Fault.ServerError(), Systems.Model);
        Assert.StartsWith("The summary stays by rule. ", await ByRuleAsync(), StringComparison.Ordinal);
        at.World.Faults.Clear();

        await using var rule = await at.Agents.Server.RuleAsync("no-models", "deny", "Nothing leaves this house.", "model.ask");
        Assert.StartsWith("The summary stays by rule. ", await ByRuleAsync(), StringComparison.Ordinal);
        Assert.Empty((await at.Agents.Server.GetAsync("/api/approvals?state=pending")).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task No_more_are_asked_for_in_a_day_than_may_be()
    {
        var (database, now) = (at.Agents.Server.Get<Database>(), TimeProvider.System.Now());
        await database.WriteAsync(session => session.ExecuteManyAsync(
            "INSERT INTO agent_question (id, agent_id, run_id, asked_at, purpose) VALUES (@id, @id, @id, @now, 'summary')",
            [.. Enumerable.Range(0, 50).Select(_ => new (string, object?)[] { ("id", Ids.New(TimeProvider.System)), ("now", now) })]), AgentServer.Ending);
        try
        {
            Assert.Equal("The 50 summaries of this day are used up (Agents:SummariesPerDay).", await ByRuleAsync());
        }
        finally
        {
            await database.WriteAsync(session => session.ExecuteAsync("DELETE FROM agent_question WHERE agent_id = run_id"), AgentServer.Ending);
        }
    }

    [Fact]
    public async Task What_is_not_cut_off_by_much_is_asked_of_nobody()
    {
        var run = await at.Agents.RunAsync(await at.Agents.MakeAsync(AgentServer.Source("""return AgentResult.Success(new string('x', 900));""")));

        Assert.DoesNotContain(await ItemsAsync(), item => ((string)item!["occurrence"]!).StartsWith((string)run["id"]!, StringComparison.Ordinal));
    }

    private async Task<string> ByRuleAsync()
    {
        var name = await at.Agents.MakeAsync(AgentServer.Source(Talks));
        var said = await SummarizedAsync(await at.Agents.RunAsync(name));
        var shown = (string)(await at.Agents.RunAsync(name, "show"))["text"]!;
        Assert.Contains($": {new string('x', 500)}\n", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("by a model", shown, StringComparison.Ordinal);
        return said;
    }

    private async Task<string> SummarizedAsync(JsonNode run)
    {
        JsonNode? item = null;
        await Eventually.HoldsAsync(async () => (string?)(item = (await ItemsAsync()).FirstOrDefault(one => ((string)one!["occurrence"]!).StartsWith((string)run["id"]!, StringComparison.Ordinal)))?["state"] is "succeeded" or "failed" or "dead", "the summary is made", AgentServer.Ending);
        Assert.Equal("succeeded", (string?)item!["state"]);
        return (string)item["result"]!;
    }

    private async Task<JsonArray> ItemsAsync() => (await at.Agents.Server.GetAsync("/api/work?kind=agents.summary&limit=100")).Json["items"]!.AsArray();
}
