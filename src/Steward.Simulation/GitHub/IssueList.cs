namespace Steward.Simulation.GitHub;

/// <summary>The issues of the repository. Everything here is under <see cref="Sync"/>.</summary>
internal sealed class IssueList(string repository, TimeProvider clock)
{
    private long lastCommentId = 2_000_000_000;

    public Lock Sync { get; } = new();

    public string Repository => repository;

    /// <summary>Where the API is, known once it listens.</summary>
    public Uri Api { get; set; } = new("http://127.0.0.1");

    /// <summary>In the order of their numbers. Bounded by what clients and tests create.</summary>
    public List<Issue> All { get; } = [];

    public Issue? Find(int number) => number >= 1 && number <= All.Count ? All[number - 1] : null;

    public Issue Add(string title, string? body, IReadOnlyList<string> labels)
    {
        var issue = new Issue(Api, repository, All.Count + 1, clock.GetUtcNow()) { Title = title, Body = body, Labels = labels };
        All.Add(issue);
        return issue;
    }

    public Comment AddComment(Issue issue, string body)
    {
        var comment = new Comment(++lastCommentId, body, clock.GetUtcNow());
        issue.Comments.Add(comment);
        issue.UpdatedAt = comment.CreatedAt;
        return comment;
    }

    public void Touch(Issue issue) => issue.UpdatedAt = clock.GetUtcNow();
}
