namespace Steward.Connectors.GitHub;

/// <summary>How far a workflow run or one of its jobs is.</summary>
public enum GitHubRunState
{
    /// <summary>It waits: for a runner, for another run, or for somebody's approval.</summary>
    Queued,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>It ended well, or was skipped.</summary>
    Green,

    /// <summary>It failed, could not start, or ran out of time.</summary>
    Red,

    /// <summary>Somebody, or a newer run, cancelled it.</summary>
    Cancelled,

    /// <summary>It ended otherwise: it wants somebody to act, or GitHub has a new word.</summary>
    Other,
}

/// <summary>A run of a workflow of GitHub Actions.</summary>
/// <param name="Id">Its number on GitHub; a re-run keeps it.</param>
/// <param name="Name">The workflow's name.</param>
/// <param name="WorkflowId">The workflow's number.</param>
/// <param name="Branch">The branch that it ran for; empty when there is none.</param>
/// <param name="HeadSha">The commit that it ran for.</param>
/// <param name="Event">What started it: <c>push</c>, <c>pull_request</c>, <c>workflow_dispatch</c>...</param>
/// <param name="State">How far it is.</param>
/// <param name="Attempt">1, and one more with every re-run.</param>
/// <param name="CreatedAt">When it was first started.</param>
/// <param name="UpdatedAt">When anything about it changed last.</param>
/// <param name="Url">Its page.</param>
public sealed record GitHubRun(
    long Id, string Name, long WorkflowId, string Branch, string HeadSha, string Event, GitHubRunState State, int Attempt,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, string Url)
{
    /// <summary>The file of the workflow in the repository; empty when it has none, as what GitHub runs by itself.</summary>
    public string File { get; init; } = "";
}

/// <summary>A job of a run.</summary>
/// <param name="Id">Its number on GitHub.</param>
/// <param name="Name">Its name.</param>
/// <param name="State">How far it is.</param>
/// <param name="FailedSteps">The names of the steps that failed.</param>
public sealed record GitHubJob(long Id, string Name, GitHubRunState State, IReadOnlyList<string> FailedSteps);
