using System.Text.Json.Nodes;

namespace Steward.Simulation.GitHub;

/// <summary>What an issue is more when it is a pull request. Read and changed under the repository's lock.</summary>
internal sealed class PullRequest(Branch head, Branch @base)
{
    private string? judged;
    private string? finalSha;

    /// <summary>The repository of its branch; null for this one.</summary>
    public string? Fork { get; init; }

    public bool IsDraft { get; set; }

    public bool Conflicts { get; set; }

    public DateTimeOffset? MergedAt { get; private set; }

    public string? MergeSha { get; private set; }

    public Branch Base { get; set; } = @base;

    public string HeadBranch => head.Name;

    // What is merged or closed keeps the commit that it had.
    public string HeadSha => finalSha ?? head.Head.Sha;

    /// <summary>
    /// As GitHub does it: the first question after a change of either branch begins the computation and is answered with
    /// null, the next one knows.
    /// </summary>
    public bool? AskMergeable()
    {
        var now = $"{HeadSha}/{Base.Head.Sha}/{Conflicts}";
        var known = judged == now;
        judged = now;
        return known ? !Conflicts : null;
    }

    /// <summary>Merges in a way of "merge_method" and gives the new commit of the base branch.</summary>
    public Commit Merge(Issue issue, string method, Account by)
    {
        finalSha = HeadSha;
        var message = method == "merge" ? $"Merge pull request #{issue.Number} from {HeadBranch}" : $"{issue.Title} (#{issue.Number})";
        var merged = issue.Repository.Push(Base.Name, message, by, head.Head.Files);
        (MergeSha, MergedAt) = (merged.Sha, issue.Repository.Now);
        issue.SetOpen(false, by);
        return merged;
    }

    public JsonObject ToJson(Issue issue, bool whole)
    {
        var repository = issue.Repository;
        var url = repository.Url($"/pulls/{issue.Number}");
        var members = new JsonObject
        {
            ["url"] = url,
            ["id"] = 3_000_000_000L + issue.Number,
            ["node_id"] = $"PR_{issue.Number}",
            ["html_url"] = issue.HtmlUrl,
            ["issue_url"] = issue.Url,
            ["statuses_url"] = repository.Url($"/statuses/{HeadSha}"),
            ["number"] = issue.Number,
            ["state"] = issue.IsOpen ? "open" : "closed",
            ["locked"] = false,
            ["title"] = issue.Title,
            ["user"] = issue.Author.ToJson(),
            ["body"] = issue.Body,
            ["labels"] = issue.LabelsJson(),
            ["created_at"] = Wire.Time(issue.CreatedAt),
            ["updated_at"] = Wire.Time(issue.UpdatedAt),
            ["closed_at"] = Wire.Time(issue.ClosedAt),
            ["merged_at"] = Wire.Time(MergedAt),
            // Until the merge it is the commit by which GitHub tries it.
            ["merge_commit_sha"] = MergeSha ?? new string('7', 40),
            ["draft"] = IsDraft,
            ["head"] = Side(repository, Fork ?? repository.Name, HeadBranch, HeadSha),
            ["base"] = Side(repository, repository.Name, Base.Name, Base.Head.Sha),
            ["author_association"] = "CONTRIBUTOR",
        };
        if (whole)
        {
            var mergeable = issue.IsOpen ? AskMergeable() : null;
            members["merged"] = MergedAt is not null;
            members["mergeable"] = mergeable;
            members["mergeable_state"] = mergeable switch { null => "unknown", true => "clean", false => "dirty" };
            members["comments"] = issue.Comments.Count;
            members["commits"] = 1;
        }

        return members;
    }

    private static JsonObject Side(Repository repository, string full, string branch, string sha) => new()
    {
        ["label"] = $"{full.Split('/')[0]}:{branch}",
        ["ref"] = branch,
        ["sha"] = sha,
        ["user"] = new Account(full.Split('/')[0]).ToJson(),
        ["repo"] = full == repository.Name ? repository.Brief() : new JsonObject { ["full_name"] = full, ["fork"] = true, ["pushed_at"] = Wire.Time(repository.PushedAt) },
    };
}
