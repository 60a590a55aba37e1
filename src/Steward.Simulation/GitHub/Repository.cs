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

    /// <summary>Issues and pull requests in the order of their numbers.</summary>
    public List<Issue> Issues { get; } = [];

    public GitTree Git { get; } = new(name, clock);

    public CheckList Checks { get; } = new();

    public List<WorkflowRun> Runs { get; } = [];

    /// <summary>What people may do; whoever is not there may read what is public.</summary>
    public Dictionary<string, string> Permissions { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A number that nothing else here has.</summary>
    public long NextId() => ++lastId;

    public string Url(string path) => new Uri(Api, $"/repos/{name}{path}").AbsoluteUri;

    public string Page(string path) => $"https://github.com/{name}{path}";

    public Issue? Find(int number) => number >= 1 && number <= Issues.Count ? Issues[number - 1] : null;

    public Issue Add(string title, string? body, IReadOnlyList<string> labels, Account author, PullRequest? pull = null)
    {
        var issue = new Issue(this, Issues.Count + 1, author) { Title = title, Body = body, Labels = labels, Pull = pull };
        Issues.Add(issue);
        return issue;
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
    };
}
