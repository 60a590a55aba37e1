using System.Text.Json.Nodes;

namespace Steward.Server.Tests.Agents.Factory;

/// <summary>What becomes of the values that an agent's owner has set, when a model changes the agent.</summary>
public sealed class OwnedSettingTests(FactoryServer at) : IClassFixture<FactoryServer>
{
    [Fact]
    public async Task What_a_change_asks_of_a_value_that_was_set_happens_when_a_person_has_seen_it()
    {
        var name = await MakeAsync();
        at.Model.SaysNext(Planned(name, Limit(20)), Said.Source("\"default\": 10", "\"default\": 20"));
        var id = await EditAsync(name, "It is high from twenty on.");
        Assert.Contains("Changes what was set: limit = 20 in place of 50", await at.ShownAsync(id), StringComparison.Ordinal);

        // A version that sets what stands until now is none that does what was asked for.
        var old = JsonNode.Parse(Said.Source("\"default\": 10", "\"default\": 20"))!;
        old["settings"] = new JsonArray(new JsonObject { ["name"] = "limit", ["value"] = 50 });
        at.Model.SaysNext(Planned(name, Limit(20)), old.ToJsonString(), Said.Source("\"default\": 10", "\"default\": 20"));
        id = await EditAsync(name, "It is high from twenty on.");
        var approval = await at.ApprovalAsync(id);
        Assert.Equal(200, (await at.Server.PostAsync($"/api/approvals/{approval["id"]}/approve", new JsonObject { ["reason"] = "yes" })).Status);
        var detail = await at.EndOfAsync(id);
        Assert.True((string?)detail["build"]!["state"] == "published", detail["build"]!.ToJsonString());
        Assert.Contains("the plan says 20", detail["rounds"]![0]!["findings"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Null((await at.Server.GetAsync($"/api/agents/{name}")).Json["agent"]!["settings"]!["limit"]);
    }

    [Fact]
    public async Task That_a_value_stays_which_was_set_is_told_where_the_plan_has_the_declared_one()
    {
        var name = await MakeAsync();
        at.Model.SaysNext(Said.Plan(name), Said.Source("It is high: ", "Now it is high: "));
        var detail = await at.EndOfAsync(await EditAsync(name, "Say 'now' in the message."));
        Assert.True((string?)detail["build"]!["state"] == "published", detail["build"]!.ToJsonString());
        Assert.Contains($"limit stays as it was set, and is not 10 as planned (steward agents update {name} --set limit=VALUE)", (string?)detail["build"]!["note"], StringComparison.Ordinal);
        Assert.Equal(50, (int)(await at.Server.GetAsync($"/api/agents/{name}")).Json["agent"]!["settings"]!["limit"]!);
    }

    [Fact]
    public async Task Nothing_is_told_of_a_value_that_was_set_and_planned()
    {
        var name = await MakeAsync();
        at.Model.SaysNext(Planned(name, Limit(50)), Said.Source("\"default\": 10", "\"default\": 50"));
        var detail = await at.EndOfAsync(await EditAsync(name, "Leave it just as it is, please."));
        Assert.True((string?)detail["build"]!["state"] == "published", detail["build"]!.ToJsonString());
        Assert.DoesNotContain("limit", (string?)detail["build"]!["note"], StringComparison.Ordinal);
        Assert.Equal(50, (int)(await at.Server.GetAsync($"/api/agents/{name}")).Json["agent"]!["settings"]!["limit"]!);
    }

    [Fact]
    public async Task A_value_that_was_set_does_not_go_with_its_setting_before_a_person_has_seen_it()
    {
        var name = await MakeAsync();
        at.Model.SaysNext(Planned(name, Limit(10, "bound")), Said.Source("limit", "bound"));
        Assert.Contains("Takes away what was set: limit = 50", await at.ShownAsync(await EditAsync(name, "Say 'bound' for it.")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_setting_that_the_plan_keeps_is_not_left_out_with_what_was_set()
    {
        var name = await at.Agents.MakeAsync((string)JsonNode.Parse(Said.WithPage(null))!["source"]!, new JsonObject { ["page"] = "https://numbers.example.org/then" });
        var page = new JsonObject { ["name"] = "page", ["type"] = "url", ["about"] = "Where the number stands" };
        at.Model.SaysNext(Planned(name, Limit(10), page), Said.Source(), Said.Source());
        var detail = await at.EndOfAsync(await EditAsync(name, "Leave it just as it is, please."));
        Assert.Contains("which has been set, and the declaration has it not", detail["rounds"]![0]!["findings"]!.ToJsonString(), StringComparison.Ordinal);
    }

    // An agent that tells from ten on, which its owner has made fifty.
    private async Task<string> MakeAsync() => await at.Agents.MakeAsync((string)JsonNode.Parse(Said.Source())!["source"]!, new JsonObject { ["limit"] = 50 });

    private async Task<string> EditAsync(string name, string wish)
    {
        var started = await at.Server.PostAsync($"/api/agents/{name}/edit", new JsonObject { ["description"] = wish, ["yes"] = true });
        Assert.True(started.Status == 202, started.Body);
        return (string)started.Json["id"]!;
    }

    private static string Planned(string name, params JsonNode[] settings) => Said.PlanWith(name, "settings", new JsonArray(settings));

    private static JsonObject Limit(int value, string name = "limit") => new JsonObject { ["name"] = name, ["type"] = "number", ["about"] = "From where on it is high", ["value"] = value };
}
