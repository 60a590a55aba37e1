using System.Text.Json.Nodes;

namespace Steward.Server.Tests.Agents.Factory;

/// <summary>What leaves for a model, and what of its answers is kept.</summary>
public sealed class SecretTests(FactoryServer at) : IClassFixture<FactoryServer>
{
    private const string Wish = "Tell me when the number at numbers.example.org is ten or more.";
    private const string Key = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";

    [Theory]
    [InlineData(null)]
    [InlineData("[redacted]")]
    public async Task Secrets_among_an_agents_settings_stay_here_when_it_is_changed_and_mended(string? planned)
    {
        var name = await at.Agents.MakeAsync((string)JsonNode.Parse(WithPlace())!["source"]!, new JsonObject { ["place"] = $"https://numbers.example.org/now?token={Key}" });
        var asked = at.Model.Questions.Count;
        at.Model.SaysNext(WithPlan(name, planned), WithPlace("answer.Body, NumberStyles", "answer.Bodi, NumberStyles"), WithPlace("It is high: 12", "It is low: 12"), WithPlace());
        var started = await at.Server.PostAsync($"/api/agents/{name}/edit", new JsonObject { ["description"] = "Leave it just as it is, please." });
        var id = (string)started.Json["id"]!;
        await at.ApprovalAsync(id);
        Assert.Equal(3, (await at.ShowAsync(id))["rounds"]!.AsArray().Count);
        Assert.Equal(4, at.Model.Questions.Count - asked);
        Assert.All(at.Model.Questions.Skip(asked), question => Assert.DoesNotContain(Key, question.ToJsonString(), StringComparison.Ordinal));
        Assert.Contains("[redacted]", at.LastQuestion, StringComparison.Ordinal);

        var approval = await at.ApprovalAsync(id);
        Assert.Equal(200, (await at.Server.PostAsync($"/api/approvals/{approval["id"]}/approve", new JsonObject { ["reason"] = "yes" })).Status);
        await at.EndOfAsync(id);
        Assert.EndsWith(Key, (string?)(await at.Server.GetAsync($"/api/agents/{name}")).Json["agent"]!["settings"]!["place"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_whose_source_holds_a_secret_is_shown_to_no_model()
    {
        var name = await at.Agents.MakeAsync(AgentServer.Source($"return AgentResult.Success(\"{Key}\");"));
        var asked = at.Model.Questions.Count;
        var started = await at.Server.PostAsync($"/api/agents/{name}/edit", new JsonObject { ["description"] = "Leave it just as it is, please." });
        var build = (await at.EndOfAsync((string)started.Json["id"]!))["build"]!;
        Assert.Equal("failed", (string?)build["state"]);
        Assert.Contains("holds what looks like a secret ('ghp_...' in line 7)", (string?)build["note"], StringComparison.Ordinal);
        Assert.Equal(asked, at.Model.Questions.Count);
    }

    [Fact]
    public async Task A_secret_that_a_model_made_up_is_neither_planned_nor_kept()
    {
        var written = JsonNode.Parse(Said.Source())!;
        written["settings"] = new JsonArray(new JsonObject { ["name"] = "limit", ["value"] = Key });
        at.Model.SaysNext(WithPlan("made-up", Key), Said.Question($"Is {Key} right?"));
        var id = await at.AskAsync(Wish);
        var detail = await at.UntilAsync(id, "asking");
        Assert.DoesNotContain(Key, detail.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("'settings' of the plan ('ghp_...') is a secret by its look", at.LastQuestion, StringComparison.Ordinal);

        at.Model.SaysNext(Said.Plan("made-up"), written.ToJsonString(), Said.Source());
        Assert.Equal(200, (await at.Server.PostAsync($"/api/builds/{id}/answer", new JsonObject { ["answer"] = "No." })).Status);
        detail = await at.EndOfAsync(id);
        Assert.Equal("published", (string?)detail["build"]!["state"]);
        Assert.DoesNotContain(Key, detail.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_that_look_like_keys_from_afar_are_planned_kept_published_and_changed()
    {
        var plan = JsonNode.Parse(Said.PlanWith("told", "assumes", new JsonArray("The server wants no bearer authentication.")))!.ToJsonString();
        var source = JsonNode.Parse(Said.Source("and no number.", "and no number: it wants Bearer authentication now."))!;
        source["samples"]!["http"]!.AsArray().Add(new JsonObject { ["method"] = "GET", ["url"] = $"https://{Said.Host}/*", ["status"] = 200, ["body"] = "<i class='sk-folding-cube-wrapper'></i>" });
        at.Model.SaysNext(plan, source.ToJsonString());
        var detail = await at.EndOfAsync(await at.AskAsync(Wish));
        Assert.True((string?)detail["build"]!["state"] == "published", detail["build"]!.ToJsonString());

        at.Model.SaysNext(plan, source.ToJsonString());
        var started = await at.Server.PostAsync("/api/agents/told/edit", new JsonObject { ["description"] = "Leave it just as it is, please.", ["yes"] = true });
        detail = await at.EndOfAsync((string)started.Json["id"]!);
        Assert.True((string?)detail["build"]!["state"] == "published", detail["build"]!.ToJsonString());
    }

    private static string WithPlan(string name, string? value)
    {
        var setting = new JsonObject { ["name"] = "place", ["type"] = "text", ["about"] = "Where it is read" };
        if (value is not null)
        {
            setting["value"] = value;
        }

        return Said.PlanWith(name, "settings", new JsonArray(new JsonObject { ["name"] = "limit", ["type"] = "number", ["about"] = "From where on it is high", ["value"] = 10 }, setting));
    }

    // The usual agent with one setting more, that only its owner sets.
    private static string WithPlace(string was = "", string becomes = "")
    {
        var answer = JsonNode.Parse(Said.Source(was, becomes))!;
        answer["source"] = ((string)answer["source"]!)
            .Replace("\"default\": 10 } }", "\"default\": 10 }, \"place\": { \"type\": \"text\", \"about\": \"Where it is read\" } }", StringComparison.Ordinal)
            .Replace("$\"{number}\"), new State", "$\"{number} {context.Settings.Text(\"place\").Length}\"), new State", StringComparison.Ordinal)
            .Replace("bench.Set(\"limit\", 10)", "bench.Set(\"limit\", 10).Set(\"place\", \"here\")", StringComparison.Ordinal);
        return answer.ToJsonString();
    }
}
