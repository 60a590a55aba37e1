using Steward.Simulation.GitHub;

namespace Steward.Simulation.Tests;

/// <summary>What happens on the simulated GitHub by itself, on the world's clock.</summary>
public sealed class GitHubTimeTests : WorldTest
{
    protected override WorldOptions Options => new() { Speed = 10 };

    [Fact]
    public async Task A_check_turns_green_after_its_time()
    {
        var number = World.GitHub.AddPullRequest();
        World.GitHub.SetChecks(number, RunState.Running);
        World.GitHub.SetChecks(number, RunState.Green, after: TimeSpan.FromSeconds(60));

        Clock.Advance(TimeSpan.FromSeconds(5.9));
        Assert.Equal("in_progress", await CheckAsync(number));
        Clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal("completed", await CheckAsync(number));
    }

    [Fact]
    public async Task A_run_that_is_started_again_runs_and_ends_as_it_was_told()
    {
        var id = World.GitHub.AddRun(RunState.Red);
        World.GitHub.NextRuns = RunState.Cancelled;

        await SendAsync(HttpMethod.Post, $"repos/acme/shop/actions/runs/{id}/rerun-failed-jobs");

        Assert.Equal((RunState.Running, 2), State());
        Clock.Advance(Options.Timings.WorkflowRun / 10);
        Assert.Equal((RunState.Cancelled, 2), State());

        (RunState, int) State() => (World.GitHub.Runs[0].State, World.GitHub.Runs[0].Attempt);
    }

    private async Task<string> CheckAsync(int number) =>
        (await SendAsync(HttpMethod.Get, $"repos/acme/shop/commits/{World.GitHub.PullRequests[number - 1].HeadSha}/check-runs"))["check_runs"]![0]!["status"]!.GetValue<string>();

    private async Task<System.Text.Json.Nodes.JsonNode> SendAsync(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, new Uri(World.GitHubUrl, path)) { Headers = { { "Authorization", $"Bearer {Options.GitHubToken}" } } };
        using var response = await Client.SendAsync(request, Ending);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}");
        return System.Text.Json.Nodes.JsonNode.Parse(await response.Content.ReadAsStringAsync(Ending))!;
    }
}
