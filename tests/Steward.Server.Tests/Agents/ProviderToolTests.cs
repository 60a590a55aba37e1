using System.Text.Json.Nodes;
using Steward.Simulation.GitHub;

namespace Steward.Server.Tests.Agents;

/// <summary>What agents read of GitHub, Railway and n8n.</summary>
public sealed class ProviderToolTests(ProviderServer at) : IClassFixture<ProviderServer>
{
    private const string Read = """, "tools": { "github": { "repositories": ["acme/other"] }, "railway": {}, "n8n": {} }, "limits": { "retries": 0 }""";

    [Fact]
    public async Task Open_pull_requests_come_with_their_age_and_their_checks()
    {
        var github = at.World.GitHub;
        var (red, draft) = (github.AddPullRequest("Red ghp_0123456789012345678901234567890123456", "red"), github.AddPullRequest("Draft", "draft", isDraft: true));
        github.SetChecks(red, RunState.Red, "unit-tests");
        github.CloseIssue(github.AddPullRequest("Closed", "closed"));

        var pulls = await AskAsync("await context.GitHub.PullRequestsAsync(null, true, cancellationToken)");

        var one = pulls.Single(pull => (int)pull!["number"]! == red)!;
        Assert.Equal("Red [redacted]", (string?)one["title"]);
        Assert.Equal("red", (string?)one["checks"]);
        Assert.Equal("unit-tests", (string?)one["failing"]![0]);
        Assert.True(TimeProvider.System.GetUtcNow() - (DateTimeOffset)one["openedAt"]! < TimeSpan.FromMinutes(5));
        Assert.True((bool)pulls.Single(pull => (int)pull!["number"]! == draft)!["isDraft"]!);
        Assert.DoesNotContain(pulls, pull => (string?)pull!["title"] == "Closed");
    }

    [Fact]
    public async Task Open_issues_come_without_pull_requests()
    {
        var github = at.World.GitHub;
        var number = github.AddIssue("Broken", "it is", "bug", "urgent");
        github.AddIssue("Other", "it is not", "question");
        github.AddPullRequest("Mend it", "mend");

        var issue = Assert.Single(await AskAsync("""await context.GitHub.IssuesAsync("", "bug", 100, cancellationToken)"""))!;

        Assert.Equal(number, (int)issue["number"]!);
        Assert.Equal("Broken by developer: bug, urgent", $"{issue["title"]} by {issue["author"]}: {issue["labels"]![0]}, {issue["labels"]![1]}");
        Assert.DoesNotContain(await AskAsync("await context.GitHub.IssuesAsync(null, null, 100, cancellationToken)"), one => (string?)one!["title"] == "Mend it");
    }

    [Fact]
    public async Task Runs_of_workflows_come_newest_first_and_no_more_than_asked_for()
    {
        at.World.GitHub.AddRun(RunState.Green, sha: "1111111111111111111111111111111111111111");
        at.World.GitHub.AddRun(RunState.Cancelled, sha: "2222222222222222222222222222222222222222");

        var run = Assert.Single(await AskAsync("await context.GitHub.WorkflowRunsAsync(null, \"main\", 1, cancellationToken)"))!;

        Assert.Equal("cancelled", (string?)run["state"]);
        Assert.Equal("2222222222222222222222222222222222222222", (string?)run["commit"]);
    }

