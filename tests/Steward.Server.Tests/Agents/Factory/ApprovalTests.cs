using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace Steward.Server.Tests.Agents.Factory;

/// <summary>What a person is asked about, also one who has said yes beforehand.</summary>
public sealed class ApprovalTests(FactoryServer at) : IClassFixture<FactoryServer>
{
    private const string Wish = "Tell me when the number at numbers.example.org is ten or more.";

    [Fact]
    public async Task Who_says_yes_beforehand_is_asked_all_the_same_about_what_sends()
    {
        at.Model.SaysNext(Said.Plan("sends"), Said.Source(
            "return AgentResult.Success(string.Create(CultureInfo.InvariantCulture, $\"{number}\"), new State(isHigh));",
            """
            var told = await context.Http.PostAsync(new Uri("https://numbers.example.org/seen"), "{}", "application/json", cancellationToken);
            return AgentResult.Success(string.Create(CultureInfo.InvariantCulture, $"{number} {told.Status}"), new State(isHigh));
            """,
            "bench.Set(\"limit\", 10).Tools",
            """bench.Set("limit", 10).Tools.Answer("http_post", System.Text.Json.Nodes.JsonNode.Parse("{\"status\":200,\"body\":\"\",\"contentType\":\"\",\"milliseconds\":1}")!)"""));
        var id = await at.AskAsync(Wish);
        var detail = await at.UntilAsync(id, build => build["closedAt"] is not null || (string?)build["state"] is "publishing" or "repairing", "it is checked");
        Assert.True((string?)detail["build"]!["state"] == "publishing", detail["rounds"]![0]!["findings"]?.ToJsonString());
        Assert.Contains("Sends: http_post", string.Join('\n', (await at.ApprovalAsync(id))["evidence"]!.AsArray().Select(line => line!.ToString())), StringComparison.Ordinal);
        Assert.Equal(200, (await at.Server.PostAsync($"/api/builds/{id}/cancel")).Status);
    }

