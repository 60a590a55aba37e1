using Steward.Connectors.GitHub;
using Steward.Platform.Http;
using Steward.Simulation;
using Steward.Simulation.Faults;
using Steward.Simulation.GitHub;

namespace Steward.Connectors.Tests.GitHub;

public sealed class GitHubWorkflowTests : GitHubTest
{
    private static readonly Dictionary<string, string> Inputs = new() { ["environment"] = "staging" };

    private GitHubWorkflows Workflows => Get<GitHubWorkflows>();

    [Fact]
    public async Task Runs_jobs_and_the_end_of_a_log_are_read()
    {
        GitHub.AddRun();
        GitHub.Push("cart");
        var id = GitHub.AddRun(RunState.Red, branch: "cart", jobs:
        [
            new SimulatedJob("build", RunState.Green),
            new SimulatedJob("test", RunState.Red, "first line\nsecond line\nError: ☃ expected\n", "Run dotnet test"),
        ]);

        var run = Assert.Single(await Workflows.ListRunsAsync(Repo, "cart", 10, Ending));
        Assert.Equal((id, "ci", "cart", "push", GitHubRunState.Red, 1), (run.Id, run.Name, run.Branch, run.Event, run.State, run.Attempt));
        Assert.Equal(2, (await Workflows.ListRunsAsync(Repo, null, 10, Ending)).Count);
        Assert.Single(await Workflows.ListRunsAsync(Repo, null, 1, Ending));

        var jobs = await Workflows.ListJobsAsync(Repo, id, Ending);
        Assert.Equal([GitHubRunState.Green, GitHubRunState.Red], jobs.Select(job => job.State));
        Assert.Equal(["Run dotnet test"], jobs[1].FailedSteps);
        Assert.Equal("second line\nError: ☃ expected\n", await Workflows.JobLogAsync(Repo, jobs[1].Id, 40, Ending));
        Assert.Equal("first line\nsecond line\nError: ☃ expected\n", await Workflows.JobLogAsync(Repo, jobs[1].Id, 4000, Ending));
        Assert.Equal("", await Workflows.JobLogAsync(Repo, 1, 4000, Ending));
    }

    [Fact]
    public async Task Of_a_log_larger_than_any_answer_the_end_is_read()
    {
        var line = new string('x', 99) + "\n";
        var id = GitHub.AddRun(RunState.Red, jobs: [new SimulatedJob("test", RunState.Red, string.Concat(Enumerable.Repeat(line, 120_000)) + "the end\n")]);
        var job = Assert.Single(await Workflows.ListJobsAsync(Repo, id, Ending));

        var log = await Workflows.JobLogAsync(Repo, job.Id, 250, Ending);

        Assert.Equal(line + line + "the end\n", log);
    }

    [Fact]
    public async Task Failed_jobs_run_again_as_the_next_attempt()
    {
        var id = GitHub.AddRun(RunState.Red);

        await Workflows.RerunFailedJobsAsync(await PermittedAsync(Calls.RerunFailedJobs(Repo, id)), Repo, id, Ending);

        var run = await Workflows.FindRunAsync(Repo, id, Ending);
        Assert.Equal((GitHubRunState.Green, 2), (run!.State, run.Attempt));
    }

    [Fact]
    public async Task A_re_run_whose_answer_was_lost_shows_in_the_attempt()
    {
        World.Faults.Add(Fault.DropAfterEffect, Systems.GitHub, "RerunFailedJobs");
        var id = GitHub.AddRun(RunState.Red);
        var permit = await PermittedAsync(Calls.RerunFailedJobs(Repo, id));

        var error = await Assert.ThrowsAsync<ConnectorException>(() => Workflows.RerunFailedJobsAsync(permit, Repo, id, Ending));

        Assert.Equal(CallEffect.Unknown, error.Effect);
        Assert.Equal(2, (await Workflows.FindRunAsync(Repo, id, Ending))!.Attempt);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_started_workflow_is_found_whether_GitHub_names_its_run_or_not(bool named)
    {
        GitHub.TellsDispatchedRun = named;
        GitHub.AddRun(workflow: "deploy.yml", trigger: "workflow_dispatch", branch: "main");
        GitHub.Push("cart");

        var run = await Workflows.DispatchAsync(await PermittedAsync(Calls.DispatchWorkflow(Repo, "deploy.yml", "cart", Inputs)), Repo, "deploy.yml", "cart", Inputs, Ending);

        Assert.Equal(GitHub.Runs[^1].Id, run!.Id);
        Assert.Equal(("cart", "workflow_dispatch", GitHub.Head("cart")), (run.Branch, run.Event, run.HeadSha));
        Assert.Equal(["DispatchWorkflow"], Mutations);
    }

    [Fact]
    public async Task A_workflow_that_there_is_not_is_refused()
    {
        var permit = await PermittedAsync(Calls.DispatchWorkflow(Repo, "none.yml", "main", Inputs));

        var error = await Assert.ThrowsAsync<ConnectorException>(() => Workflows.DispatchAsync(permit, Repo, "none.yml", "main", Inputs, Ending));

        Assert.Equal((System.Net.HttpStatusCode.NotFound, CallEffect.None), (error.Status, error.Effect));
    }
}
