namespace Steward.Simulation.GitHub;

/// <summary>What becomes of the runs that clients start. Call it under the repository's lock.</summary>
internal sealed class WorkflowCourse(Repository repository, Schedule schedule, TimeSpan duration)
{
    /// <summary>The workflows that can be started, by their files.</summary>
    public List<string> Workflows { get; } = ["ci.yml", "deploy.yml"];

    /// <summary>How a run ends that a client starts from now on.</summary>
    public RunState Outcome { get; set; } = RunState.Green;

    /// <summary>False to answer a start without saying which run it is, as GitHub did before 2026.</summary>
    public bool TellsRun { get; set; } = true;

    public void Begin(WorkflowRun run)
    {
        var (attempt, outcome) = (run.Attempt, Outcome);
        var delay = schedule.Scale(duration);
        if (delay <= TimeSpan.Zero)
        {
            run.Enter(outcome);
            return;
        }

        run.Enter(RunState.Running);
        schedule.After(delay, () =>
        {
            lock (repository.Sync)
            {
                if (run.Attempt == attempt && run.State == RunState.Running)
                {
                    run.Enter(outcome);
                }
            }
        });
    }
}
