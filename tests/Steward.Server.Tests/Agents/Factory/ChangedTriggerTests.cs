using System.Globalization;
using System.Text.Json.Nodes;
using Steward.Testing;

namespace Steward.Server.Tests.Agents.Factory;

/// <summary>What starts an agent, after a change of it.</summary>
public sealed class ChangedTriggerTests(FactoryServer at) : IClassFixture<FactoryServer>
{
    private const string Cron = "\"cron\": \"*/30 * * * *\"";
    private const string Schedule = "\"schedule\": { \"cron\": \"*/30 * * * *\" },";
    private const string After = "\"after\": [\"shop-health\"],";
    private static readonly JsonNode Often = new JsonObject { ["every"] = "00:02:00" };
    private static readonly JsonNode Seldom = new JsonObject { ["every"] = "00:45:00" };

    [Fact]
    public async Task A_schedule_that_is_asked_for_takes_the_place_of_the_owners_and_a_person_sees_it()
    {
        var name = await MakeAsync();
        await SetAsync(name, Seldom);
        at.Model.SaysNext(Said.PlanWith(name, "schedule", Often.DeepClone()), Said.Source(Cron, "\"every\": \"00:02:00\""));
        var (id, shown) = await AskedAsync(name);
        Assert.Contains("Runs: every 00:02:00, 21,", shown, StringComparison.Ordinal);
        Assert.Contains("That takes the place of the schedule that its owner has set: every 00:45:00", shown, StringComparison.Ordinal);
        Assert.Contains("every 00:02:00", (string?)(await ApprovedAsync(id))["note"], StringComparison.Ordinal);
        var agent = (await at.Server.GetAsync($"/api/agents/{name}")).Json;
        Assert.Null(agent["agent"]!["schedule"]);
        Assert.True((DateTimeOffset)agent["nextRunAt"]! < TimeProvider.System.GetUtcNow().AddMinutes(3), agent.ToJsonString());
    }

    [Fact]
    public async Task The_owners_schedule_stays_where_no_other_is_asked_for_and_is_the_one_that_is_told()
    {
        var name = await MakeAsync();
        await SetAsync(name, Seldom);
        at.Model.SaysNext(Said.Plan(name), Said.Source("It is high: ", "Now it is high: "));
        var note = (string)(await PublishedAsync(name))["note"]!;
        Assert.Contains("every 00:45:00, 9", note, StringComparison.Ordinal);
        Assert.Contains($"steward agents update {name} --as-declared", note, StringComparison.Ordinal);
        Assert.Equal("00:45:00", (string?)(await at.Server.GetAsync($"/api/agents/{name}")).Json["agent"]!["schedule"]!["every"]);
    }

