using System.Text.Json.Nodes;

namespace Steward.Simulation.GitHub;

/// <summary>A run of a workflow with its jobs. Read and changed under the repository's lock.</summary>
internal sealed class WorkflowRun(Repository repository, string file, string branch, string sha, string @event)
{
    private const int StepsBeforeTheLast = 1;

    public long Id { get; } = repository.NextId();

    public string File => file;

    public string Branch => branch;

    public string Sha => sha;

    public string Event => @event;

    public RunState State { get; private set; }

    public int Attempt { get; private set; } = 1;

    public DateTimeOffset CreatedAt { get; } = repository.Now;

    public DateTimeOffset UpdatedAt { get; private set; } = repository.Now;

    public List<Job> Jobs { get; } = [];

    /// <summary>The workflow's number: the same for the same file.</summary>
    public long WorkflowId => NumberOf(file);

    public static long NumberOf(string file) => 5_000_000 + file.Aggregate(7L, (sum, letter) => ((sum * 31) + letter) % 1_000_003);

    public void SetJobs(IEnumerable<SimulatedJob> jobs)
    {
        Jobs.Clear();
        Jobs.AddRange(jobs.Select(job => new Job(repository.NextId(), job)));
    }

    public void Enter(RunState state)
    {
        (State, UpdatedAt) = (state, repository.Now);
        foreach (var job in Jobs.Where(job => job.State is RunState.Queued or RunState.Running))
        {
            job.State = state;
        }

        var action = state switch { RunState.Queued => "requested", RunState.Running => "in_progress", _ => "completed" };
        repository.Tell("workflow_run", new JsonObject { ["action"] = action, ["workflow_run"] = ToJson() }, Account.Developer);
    }

    /// <summary>Begins the next attempt: what did not end well, again, under new numbers.</summary>
    public void Again()
    {
        Attempt++;
        for (var i = 0; i < Jobs.Count; i++)
        {
            var again = Jobs[i].State != RunState.Green;
            Jobs[i] = new Job(repository.NextId(), Jobs[i].Told) { State = again ? RunState.Queued : RunState.Green };
        }

        Enter(RunState.Queued);
    }

    public SimulatedRun Snapshot() => new(Id, file, branch, sha, @event, State, Attempt);

    public JsonObject ToJson()
    {
        var (status, conclusion) = Wire.Words(State);
        return new JsonObject
        {
            ["id"] = Id,
            ["name"] = Path.GetFileNameWithoutExtension(file),
            ["node_id"] = $"WFR_{Id}",
            ["head_branch"] = branch,
            ["head_sha"] = sha,
            ["path"] = $".github/workflows/{file}",
            ["display_title"] = repository.Git.Commit(sha)?.Message ?? "",
            ["run_number"] = Id - 1_000_000_000,
            ["event"] = @event,
            ["status"] = status,
            ["conclusion"] = conclusion,
            ["workflow_id"] = WorkflowId,
            ["url"] = repository.Url($"/actions/runs/{Id}"),
            ["html_url"] = repository.Page($"/actions/runs/{Id}"),
            ["pull_requests"] = new JsonArray(),
            ["created_at"] = Wire.Time(CreatedAt),
            ["updated_at"] = Wire.Time(UpdatedAt),
            ["run_attempt"] = Attempt,
            ["run_started_at"] = Wire.Time(CreatedAt),
            ["jobs_url"] = repository.Url($"/actions/runs/{Id}/jobs"),
            ["repository"] = repository.Brief(),
        };
    }

    public JsonObject ToJson(Job job)
    {
        var (status, conclusion) = Wire.Words(job.State);
        var last = job.Told.FailedStep ?? "Run tests";
        return new JsonObject
        {
            ["id"] = job.Id,
            ["run_id"] = Id,
            ["run_url"] = repository.Url($"/actions/runs/{Id}"),
            ["run_attempt"] = Attempt,
            ["node_id"] = $"CR_{job.Id}",
            ["head_sha"] = sha,
            ["head_branch"] = branch,
            ["workflow_name"] = Path.GetFileNameWithoutExtension(file),
            ["url"] = repository.Url($"/actions/jobs/{job.Id}"),
            ["html_url"] = repository.Page($"/actions/runs/{Id}/job/{job.Id}"),
            ["status"] = status,
            ["conclusion"] = conclusion,
            ["created_at"] = Wire.Time(CreatedAt),
            ["started_at"] = Wire.Time(CreatedAt),
            ["completed_at"] = conclusion is null ? null : Wire.Time(UpdatedAt),
            ["name"] = job.Told.Name,
            ["steps"] = new JsonArray(Step("Set up job", StepsBeforeTheLast, conclusion is null ? RunState.Running : RunState.Green), Step(last, StepsBeforeTheLast + 1, job.State)),
        };
    }

    private static JsonObject Step(string name, int number, RunState state)
    {
        var (status, conclusion) = Wire.Words(state);
        return new JsonObject { ["name"] = name, ["status"] = status, ["conclusion"] = conclusion, ["number"] = number };
    }
}

internal sealed class Job(long id, SimulatedJob told)
{
    public long Id => id;

    public SimulatedJob Told => told;

    public RunState State { get; set; } = told.State;
}
