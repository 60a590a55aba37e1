using System.Text.Json.Nodes;
using Steward.Kernel;
using Steward.Platform.Work;

namespace Steward.Server.Tests.Agents;

/// <summary>What runs said, read page by page, live, and before they began.</summary>
public sealed class LogTests(AgentServer at) : IClassFixture<AgentServer>
{
    private const string Talkative = """for (var n = 1; n <= 1234; n++) { context.Log.Info($"line {n}."); } return AgentResult.Success("said");""";

    [Fact]
    public async Task A_log_is_read_page_by_page_and_whole_by_the_command()
    {
        var run = await at.RunAsync(await at.MakeAsync(AgentServer.Source(Talkative)));
        var (lines, pages, next) = (new List<string>(), 0, "0");
        while (next is not null)
        {
            var page = (await at.Server.GetAsync($"/api/tasks/{run["id"]}/logs?limit=400&after={next}")).Json;
            lines.AddRange(page["items"]!.AsArray().Select(line => (string)line!["line"]!));
            (pages, next) = (pages + 1, (string?)page["next"]);
        }

        Assert.Equal((4, 1234), (pages, lines.Count));
        Assert.Equal(Enumerable.Range(1, 1234).Select(n => $"line {n}."), lines);
        Assert.Equal("500", (string?)(await at.Server.GetAsync($"/api/tasks/{run["id"]}/logs")).Json["next"]);
        var shown = await Cli.RunAsync(at.Server, "runs", "logs", (string)run["id"]!);
        Assert.Equal(1234, shown.Output.Split('\n').Count(line => line.Contains("line ", StringComparison.Ordinal)));
        Assert.Equal(1234, JsonNode.Parse((await Cli.RunAsync(at.Server, "runs", "logs", (string)run["id"]!, "--json")).Output)!["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task The_log_of_an_agent_is_that_of_its_last_run_that_began()
    {
        var name = await at.MakeAsync(AgentServer.Source("""context.Log.Info($"run {context.Run.Number}."); return AgentResult.Success("said");"""));
        var none = await Cli.RunAsync(at.Server, "agents", "logs", name);
        Assert.Equal(0, none.ExitCode);
        Assert.Contains("has not run yet", none.Output, StringComparison.Ordinal);
        await at.RunAsync(name);
        await at.RunAsync(name);

        Assert.Contains("run 2.", (await Cli.RunAsync(at.Server, "agents", "logs", name)).Output, StringComparison.Ordinal);
        Assert.Equal("run 2.", (string?)JsonNode.Parse((await Cli.RunAsync(at.Server, "agents", "logs", name, "--json")).Output)!["items"]!.AsArray().Single()!["line"]);
        var followed = await Cli.RunAsync(at.Server, "agents", "logs", name, "--follow");
        Assert.Contains("succeeded: said", followed.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("run 1.", followed.Output, StringComparison.Ordinal);
        Assert.NotEqual(0, (await Cli.RunAsync(at.Server, "agents", "logs", "nobody")).ExitCode);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=501")]
    [InlineData("after=x")]
    [InlineData("after=-1")]
    public async Task A_page_that_cannot_be_is_refused(string query)
    {
        var run = await at.RunAsync(await at.MakeAsync(AgentServer.Source("""return AgentResult.Success("");""")));

        Assert.Equal(400, (await at.Server.GetAsync($"/api/tasks/{run["id"]}/logs?{query}")).Status);
    }

    [Fact]
    public async Task Who_comes_back_to_the_live_log_hears_what_came_after_the_last_event()
    {
        var run = await at.RunAsync(await at.MakeAsync(AgentServer.Source(Talkative)));
        using var http = new HttpClient { BaseAddress = at.Server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/tasks/{run["id"]}/logs?after=5");
        request.Headers.Authorization = new("Bearer", at.Server.ShownKey);
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Headers.Add("Last-Event-ID", "1232");

        using var answer = await http.SendAsync(request, AgentServer.Ending);
        var stream = await answer.Content.ReadAsStringAsync(AgentServer.Ending);

        Assert.Equal(["id: 1233", "id: 1234"], stream.Split('\n').Where(line => line.StartsWith("id:", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_run_that_nobody_has_looked_at_yet_has_a_log_and_counts_as_one_that_waits()
    {
        var name = await at.MakeAsync(AgentServer.Source("""return AgentResult.Success("");"""));
        var agent = Guid.Parse((string)(await at.Server.GetAsync($"/api/agents/{name}")).Json["agent"]!["id"]!);
        var later = TimeProvider.System.GetUtcNow().AddHours(1);
        var id = await at.Server.Get<WorkLedger>().EnqueueAsync(
            new NewWork("agents.run", "later", Json.Write(new { agentId = agent, trigger = "schedule" })) { DueAt = later }, AgentServer.Ending);

        var log = await at.Server.GetAsync($"/api/tasks/{id}/logs");
        Assert.Equal((200, 0), (log.Status, log.Json["items"]!.AsArray().Count));
        var shown = await Cli.RunAsync(at.Server, "runs", "logs", $"{id}");
        Assert.True(shown.ExitCode == 0, shown.Error);
        Assert.Equal("queued", (string?)(await at.Server.GetAsync($"/api/tasks/{id}")).Json["state"]);
        var summary = (await at.Server.GetAsync($"/api/tasks/stats/summary?agent={name}")).Json;
        Assert.Equal((1, 1, 1), ((int)summary["queued"]!, (int)summary["total"]!, (int)summary["byState"]!["queued"]!));
        Assert.True((int)(await at.Server.GetAsync("/api/tasks/stats/summary")).Json["queued"]! >= 1);
    }

    [Fact]
    public async Task A_long_result_is_cut_between_letters_and_to_a_line_in_lists()
    {
        var name = await at.MakeAsync(AgentServer.Source("""return AgentResult.Success(new string('x', 9993) + string.Concat(Enumerable.Repeat("\U0001F600", 50)));"""));

        var run = await at.RunAsync(name);
        var listed = await Cli.RunAsync(at.Server, "runs", "list", "--agent", name);

        Assert.Equal($"{new string('x', 9993)} (cut)", (string?)run["text"]);
        Assert.All(listed.Output.Split('\n'), line => Assert.InRange(line.Length, 0, 250));
        Assert.Contains(new string('x', 9993), (await Cli.RunAsync(at.Server, "runs", "list", "--agent", name, "--json")).Output, StringComparison.Ordinal);
    }
}