    [Fact]
    public async Task A_plan_that_has_the_owners_schedule_changes_nothing_of_when_it_runs()
    {
        var name = await MakeAsync();
        await SetAsync(name, Seldom);
        at.Model.SaysNext(Said.PlanWith(name, "schedule", Seldom.DeepClone()), Said.Source(Cron, "\"every\": \"00:45:00\""));
        Assert.Contains("every 00:45:00, 9", (string)(await PublishedAsync(name))["note"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_runs_after_is_planned_and_stays()
    {
        var name = await MakeAsync(Schedule, After);
        at.Model.SaysNext(Said.PlanWith(name, "schedule", null), Said.Source(Schedule, ""), Said.Source(Schedule, After));
        var (id, _) = await AskedAsync(name);
        Assert.Contains("shop-health", (await at.ShowAsync(id))["rounds"]![0]!["findings"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("shop-health", (await at.ShowAsync(id))["build"]!["blueprint"]!["after"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("\"after\"", at.Model.Questions[^3].ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("published", (string?)(await ApprovedAsync(id))["state"]);
        Assert.Equal("shop-health", (string?)(await at.Server.GetAsync($"/api/agents/{name}")).Json["declaration"]!["after"]![0]);
    }

    [Fact]
    public async Task A_change_that_takes_away_what_it_runs_after_waits_for_a_person_also_after_a_yes()
    {
        var name = await MakeAsync(Told(After));
        at.Model.SaysNext(ToldPlan(name, []), Answer(Told("")));
        Assert.Contains("Runs no longer: after shop-health", await at.ShownAsync(await EditAsync(name)), StringComparison.Ordinal);
        at.Model.SaysNext(ToldPlan(name, ["shop-health"]), Answer(Told(After, "It came to")));
        Assert.Equal("published", (string?)(await PublishedAsync(name))["state"]);
    }

    [Fact]
    public async Task A_change_that_takes_away_its_schedule_waits_for_a_person_also_after_a_yes()
    {
        var name = await MakeAsync();
        at.Model.SaysNext(Said.PlanWith(name, "schedule", null), Said.Source(Schedule, ""));
        Assert.Contains("Runs no longer: */30 * * * *", await at.ShownAsync(await EditAsync(name)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_has_run_once_can_be_changed_after_its_time()
    {
        // Later than a slow machine needs to make it.
        var time = TimeProvider.System.GetUtcNow().AddSeconds(10);
        var soon = time.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        var name = await MakeAsync(Cron, $"\"at\": \"{soon}\"");
        await Eventually.HoldsAsync(() => Task.FromResult(TimeProvider.System.GetUtcNow() > time), "the time has passed", FactoryServer.Patience, FactoryServer.Look, AgentServer.Ending);
        at.Model.SaysNext(Said.PlanWith(name, "schedule", new JsonObject { ["at"] = soon }), Said.Source(Cron, $"\"at\": \"{soon}\"", "It is high: ", "It is high: "));
        Assert.Contains("which has passed", (string)(await PublishedAsync(name))["note"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pause", "It is paused")]
    [InlineData("disable", "It is disabled")]
    public async Task A_change_of_what_rests_says_so(string rests, string told)
    {
        var name = await MakeAsync();
        Assert.Equal(200, (await at.Server.PostAsync($"/api/agents/{name}/{rests}")).Status);
        at.Model.SaysNext(Said.PlanWith(name, "schedule", Often.DeepClone()), Said.Source(Cron, "\"every\": \"00:02:00\""));
        var note = (string)(await PublishedAsync(name))["note"]!;
        Assert.Contains(told, note, StringComparison.Ordinal);
        Assert.Contains($"steward agents resume {name}", note, StringComparison.Ordinal);

        at.Model.SaysNext(Said.PlanWith(name, "schedule", null), Said.Source(Schedule, ""));
        Assert.Contains(told, await at.ShownAsync(await EditAsync(name)), StringComparison.Ordinal);
    }

    private Task<string> MakeAsync(string was = "", string becomes = "") => MakeAsync(Source(was, becomes));

    private Task<string> MakeAsync(string source) => at.Agents.MakeAsync(source);

    private async Task SetAsync(string name, JsonNode schedule) =>
        Assert.Equal(200, (await at.Server.SendAsync(HttpMethod.Put, $"/api/agents/{name}", new JsonObject { ["schedule"] = schedule.DeepClone() })).Status);

    // With a yes beforehand.
    private async Task<string> EditAsync(string name)
    {
        var started = await at.Server.PostAsync($"/api/agents/{name}/edit", new JsonObject { ["description"] = "Change it a little, please.", ["yes"] = true });
        Assert.True(started.Status == 202, started.Body);
        return (string)started.Json["id"]!;
    }

    private async Task<JsonNode> PublishedAsync(string name)
    {
        var id = await EditAsync(name);
        var detail = await at.UntilAsync(id, build => build["closedAt"] is not null || ((string?)build["state"] == "publishing" && build["note"] is not null), "it waits for a person or ends");
        Assert.True((string?)detail["build"]!["state"] == "published", detail.ToJsonString());
        return detail["build"]!;
    }

    private async Task<(string Id, string Shown)> AskedAsync(string name)
    {
        var id = await EditAsync(name);
        var detail = await at.UntilAsync(id, build => build["closedAt"] is not null || ((string?)build["state"] == "publishing" && build["note"] is not null), "it waits for a person or ends");
        Assert.True(detail["build"]!["closedAt"] is null, detail.ToJsonString());
        return (id, string.Join('\n', (await at.ApprovalAsync(id))["evidence"]!.AsArray().Select(line => line!.ToString())));
    }

    private async Task<JsonNode> ApprovedAsync(string id)
    {
        Assert.Equal(200, (await at.Server.PostAsync($"/api/approvals/{(await at.ApprovalAsync(id))["id"]}/approve", new JsonObject { ["reason"] = "yes" })).Status);
        return (await at.EndOfAsync(id))["build"]!;
    }

    private static string Source(string was, string becomes) => (string)JsonNode.Parse(Said.Source(was, becomes))!["source"]!;

    private static string ToldPlan(string name, JsonArray after)
    {
        var answer = JsonNode.Parse(Said.PlanWith(name, "schedule", null))!;
        answer["plan"]!["settings"] = new JsonArray();
        answer["plan"]!["tools"]!.AsArray().RemoveAt(0);
        answer["plan"]!["after"] = after;
        return answer.ToJsonString();
    }

    private static string Answer(string source) => new JsonObject
    {
        ["source"] = source, ["settings"] = new JsonArray(),
        ["samples"] = new JsonObject { ["runs"] = 1, ["step"] = "01:00:00", ["payload"] = "12", ["http"] = new JsonArray(), ["tools"] = new JsonArray() },
    }.ToJsonString();

    // It asks no server: what it reads stays here.
    private static string Told(string after, string words = "It is") => $$""""
        /// <summary>Tells its owner what another agent came to.</summary>
        [Declaration("""
            {
              {{after}}
              "purpose": "Tells when a number is high.",
              "tools": { "notify": { "channels": ["telegram"] } }
            }
            """)]
        public sealed class Teller : Agent
        {
            /// <inheritdoc />
            public override async Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken)
            {
                var told = context.Run.Payload is { Length: > 0 and < 100 } payload ? payload : "nothing";
                await context.Notify.SendAsync($"{{words}}: {told}", cancellationToken);
                return AgentResult.Success(told);
            }
        }

        /// <summary>Tests of the agent.</summary>
        public static class TellerTests
        {
            [AgentTest]
            public static async Task It_is_told(TestBench bench)
            {
                await bench.RunAsync(new Teller(), "12");
                Expect.Equal("{{words}}: 12", string.Join('|', bench.Tools.Messages));
            }

            [AgentTest]
            public static async Task Nothing_is_told_as_nothing(TestBench bench)
            {
                await bench.RunAsync(new Teller());
                Expect.Equal("{{words}}: nothing", string.Join('|', bench.Tools.Messages));
            }
        }
        """";
}
