using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.GitHub;

/// <summary>GitHub Actions over HTTP. Each change records itself when it is performed.</summary>
internal sealed class WorkflowRoutes(Repository repository, WorkflowCourse course, MutationLog log)
{
    private const string Actions = GitHubApi.Repo + "/actions";
    private const string Runs = Actions + "/runs";
    private const string OneRun = Runs + "/{id:long}";
    private const string Logs = "/simulated-logs/{id:long}";

    public void Map(GitHubApi api)
    {
        api.On("GET", Runs, "ListRuns", ("actions", "read"), visit => List(visit, _ => true));
        api.On("GET", Actions + "/workflows/{workflow}/runs", "ListWorkflowRuns", ("actions", "read"), visit => List(visit, run => Is(run.File, visit)));
        api.On("GET", OneRun, "GetRun", ("actions", "read"), visit => WithRun(visit, run => Reply.Json(200, run.ToJson())));
        api.On("GET", OneRun + "/jobs", "ListJobs", ("actions", "read"), visit => WithRun(visit, run => Pages.Named(visit.Request, "jobs", run.Jobs, run.ToJson)));
        api.On("POST", OneRun + "/rerun-failed-jobs", "RerunFailedJobs", ("actions", "write"), visit => WithRun(visit, Rerun));
        api.On("POST", Actions + "/workflows/{workflow}/dispatches", "DispatchWorkflow", ("actions", "write"), Dispatch);
        api.On("GET", Actions + "/jobs/{id:long}/logs", "GetJobLog", ("actions", "read"), visit => WithJob(Id(visit.Route("id")), job =>
            Reply.Message(302, "Found").With("Location", new Uri(repository.Api, Logs.Replace("{id:long}", $"{job.Id}?sig=signed", StringComparison.Ordinal)).AbsoluteUri)));
        // As the storage behind GitHub: the address is the permission, and a token beside it is refused.
        api.OnPublic("GET", Logs, "GetJobLogContent", request => request.Headers.ContainsKey("Authorization") || request.Query["sig"] != "signed"
            ? Reply.Message(403, "Server failed to authenticate the request.")
            : Locked(() => WithJob(Id($"{request.RouteValues["id"]}"), job => Reply.Plain(200, job.Told.Log))));
    }

    private Reply List(Visit visit, Func<WorkflowRun, bool> only)
    {
        var (branch, @event, created) = (visit.Query("branch"), visit.Query("event"), visit.Query("created"));
        var since = created?.StartsWith(">=", StringComparison.Ordinal) == true ? DateTimeOffset.Parse(created[2..], CultureInfo.InvariantCulture) : DateTimeOffset.MinValue;
        var found = repository.Runs.AsEnumerable().Reverse()
            .Where(run => only(run) && (branch is null || run.Branch == branch) && (@event is null || run.Event == @event) && run.CreatedAt >= since)
            .ToList();
        return Pages.Named(visit.Request, "workflow_runs", found, run => run.ToJson());
    }

    private Reply Rerun(WorkflowRun run)
    {
        if (run.State is RunState.Queued or RunState.Running)
        {
            return Reply.Message(403, "This workflow is already running");
        }

        run.Again();
        log.Record(Systems.GitHub, "RerunFailedJobs", $"{repository.Name}/runs/{run.Id}", $"{run.Attempt}");
        course.Begin(run);
        return Reply.Json(201, new JsonObject());
    }

    private Reply Dispatch(Visit visit)
    {
        if (repository.Git.Find(visit.Body.Text("ref") ?? "") is not { } branch)
        {
            return Reply.Message(422, $"No ref found for: {visit.Body.Text("ref")}");
        }

        if (course.Workflows.FirstOrDefault(file => Is(file, visit)) is not { } workflow)
        {
            return Wire.NotFound;
        }

        var run = new WorkflowRun(repository, workflow, branch.Name, branch.Head.Sha, "workflow_dispatch");
        run.SetJobs([new SimulatedJob("run", RunState.Queued)]);
        repository.Runs.Add(run);
        log.Record(Systems.GitHub, "DispatchWorkflow", $"{repository.Name}/workflows/{workflow}", $"{run.Id}");
        course.Begin(run);
        return visit.Body["return_run_details"]?.GetValueKind() == JsonValueKind.True && course.TellsRun
            ? Reply.Json(200, new JsonObject { ["workflow_run_id"] = run.Id, ["run_url"] = repository.Url($"/actions/runs/{run.Id}"), ["html_url"] = repository.Page($"/actions/runs/{run.Id}") })
            : new Reply(204, default);
    }

    // A workflow is named by its file or by its number.
    private static bool Is(string file, Visit visit) => visit.Route("workflow") is var asked && (asked == file || asked == $"{WorkflowRun.NumberOf(file)}");

    private Reply WithRun(Visit visit, Func<WorkflowRun, Reply> perform) =>
        repository.Runs.Find(run => run.Id == Id(visit.Route("id"))) is { } run ? perform(run) : Wire.NotFound;

    private Reply WithJob(long id, Func<Job, Reply> perform) =>
        repository.Runs.SelectMany(run => run.Jobs).FirstOrDefault(job => job.Id == id) is { } job ? perform(job) : Wire.NotFound;

    private Reply Locked(Func<Reply> perform)
    {
        lock (repository.Sync)
        {
            return perform();
        }
    }

    private static long Id(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
