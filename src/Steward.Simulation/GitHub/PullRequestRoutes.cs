using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.GitHub;

/// <summary>Pull requests, merging and checks over HTTP. Each change records itself when it is performed.</summary>
internal sealed class PullRequestRoutes(Repository repository, MutationLog log)
{
    private const string Pulls = GitHubApi.Repo + "/pulls";
    private const string OnePull = Pulls + "/{number:int}";
    private const string Commit = GitHubApi.Repo + "/commits/{sha}";

    public void Map(GitHubApi api)
    {
        api.On("GET", Pulls, "ListPullRequests", ("pull_requests", "read"), List);
        api.On("POST", Pulls, "CreatePullRequest", ("pull_requests", "write"), Create);
        api.On("GET", OnePull, "GetPullRequest", ("pull_requests", "read"), visit => WithPull(visit, (issue, pull) => Reply.Json(200, pull.ToJson(issue, whole: true))));
        api.On("PUT", OnePull + "/merge", "MergePullRequest", ("contents", "write"), visit => WithPull(visit, (issue, pull) => Merge(visit, issue, pull)));
        api.On("GET", Commit + "/check-runs", "ListCheckRuns", ("checks", "read"), visit => WithCommit(visit, commit =>
            Pages.Named(visit.Request, "check_runs", repository.Checks.Of(commit.Sha, statuses: false), check => check.ToJson(repository))));
        api.On("GET", Commit + "/status", "GetCombinedStatus", ("statuses", "read"), visit => WithCommit(visit, commit => Statuses(visit, commit)));
    }

    private Reply List(Visit visit)
    {
        var (state, head, target) = (visit.Query("state") ?? "open", visit.Query("head"), visit.Query("base"));
        var found = repository.Issues.AsEnumerable().Reverse()
            .Where(issue => issue.Pull is { } pull
                && (state == "all" || issue.IsOpen == (state == "open"))
                && (target is null || pull.Base.Name == target)
                && (head is null || head == $"{(pull.Fork ?? repository.Name).Split('/')[0]}:{pull.HeadBranch}"))
            .ToList();
        return Pages.List(visit.Request, found, issue => issue.Pull!.ToJson(issue, whole: false));
    }

    private Reply Create(Visit visit)
    {
        var body = visit.Body;
        if (repository.Git.Find(body.Text("base") ?? "") is not { } target)
        {
            return Wire.Invalid("PullRequest", "base", "invalid");
        }

        if (repository.Git.Find(body.Text("head") ?? "") is not { } head)
        {
            return Wire.Invalid("PullRequest", "head", "invalid");
        }

        if (string.IsNullOrWhiteSpace(body.Text("title")))
        {
            return Wire.Invalid("PullRequest", "title", "missing_field");
        }

        if (head.Head.Sha == target.Head.Sha || repository.Issues.Exists(one => one.IsOpen && one.Pull is { Fork: null } pull && pull.HeadBranch == head.Name && pull.Base == target))
        {
            return Wire.Invalid("PullRequest", "head", "custom");
        }

        var draft = body["draft"]?.GetValueKind() == JsonValueKind.True;
        var issue = repository.Add(body.Text("title")!, body.Text("body"), [], visit.Account, new PullRequest(head, target) { IsDraft = draft });
        log.Record(Systems.GitHub, "CreatePullRequest", Name(issue), issue.Title);
        return Reply.Json(201, issue.Pull!.ToJson(issue, whole: true));
    }

    private Reply Merge(Visit visit, Issue issue, PullRequest pull)
    {
        var method = visit.Body.Text("merge_method") ?? "merge";
        if (method is not ("merge" or "squash" or "rebase"))
        {
            return Wire.Invalid("PullRequest", "merge_method", "invalid");
        }

        if (!issue.IsOpen || pull.Conflicts)
        {
            return Reply.Message(405, "Pull Request is not mergeable");
        }

        if (pull.IsDraft)
        {
            return Reply.Message(405, "Pull Request is still a draft");
        }

        if (visit.Body.Text("sha") is { } sha && sha != pull.HeadSha)
        {
            return Reply.Message(409, "Head branch was modified. Review and try the merge again.");
        }

        var merged = pull.Merge(issue, method, visit.Account);
        log.Record(Systems.GitHub, "MergePullRequest", Name(issue), merged.Sha);
        return Reply.Json(200, new JsonObject { ["sha"] = merged.Sha, ["merged"] = true, ["message"] = "Pull Request successfully merged" });
    }

    private Reply Statuses(Visit visit, Commit commit)
    {
        var statuses = repository.Checks.Of(commit.Sha, statuses: true);
        var words = statuses.Select(status => status.StatusWord).ToList();
        return Pages.Named(visit.Request, "statuses", statuses, status => status.ToJson(repository), new()
        {
            // Nothing reported is "pending", too: GitHub's own trap.
            ["state"] = words.Contains("failure") ? "failure" : words.Count > 0 && words.TrueForAll(word => word == "success") ? "success" : "pending",
            ["sha"] = commit.Sha,
            ["repository"] = repository.Brief(),
            ["commit_url"] = repository.Url($"/commits/{commit.Sha}"),
            ["url"] = repository.Url($"/commits/{commit.Sha}/status"),
        });
    }

    private Reply WithPull(Visit visit, Func<Issue, PullRequest, Reply> perform) =>
        int.TryParse(visit.Route("number"), out var number) && repository.Find(number) is { Pull: { } pull } issue ? perform(issue, pull) : Wire.NotFound;

    private Reply WithCommit(Visit visit, Func<Commit, Reply> perform) =>
        repository.Git.Commit(visit.Route("sha")) is { } commit ? perform(commit) : Reply.Message(422, $"No commit found for SHA: {visit.Route("sha")}");

    private string Name(Issue issue) => $"{repository.Name}#{issue.Number}";
}
