using System.Text.Json.Nodes;

namespace Steward.Simulation.GitHub;

/// <summary>What is reported of commits: check runs and commit statuses. Call it under the repository's lock.</summary>
internal sealed class CheckList
{
    private readonly List<Check> all = [];

    public Check Set(string sha, string name, RunState state, bool isStatus, Func<long> id, DateTimeOffset now)
    {
        var check = all.Find(one => one.Sha == sha && one.Name == name && one.IsStatus == isStatus);
        if (check is null)
        {
            all.Add(check = new Check(id(), sha, name, isStatus, now));
        }

        (check.State, check.UpdatedAt) = (state, now);
        return check;
    }

    public IReadOnlyList<Check> Of(string sha, bool statuses) => [.. all.Where(one => one.Sha == sha && one.IsStatus == statuses)];
}

internal sealed class Check(long id, string sha, string name, bool isStatus, DateTimeOffset startedAt)
{
    public string Sha => sha;

    public string Name => name;

    public bool IsStatus => isStatus;

    public RunState State { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    // The older statuses know no more than these words.
    public string StatusWord => State switch { RunState.Green => "success", RunState.Red or RunState.Cancelled => "failure", _ => "pending" };

    public JsonObject ToJson(Repository repository) => isStatus ? Status(repository) : Run(repository);

    private JsonObject Run(Repository repository)
    {
        var (status, conclusion) = Wire.Words(State);
        return new JsonObject
        {
            ["id"] = id,
            ["node_id"] = $"CR_{id}",
            ["head_sha"] = sha,
            ["external_id"] = "",
            ["name"] = name,
            ["url"] = repository.Url($"/check-runs/{id}"),
            ["html_url"] = repository.Page($"/runs/{id}"),
            ["details_url"] = null,
            ["status"] = status,
            ["conclusion"] = conclusion,
            ["started_at"] = Wire.Time(startedAt),
            ["completed_at"] = conclusion is null ? null : Wire.Time(UpdatedAt),
            ["output"] = new JsonObject { ["title"] = null, ["summary"] = null, ["text"] = null, ["annotations_count"] = 0, ["annotations_url"] = "" },
            ["check_suite"] = new JsonObject { ["id"] = id },
            ["app"] = null,
            ["pull_requests"] = new JsonArray(),
        };
    }

    private JsonObject Status(Repository repository) => new()
    {
        ["url"] = repository.Url($"/statuses/{sha}"),
        ["id"] = id,
        ["node_id"] = $"SC_{id}",
        ["state"] = StatusWord,
        ["description"] = null,
        ["target_url"] = null,
        ["context"] = name,
        ["created_at"] = Wire.Time(startedAt),
        ["updated_at"] = Wire.Time(UpdatedAt),
        ["avatar_url"] = null,
    };
}
