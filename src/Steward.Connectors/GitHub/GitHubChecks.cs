namespace Steward.Connectors.GitHub;

/// <summary>What the checks of a commit say together.</summary>
public enum ChecksState
{
    /// <summary>Nothing reported at all.</summary>
    None,

    /// <summary>Nothing failed, and something has not ended.</summary>
    Pending,

    /// <summary>Everything that reported ended well, was skipped or does not mind.</summary>
    Green,

    /// <summary>Something failed, was cancelled, ran out of time or wants somebody to act.</summary>
    Red,
}

/// <summary>The checks of a commit: check runs (GitHub Actions and Apps) and commit statuses (others) together.</summary>
/// <param name="State">What they say together.</param>
/// <param name="Failing">The names of those that failed.</param>
/// <param name="Pending">The names of those that have not ended.</param>
public sealed record GitHubChecks(ChecksState State, IReadOnlyList<string> Failing, IReadOnlyList<string> Pending)
{
    private const string TooMany = "(more than are looked at)";

    internal static GitHubChecks From(IReadOnlyList<GitHubWire.CheckRun> runs, IReadOnlyList<GitHubWire.Status> statuses, bool hasMore)
    {
        var all = runs.Select(run => (run.Name, State: Of(run))).Concat(statuses.Select(status => (Name: status.Context, State: Of(status)))).ToList();
        var failing = Names(ChecksState.Red);
        var pending = Names(ChecksState.Pending);
        // What was not seen may be red: it is never called green.
        var open = hasMore ? [.. pending, TooMany] : pending;
        return new(failing.Count > 0 ? ChecksState.Red : open.Count > 0 ? ChecksState.Pending : all.Count > 0 ? ChecksState.Green : ChecksState.None, failing, open);

        List<string> Names(ChecksState state) => [.. all.Where(one => one.State == state).Select(one => one.Name).Distinct(StringComparer.Ordinal)];
    }

    private static ChecksState Of(GitHubWire.CheckRun run) => run switch
    {
        { Status: not "completed" } => ChecksState.Pending,
        { Conclusion: "success" or "neutral" or "skipped" } => ChecksState.Green,
        _ => ChecksState.Red,
    };

    private static ChecksState Of(GitHubWire.Status status) => status.State switch
    {
        "success" => ChecksState.Green,
        "pending" => ChecksState.Pending,
        _ => ChecksState.Red,
    };
}
