namespace Steward.Server.Tests.Agents;

/// <summary>One agent reads large pages that come slowly; the others go on.</summary>
public sealed class SlowPageTests(AgentServer at) : IClassFixture<AgentServer>
{
    private const string Http = """, "tools": { "http": { "hosts": ["127.0.0.1"] } }, "limits": { "retries": 0 }""";

    [Fact]
    public async Task A_large_page_that_comes_slowly_holds_up_no_other_agents_large_answer_and_no_others_time()
    {
        var (ending, begun) = (new TaskCompletionSource(), new SemaphoreSlim(0));
        at.Hold = async () =>
        {
            begun.Release();
            await ending.Task;
        };
        at.Answer = (200, new string('y', 200_000));
        var slow = await at.MakeAsync(AgentServer.Source(
            $"""
            var pages = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => context.Http.GetAsync(new Uri("{at.Page}slow"), cancellationToken)));
            return AgentResult.Success(string.Join(" ", pages.Select(page => page.Body.Length)));
            """, Http));
        var quick = await at.MakeAsync(AgentServer.Source(
            $"""
            var page = await context.Http.GetAsync(new Uri("{at.Page}"), cancellationToken);
            return AgentResult.Success(page.Milliseconds < 10_000 ? "at once" : $"after {"{"}page.Milliseconds{"}"} ms");
            """, Http));
        var id = (string)(await at.Server.PostAsync($"/api/agents/{slow}/execute")).Json["id"]!;
        for (var page = 0; page < 3; page++)
        {
            await begun.WaitAsync(AgentServer.Ending);
        }

        Assert.Equal("at once", (string?)(await at.RunAsync(quick))["text"]);
        Assert.Equal("running", (string?)(await at.Server.GetAsync($"/api/tasks/{id}")).Json["state"]);

        ending.SetResult();
        Assert.Equal("100000 100000 100000", (string?)(await at.EndOfAsync(id))["text"]);
    }
}
