using System.Text;

namespace Steward.Server.Tests.Agents;

/// <summary>What there is too much of at a provider does not hide what matters.</summary>
public sealed class ProviderBoundTests(ProviderServer at) : IClassFixture<ProviderServer>
{
    private const string Read = """, "tools": { "github": {}, "n8n": {} }, "limits": { "retries": 0 }""";

    [Fact]
    public async Task Old_drafts_do_not_hide_a_pull_request()
    {
        for (var number = 0; number < 106; number++)
        {
            at.World.GitHub.AddPullRequest(number == 53 ? "Wait" : $"Draft {number}", $"branch-{number}", isDraft: number != 53);
        }

        var said = await SayAsync("""
            var pulls = await context.GitHub.PullRequestsAsync(null, true, cancellationToken);
            var text = $"{pulls.Count}, {pulls.Count(one => one.Checks is not null)} with checks, in order: {pulls.SequenceEqual(pulls.OrderBy(one => one.ChangedAt))}; {string.Join(", ", pulls.Where(one => !one.IsDraft).Select(one => $"{one.Title}: {one.Checks}"))}";
            """);

        Assert.Equal("100, 30 with checks, in order: True; Wait: none", said);
    }

    [Fact]
    public async Task A_workflow_that_fails_all_the_time_does_not_hide_another()
    {
        await FailAsync("quiet", 1);
        await FailAsync("noisy", 260);

        Assert.Equal("200 True noisy", await SayAsync(Failures("")));
        Assert.Equal("1 False quiet", await SayAsync(Failures("\"noisy\"")));
    }

    private static string Failures(string ignore) => $$"""
        var found = await context.N8n.FailuresAsync(context.Now.AddHours(-1), [{{ignore}}], cancellationToken);
        var text = $"{found.Items.Count} {found.IsCut} {string.Join(", ", found.Items.Select(one => one.Workflow).Distinct())}";
        """;

    private async Task FailAsync(string path, int times)
    {
        at.World.N8n.Register(path, failure: "no such address");
        using var http = new HttpClient();
        for (var time = 0; time < times; time++)
        {
            using var body = new StringContent("{}", Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync(new Uri(at.World.N8nUrl, $"webhook/{path}"), body, AgentServer.Ending);
        }
    }

    private async Task<string> SayAsync(string body)
    {
        var run = await at.Agents.RunAsync(await at.Agents.MakeAsync(AgentServer.Source($"{body}\nreturn AgentResult.Success(text);", Read)));
        Assert.True((string?)run["state"] == "succeeded", run.ToJsonString());
        return (string)run["text"]!;
    }
}