    [Fact]
    public async Task A_repository_that_was_not_declared_is_refused_and_one_that_is_gone_is_not_found()
    {
        Assert.StartsWith("not-declared:", await FailAsync("await context.GitHub.IssuesAsync(\"acme/secret\", null, 1, cancellationToken);"), StringComparison.Ordinal);
        Assert.StartsWith("not-found:", await FailAsync("await context.GitHub.IssuesAsync(\"acme/other\", null, 1, cancellationToken);"), StringComparison.Ordinal);
        Assert.StartsWith("invalid:", await FailAsync("await context.GitHub.IssuesAsync(\"../x\", null, 1, cancellationToken);"), StringComparison.Ordinal);
        Assert.StartsWith("invalid:", await FailAsync("await context.GitHub.IssuesAsync(null, null, 1000, cancellationToken);"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Services_their_deployments_and_their_usage_are_told()
    {
        var railway = at.World.Railway;
        railway.AddService("web", "aaaa");
        railway.Deploy("web", "bbbb");
        railway.SetMetric("web", "CPU_USAGE", 0.5);

        var service = (await AskAsync("await context.Railway.ServicesAsync(null, cancellationToken)")).Single(one => (string?)one!["name"] == "web")!;
        var deployments = await AskAsync("await context.Railway.DeploymentsAsync(\"web\", null, 10, cancellationToken)");
        var usage = await AskAsync("(await context.Railway.UsageAsync(context.Now.AddHours(-10), cancellationToken)).Used");

        Assert.Equal("active true bbbb", $"{service["state"]} {service["isServing"]} {service["version"]}");
        Assert.Equal(["bbbb", "aaaa"], deployments.Select(one => (string?)one!["version"]));
        var cpu = usage.Single(sum => (string?)sum!["measurement"] == "cpuUsage" && (string?)sum["service"] == "web")!;
        Assert.InRange((double)cpu["value"]!, 299, 302);
    }

    [Fact]
    public async Task What_there_is_not_on_Railway_is_not_found()
    {
        Assert.StartsWith("not-found:", await FailAsync("await context.Railway.DeploymentsAsync(\"nothing\", null, 10, cancellationToken);"), StringComparison.Ordinal);
        Assert.StartsWith("not-found: There is no environment 'moon'", await FailAsync("await context.Railway.ServicesAsync(\"moon\", cancellationToken);"), StringComparison.Ordinal);
        Assert.StartsWith("invalid:", await FailAsync("await context.Railway.UsageAsync(context.Now.AddDays(-500), cancellationToken);"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workflows_and_what_failed_of_them_are_told()
    {
        var (good, bad) = (at.World.N8n.Register("good"), at.World.N8n.Register("bad", failure: "no such address, password=hunter22"));
        using var http = new HttpClient();
        foreach (var path in new[] { "good", "bad" })
        {
            using var body = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync(new Uri(at.World.N8nUrl, $"webhook/{path}"), body, AgentServer.Ending);
        }

        var workflows = await AskAsync("await context.N8n.WorkflowsAsync(cancellationToken)");
        var failure = Assert.Single(await AskAsync("await context.N8n.FailuresAsync(context.Now.AddHours(-1), cancellationToken)"))!;

        Assert.Contains(workflows, one => (string?)one!["id"] == good && (bool)one["isActive"]!);
        Assert.Equal((bad, "bad", "error"), ((string?)failure["workflowId"], (string?)failure["workflow"], (string?)failure["state"]));
        Assert.Contains("no such address, password=[redacted]", (string?)failure["error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_call_is_counted_for_its_agent()
    {
        var name = await at.Agents.MakeAsync(AgentServer.Source("await context.Railway.ServicesAsync(null, cancellationToken); return AgentResult.Success(\"\");", Read));
        var run = await at.Agents.RunAsync(name);

        Assert.Equal(1, (int)run["calls"]!);
        var use = Assert.Single((await at.Agents.Server.GetAsync($"/api/agents/{name}/usage")).Json["items"]!.AsArray())!;
        Assert.Equal(("railway_services", 1), ((string?)use["tool"], (int)use["calls"]!));
    }

    [Fact]
    public async Task All_agents_together_may_ask_a_model_so_often_in_a_day()
    {
        var asked = at.World.Model.Questions.Count;
        var text = await FailAsync("for (var n = 0; n < 20; n++) { await context.Model.AskAsync(\"Count.\", $\"{n}\", cancellationToken); }", """, "tools": { "model": {} }, "limits": { "retries": 0, "modelCallsPerDay": 1000 }""");

        Assert.StartsWith("too-many: The 8 questions of all agents", text, StringComparison.Ordinal);
        Assert.Equal(8, at.World.Model.Questions.Count - asked);
    }

    [Theory]
    [InlineData("stale", """{ "days": 0 }""", " looked at, ")]
    [InlineData("cost", """{ "budget": 1000000 }""", " so far, $")]
    [InlineData("failures", "{}", " failed executions")]
    public async Task A_template_does_its_work_against_its_provider(string template, string settings, string said)
    {
        var name = at.Agents.NewName();
        var made = await at.Agents.Server.PostAsync("/api/agents", new JsonObject { ["name"] = name, ["template"] = template, ["settings"] = JsonNode.Parse(settings) });
        Assert.True(made.Status == 201, made.Body);

        var run = await at.Agents.RunAsync(name);

        Assert.Equal("succeeded", (string?)run["state"]);
        Assert.Contains(said, (string?)run["text"], StringComparison.Ordinal);
    }

    // What an expression gives, as the kit reads it.
    private async Task<JsonArray> AskAsync(string expression)
    {
        var name = await at.Agents.MakeAsync(AgentServer.Source($"return AgentResult.Success(System.Text.Json.JsonSerializer.Serialize({expression}, AgentJson.Options));", Read));
        var run = await at.Agents.RunAsync(name);
        Assert.True((string?)run["state"] == "succeeded", run.ToJsonString());
        return JsonNode.Parse((string)run["text"]!)!.AsArray();
    }

    private async Task<string> FailAsync(string body, string declaration = Read)
    {
        var name = await at.Agents.MakeAsync(AgentServer.Source(
            $$"""try { {{body}} return AgentResult.Success("done"); } catch (ToolException e) { return AgentResult.Failure($"{e.Code}: {e.Message}"); }""", declaration));
        return (string)(await at.Agents.RunAsync(name))["text"]!;
    }
}
