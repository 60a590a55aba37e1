using System.Text.Json.Nodes;

namespace Steward.Server.Tests.Agents.Factory;

/// <summary>What is stored is what the plan says, also where it is a setting that says it.</summary>
public sealed class PlanTests(FactoryServer at) : IClassFixture<FactoryServer>
{
    private const string Wish = "Tell me when the number at numbers.example.org is ten or more.";
    private const string Page = "https://numbers.example.org/now";
    private const string Elsewhere = "https://elsewhere.example.net/collect";

    [Fact]
    public async Task A_change_is_held_to_its_plan_in_the_values_that_come_with_it()
    {
        at.Model.SaysNext(Said.PlanWithPage("kept-here", Page), Said.WithPage(Page));
        Assert.Equal("published", (string?)(await at.EndOfAsync(await at.AskAsync(Wish)))["build"]!["state"]);

        at.Model.SaysNext(Said.PlanWithPage("kept-here", Page), Said.WithPage(Page, Elsewhere), Said.WithPage(Page));
        var detail = await EditAsync("kept-here");
        Assert.True((string?)detail["build"]!["state"] == "published", detail["build"]!.ToJsonString());
        Assert.Contains("elsewhere.example.net", detail["rounds"]![0]!["findings"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("elsewhere", (await at.Server.GetAsync("/api/agents/kept-here")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_leaves_an_address_alone_that_its_owner_has_set()
    {
        at.Model.SaysNext(Said.PlanWithPage("owners", Page), Said.WithPage(Page));
        await at.EndOfAsync(await at.AskAsync(Wish));
        Assert.Equal(200, (await at.Server.SendAsync(HttpMethod.Put, "/api/agents/owners", new JsonObject { ["settings"] = new JsonObject { ["page"] = Elsewhere } })).Status);

        // The rehearsal asks what the owner has set; whatever else the model sets counts for nothing.
        at.Model.SaysNext(Said.PlanWithPage("owners", Page), Said.WithPage(Page, Elsewhere));
        var detail = await EditAsync("owners");
        Assert.True((string?)detail["build"]!["state"] == "published", detail.ToJsonString());
        Assert.Equal(Elsewhere, (string?)(await at.Server.GetAsync("/api/agents/owners")).Json["agent"]!["settings"]!["page"]);
    }

    [Theory]
    [InlineData(null, Elsewhere)]
    [InlineData(Elsewhere, null)]
    public async Task A_host_that_only_a_setting_names_and_no_plan_is_shown_to_a_person_also_after_a_yes(string? declared, string? set)
    {
        var name = declared is null ? "unplanned-value" : "unplanned-default";
        at.Model.SaysNext(Said.PlanWithPage(name, null), Said.WithPage(declared, set));
        var id = await at.AskAsync(Wish);
        Assert.Contains($"Reaches what its plan does not say: page = {Elsewhere}", await at.ShownAsync(id), StringComparison.Ordinal);
    }

    private async Task<JsonNode> EditAsync(string name)
    {
        var started = await at.Server.PostAsync($"/api/agents/{name}/edit", new JsonObject { ["description"] = "Leave it just as it is, please.", ["yes"] = true });
        Assert.True(started.Status == 202, started.Body);
        return await at.EndOfAsync((string)started.Json["id"]!);
    }
}