    [Fact]
    public async Task Who_says_yes_beforehand_is_asked_all_the_same_about_what_could_carry_private_words_away()
    {
        at.Model.SaysNext(Said.PlanWith("carries", "tools", new JsonArray(
            new JsonObject { ["name"] = "http", ["why"] = "to read it", ["hosts"] = new JsonArray(Said.Host) },
            new JsonObject { ["name"] = "notify", ["why"] = "to tell it", ["channels"] = new JsonArray("telegram") },
            new JsonObject { ["name"] = "agents", ["why"] = "it was wanted", ["names"] = new JsonArray("payroll") })), Said.WithAnotherAgent("payroll"));
        var id = await at.AskAsync(Wish);
        var detail = await at.UntilAsync(id, build => build["closedAt"] is not null || (string?)build["state"] is "publishing" or "repairing", "it is checked");
        Assert.True((string?)detail["build"]!["state"] == "publishing", detail["rounds"]![0]!["findings"]?.ToJsonString());
        var shown = string.Join('\n', (await at.ApprovalAsync(id))["evidence"]!.AsArray().Select(line => line!.ToString()));
        Assert.Contains("Could tell these servers, in the addresses that it asks, what it reads with: agents", shown, StringComparison.Ordinal);
        Assert.Equal(200, (await at.Server.PostAsync($"/api/builds/{id}/cancel")).Status);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData(Said.Host)]
    public async Task Who_says_yes_beforehand_is_asked_all_the_same_about_what_could_carry_words_from_a_host_inside_away(string alsoAsks)
    {
        // 127.0.0.1 is a private host that the owner of this server has allowed.
        var page = alsoAsks == Said.Host ? "http://127.0.0.1/now" : $"https://{Said.Host}/now";
        at.Model.SaysNext(Said.PlanWithPage("inside-out", page, alsoAsks), Said.WithPage(page, alsoAsks: alsoAsks));
        Assert.Contains("Could tell these servers, in the addresses that it asks, what it reads with: what is at 127.0.0.1", await at.ShownAsync(await at.AskAsync(Wish)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_says_yes_beforehand_is_asked_about_what_could_carry_away_what_any_earlier_version_read()
    {
        var name = await at.Agents.MakeAsync(AgentServer.Source("return AgentResult.Success(\"ok\");", """, "tools": { "agents": { "names": ["payroll"] }, "memory": {} }"""));
        Assert.Equal(200, (await at.Server.SendAsync(HttpMethod.Put, $"/api/agents/{name}", new JsonObject { ["source"] = AgentServer.Source("return AgentResult.Success(\"ok\");", """, "tools": { "memory": {} }""") })).Status);
        at.Model.SaysNext(Said.Plan(name), Said.Source());
        var started = await at.Server.PostAsync($"/api/agents/{name}/edit", new JsonObject { ["description"] = Wish, ["yes"] = true });
        Assert.Contains("in the addresses that it asks, what it reads with: agents", await at.ShownAsync((string)started.Json["id"]!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_says_yes_beforehand_is_asked_about_what_could_carry_away_what_the_agent_said_after_which_it_ran()
    {
        var name = await at.Agents.MakeAsync(AgentServer.Source("return AgentResult.Success(\"ok\");", """, "after": ["payroll"]"""));
        Assert.Equal(200, (await at.Server.SendAsync(HttpMethod.Put, $"/api/agents/{name}", new JsonObject { ["source"] = AgentServer.Source("return AgentResult.Success(\"ok\");") })).Status);
        at.Model.SaysNext(Said.Plan(name), Said.Source());
        var started = await at.Server.PostAsync($"/api/agents/{name}/edit", new JsonObject { ["description"] = Wish, ["yes"] = true });
        Assert.Contains("in the addresses that it asks, what it reads with: after payroll", await at.ShownAsync((string)started.Json["id"]!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_says_yes_beforehand_is_asked_about_what_could_carry_away_what_a_version_read_whose_settings_nobody_knows()
    {
        var name = await at.Agents.MakeAsync(
            AgentServer.Source("return AgentResult.Success(\"ok\");", """, "settings": { "page": { "type": "url", "about": "Where it is read" } }, "tools": { "http": { "hosts": ["{page}"] }, "memory": {} }"""),
            new JsonObject { ["page"] = "http://127.0.0.1:9/secret" });
        await FromBeforeAsync(name);
        at.Model.SaysNext(Said.Plan(name), Said.Source());
        var started = await at.Server.PostAsync($"/api/agents/{name}/edit", new JsonObject { ["description"] = Wish, ["yes"] = true });
        Assert.Contains("in the addresses that it asks, what it reads with: what is at {page}", await at.ShownAsync((string)started.Json["id"]!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_model_left_out_of_a_wish_is_told_with_the_plan_and_with_the_approval()
    {
        var plan = JsonNode.Parse(Said.Plan("partly"))!;
        plan["say"] = "Left out is the payment: no agent pays.";
        at.Model.SaysNext(plan.ToJsonString(), Said.Source());
        var id = await at.AskAsync(Wish, yes: false);
        var approval = await at.ApprovalAsync(id);
        Assert.Contains("The model says of its plan: Left out is the payment", approval["evidence"]!.ToJsonString(), StringComparison.Ordinal);
        var detail = await at.ShowAsync(id);
        Assert.Equal("Left out is the payment: no agent pays.", (string?)detail["build"]!["blueprint"]!["say"]);
        Assert.Contains("Left out is the payment", detail["events"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Left out is the payment", at.LastQuestion, StringComparison.Ordinal);
        Assert.Equal(200, (await at.Server.PostAsync($"/api/builds/{id}/cancel")).Status);
    }

    // Its versions are from before versions held their settings.
    private async Task FromBeforeAsync(string name)
    {
        await using var store = new SqliteConnection($"Data Source={Path.Combine(at.Server.DataDirectory, "steward.db")};Pooling=False");
        await store.OpenAsync(AgentServer.Ending);
        await using var command = store.CreateCommand();
        command.CommandText = "UPDATE agent_version SET settings = NULL WHERE agent_id = (SELECT id FROM agent WHERE name = $name)";
        command.Parameters.AddWithValue("$name", name);
        Assert.Equal(1, await command.ExecuteNonQueryAsync(AgentServer.Ending));
    }
}
