using System.Text.Json.Nodes;

namespace Steward.Simulation.GitHub;

/// <summary>The repository: what it holds, and whose it is. Everything here is under <see cref="Sync"/>. Bounded by what clients and tests create.</summary>
internal sealed class Repository(string name, TimeProvider clock)
{
    private long lastId = 1_000_000_000;

    public Lock Sync { get; } = new();

    public string Name => name;

    public string Owner => name.Split('/')[0];

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Where the API is, known once it listens.</summary>
    public Uri Api { get; set; } = new("http://127.0.0.1");

    public bool IsPrivate { get; set; } = true;

    /// <summary>When somebody pushed last, to whatever branch. Here the branches of forks count as well.</summary>
    public DateTimeOffset PushedAt { get; private set; } = clock.GetUtcNow();

    /// <summary>Issues and pull requests in the order of their numbers.</summary>
    public List<Issue> Issues { get; } = [];

    public GitTree Git { get; } = new(name, clock);

    public CheckList Checks { get; } = new();

    public List<WorkflowRun> Runs { get; } = [];

    /// <summary>The files of workflows that somebody removed from the default branch.</summary>
    public HashSet<string> RemovedWorkflows { get; } = new(StringComparer.Ordinal);

    /// <summary>What people may do; whoever is not there may read what is public.</summary>
    public Dictionary<string, string> Permissions { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Tells those who want to know: an event, its members and who caused it.</summary>
    public Action<string, JsonObject, Account> Tell { get; set; } = (_, _, _) => { };

    /// <summary>A number that nothing else here has.</summary>
    public long NextId() => ++lastId;

    public string Url(string path) => new Uri(Api, $"/repos/{name}{path}").AbsoluteUri;

    public string Page(string path) => $"https://github.com/{name}{path}";

    public Issue? Find(int number) => number >= 1 && number <= Issues.Count ? Issues[number - 1] : null;

    public Issue Add(string title, string? body, IReadOnlyList<string> labels, Account author, PullRequest? pull = null)
    {
        var issue = new Issue(this, Issues.Count + 1, author) { Title = title, Body = body, Labels = labels, Pull = pull };
        Issues.Add(issue);
        issue.Tell("opened", author);
        return issue;
    }

    /// <summary>A new commit at the end of a branch, which begins at the default branch when it is new.</summary>
    public Commit Push(string branch, string message, Account author, IReadOnlyDictionary<string, string>? files)
    {
        var before = Git.Find(branch)?.Head.Sha ?? new string('0', 40);
        var commit = Git.Push(branch, message, author, files);
        PushedAt = Now;
        Tell("push", new JsonObject
        {
            ["ref"] = $"refs/heads/{branch}",
            ["before"] = before,
            ["after"] = commit.Sha,
            ["head_commit"] = new JsonObject { ["id"] = commit.Sha, ["message"] = message, ["timestamp"] = Wire.Time(commit.At), ["author"] = new JsonObject { ["name"] = author.Login } },
        }, author);
        foreach (var issue in Issues.Where(one => one.IsOpen && one.Pull is { Fork: null } pull && pull.HeadBranch == branch))
        {
            issue.Touch();
            issue.Tell("synchronize", author);
        }

        return commit;
    }

    /// <summary>Takes a report of a commit.</summary>
    public void Report(string sha, string name, RunState state, bool isStatus)
    {
        var check = Checks.Set(sha, name, state, isStatus, NextId, Now);
        if (isStatus)
        {
            Tell("status", new JsonObject { ["sha"] = sha, ["state"] = check.StatusWord, ["context"] = name, ["updated_at"] = Wire.Time(Now) }, Account.Developer);
            return;
        }

        // Of a suite GitHub tells the App that it is completed, when all of it is.
        var all = Checks.Of(sha, statuses: false);
        if (all.All(one => one.State is not (RunState.Queued or RunState.Running)))
        {
            var good = all.All(one => one.State == RunState.Green);
            Tell("check_suite", new JsonObject
            {
                ["action"] = "completed",
                ["check_suite"] = new JsonObject
                {
                    ["id"] = NextId(),
                    ["head_sha"] = sha,
                    ["head_branch"] = Git.BranchOf(sha),
                    ["status"] = "completed",
                    ["conclusion"] = good ? "success" : "failure",
                    ["updated_at"] = Wire.Time(Now),
                    ["pull_requests"] = new JsonArray([.. Issues.Where(one => one.Pull?.HeadSha == sha).Select(one => new JsonObject { ["number"] = one.Number })]),
                },
            }, Account.Developer);
        }
    }

    public JsonObject Brief() => new()
    {
        ["id"] = 1,
        ["node_id"] = "R_1",
        ["name"] = name.Split('/')[1],
        ["full_name"] = name,
        ["owner"] = new Account(Owner).ToJson(),
        ["private"] = IsPrivate,
        ["html_url"] = Page(""),
        ["url"] = Url(""),
        ["default_branch"] = GitTree.Default,
        ["pushed_at"] = Wire.Time(PushedAt),
    };
}
