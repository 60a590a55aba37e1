using Steward.Governance.Audit;
using Steward.Kernel;
using Steward.Operations.Events;
using Steward.Operations.Tests.Recovery;
using Steward.Platform.Work;
using Steward.Simulation.GitHub;
using Steward.Testing;

namespace Steward.Operations.Tests.Events;

/// <summary>A pull request on the simulated GitHub, people with and without permission, and a node that hears of their comments.</summary>
internal sealed class CommandRig : IAsyncDisposable
{
    public const string Repository = "acme/shop";
    public const string Writer = "anna";
    public const string Stranger = "mallory";

    private int deliveries;

    private CommandRig(RecoveryRig node) => Node = node;

    public RecoveryRig Node { get; }

    public SimulatedGitHub GitHub => Node.World.GitHub;

    public int PullRequest { get; private set; }

    /// <param name="rule">A rule that the policy has beside those of the default one.</param>
    /// <param name="settings">Further settings.</param>
    public static async Task<CommandRig> StartAsync(string? rule = null, Action<Dictionary<string, string?>>? settings = null)
    {
        var rig = new CommandRig(await RecoveryRig.StartAsync(
            settings: change =>
            {
                (change["Operations:HealthPatience"], change["Operations:AutoDeployGrace"]) = ("00:00:02", "00:00:00");
                settings?.Invoke(change);
            },
            prepare: (world, change) => change["Operations:Services:web:HealthUrl"] = world.Railway.HealthUrl("web").ToString(),
            rule: rule));
        rig.GitHub.Push("feature", files: new Dictionary<string, string> { ["a.txt"] = "a" });
        rig.PullRequest = rig.GitHub.AddPullRequest("A change", "feature");
        rig.GitHub.SetPermission(Writer, "write");
        rig.GitHub.SetPermission(Stranger, "read");
        return rig;
    }

    /// <summary>Somebody comments on the pull request, and GitHub says so. Gives the comment.</summary>
    public async Task<long> SayAsync(string text, string author = Writer)
    {
        // Whoever comments has looked at what was pushed: GitHub's times are whole seconds.
        await Eventually.HoldsAsync(() => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() > GitHub.LastPush.ToUnixTimeSeconds(), "the second of the last push is over", CancellationToken.None);
        var id = GitHub.AddComment(PullRequest, text, author);
        await TellAsync(id, text, author);
        return id;
    }

    /// <summary>GitHub, or somebody who has its secret, tells of a comment.</summary>
    public Task TellAsync(long comment, string text, string author = Writer, Func<EventRecord, EventRecord>? change = null)
    {
        var record = new EventRecord("github", "issue_comment", $"delivery-{++deliveries:0000}")
        {
            Action = "created",
            Repository = Repository,
            Number = PullRequest,
            IsPullRequest = true,
            Sender = author,
            SenderType = "User",
            CommentId = comment,
            Comment = text,
            At = TimeProvider.System.GetUtcNow(),
        };
        return Node.Get<WorkLedger>().EnqueueAsync(EventWork.For(change?.Invoke(record) ?? record), CancellationToken.None);
    }

    /// <summary>Waits until nothing is left to do and gives our comments on the pull request.</summary>
    public async Task<IReadOnlyList<string>> AnswersAsync()
    {
        await SettledAsync();
        return [.. GitHub.Comments(PullRequest).Where(comment => comment.Body.Contains("<!-- steward:answer/", StringComparison.Ordinal)).Select(comment => comment.Body)];
    }

    /// <summary>Waits until everything that was told has been worked through.</summary>
    public Task SettledAsync() => Eventually.HoldsAsync(async () =>
    {
        var open = (await Node.Get<WorkLedger>().ListAsync(null, null, new PageRequest(500), CancellationToken.None)).Items
            .Where(item => item.Kind is "operations.event" or "operations.command" or "operations.answer");
        return open.All(item => item.FinishedAt is not null || item.Result?.Contains("kill switch", StringComparison.Ordinal) == true);
    }, "all that was told is worked through", CancellationToken.None);

    /// <summary>The commands that were looked into, oldest first.</summary>
    public async Task<IReadOnlyList<WorkItem>> CommandsAsync()
    {
        await SettledAsync();
        return [.. (await Node.Get<WorkLedger>().ListAsync(null, "operations.command", new PageRequest(500), CancellationToken.None)).Items.Reverse()];
    }

    public async Task<IReadOnlyList<AuditEntry>> AuditAsync(string kind) => [.. (await Node.AuditAsync()).Select(row => row.Entry).Where(entry => entry.Kind == kind)];

    public ValueTask DisposeAsync() => Node.DisposeAsync();
}
