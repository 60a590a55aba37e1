namespace Steward.Simulation.GitHub;

// Workflow runs.
public sealed partial class SimulatedGitHub
{
    /// <summary>All workflow runs, oldest first.</summary>
    public IReadOnlyList<SimulatedRun> Runs => Locked(() => repository.Runs.Select(run => run.Snapshot()).ToList());

    /// <summary>How the runs end that clients start or start again from now on; <see cref="RunState.Green"/> at first. They take <see cref="WorldTimings.WorkflowRun"/>.</summary>
    public RunState NextRuns
    {
        get => Locked(() => course.Outcome);
        set => Locked(() => course.Outcome = value);
    }

    /// <summary>False to answer the start of a workflow without saying which run it is, as GitHub did before 2026.</summary>
    public bool TellsDispatchedRun
    {
        get => Locked(() => course.TellsRun);
        set => Locked(() => course.TellsRun = value);
    }

    /// <summary>A workflow that clients can start; <c>ci.yml</c> and <c>deploy.yml</c> are there at first.</summary>
    public void AddWorkflow(string file) => Locked(() => course.Workflows.Add(file));

    /// <summary>Somebody removed the file of a workflow from the default branch. Until then there is one for each that ran.</summary>
    public void RemoveWorkflow(string file) => Locked(() => repository.RemovedWorkflows.Add(file));

    /// <summary>A workflow ran; gives the run's number. A red run without jobs gets one that failed.</summary>
    /// <param name="state">How far it is.</param>
    /// <param name="workflow">The workflow's file.</param>
    /// <param name="branch">The branch that it ran for; its newest commit unless another is given.</param>
    /// <param name="sha">The commit that it ran for.</param>
    /// <param name="trigger">What started it.</param>
    /// <param name="jobs">Its jobs.</param>
    public long AddRun(
        RunState state = RunState.Green, string workflow = "ci.yml", string branch = GitTree.Default, string? sha = null, string trigger = "push",
        params IReadOnlyList<SimulatedJob> jobs) => Locked(() =>
    {
        var head = repository.Git.Find(branch)?.Head.Sha ?? throw new ArgumentException($"There is no branch {branch}.", nameof(branch));
        var run = new WorkflowRun(repository, workflow, branch, sha ?? head, trigger);
        run.SetJobs(jobs.Count > 0 ? jobs : [new SimulatedJob("test", state, state == RunState.Red ? "Error: a test failed\n" : "All tests passed\n")]);
        run.Enter(state);
        repository.Runs.Add(run);
        return run.Id;
    });

    /// <summary>The numbers of a run's jobs.</summary>
    /// <exception cref="ArgumentException">There is no such run.</exception>
    public IReadOnlyList<long> Jobs(long run) => Locked(() => Run(run).Jobs.Select(job => job.Id).ToList());

    /// <summary>A run goes on, or ends.</summary>
    /// <param name="id">The run.</param>
    /// <param name="state">How far it is now.</param>
    /// <param name="jobs">Its jobs, when they are others than before.</param>
    /// <exception cref="ArgumentException">There is no such run.</exception>
    public void SetRun(long id, RunState state, params IReadOnlyList<SimulatedJob> jobs) => Locked(() =>
    {
        var run = Run(id);
        if (jobs.Count > 0)
        {
            run.SetJobs(jobs);
        }

        run.Enter(state);
    });

    private WorkflowRun Run(long id) => repository.Runs.Find(one => one.Id == id) ?? throw new ArgumentException($"There is no run {id}.", nameof(id));
}
