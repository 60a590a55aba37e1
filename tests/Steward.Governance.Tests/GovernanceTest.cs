using System.Text.Json.Nodes;
using Steward.Governance.Calls;
using Steward.Governance.Policies;
using Steward.Platform.Work;
using Steward.Testing;

namespace Steward.Governance.Tests;

/// <summary>A test with a store of its own and one node on it.</summary>
public abstract class GovernanceTest(StoreKind kind) : IAsyncLifetime
{
    protected static readonly Actor Operations = new("operations");
    protected static readonly Actor Anna = Actor.Person("anna");

    private readonly List<Node> nodes = [];

    protected StoreKind Kind => kind;

    protected FakeClock Clock { get; } = new();

    protected TestStore Store { get; private set; } = null!;

    internal Node Node => nodes[0];

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Store = await TestStore.CreateAsync(kind, Clock, (GovernanceModule.Room, typeof(GovernanceModule).Assembly));
        nodes.Add(new Node(Store.Database, Store.Options, Clock));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }

        if (Store is not null)
        {
            await Store.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Another process on the same store: a second node, or the first after a crash.</summary>
    internal async Task<Node> AnotherNodeAsync(params IWorkHandler[] handlers)
    {
        var node = new Node(await Store.OpenAsync(), Store.Options, Clock, handlers);
        nodes.Add(node);
        return node;
    }

    /// <summary>Writes another policy than before into the file that all nodes read.</summary>
    protected async Task EditPolicyAsync(Func<string, string> edit)
    {
        var path = Path.Combine(Store.Options.DataDirectory, "policy.yaml");
        var old = File.Exists(path) ? await File.ReadAllTextAsync(path, Cancellation) : PolicyReader.DefaultText;
        var changed = edit(old);
        Assert.NotEqual(old, changed);
        await File.WriteAllTextAsync(path, changed, Cancellation);
    }

    /// <summary>A rollback to a known good deployment: allowed by the default policy without a person.</summary>
    protected static CallRequest Rollback(string service, string deployment) =>
        new($"rollback/{deployment}", Operations, new Call("railway.deployment.rollback", $"deployment/{deployment}", new JsonObject { ["to"] = "good" }, service),
            "It crashed after it had started.", $"cause-{deployment}")
        {
            Facts = new HashSet<string> { "known-good" },
            Confidence = 0.95,
            Evidence = ["exit code 1"],
        };

    /// <summary>A deployment to production: kept for people by the default policy.</summary>
    protected static CallRequest Redeploy(string service, string deployment) =>
        new($"redeploy/{deployment}", Operations, new Call("railway.deployment.redeploy", $"deployment/{deployment}", [], service),
            "A new version is there.", $"cause-{deployment}");

    internal static async Task<int> RunAsync(Permit permit, Call? actual = null, Func<Task>? send = null)
    {
        var sent = 0;
        await permit.RunAsync(actual ?? permit.Call, async _ =>
        {
            sent++;
            await (send?.Invoke() ?? Task.CompletedTask);
            return sent;
        }, _ => "done", CancellationToken.None);
        return sent;
    }

    internal async Task<Permit> PermittedAsync(CallRequest request, Node? node = null) =>
        Assert.IsType<GateAnswer.Permitted>(await (node ?? Node).Gate.AskAsync(request, Cancellation)).Permit;

    internal async Task<GateAnswer.Waiting> WaitingAsync(CallRequest request, Node? node = null) =>
        Assert.IsType<GateAnswer.Waiting>(await (node ?? Node).Gate.AskAsync(request, Cancellation));

    internal async Task<Permit> ApprovedPermitAsync(CallRequest request, Node? node = null)
    {
        var waiting = await WaitingAsync(request, node);
        Assert.False((await (node ?? Node).Approvals.HandleAsync(waiting.ApprovalId, true, Anna, "go ahead", Cancellation)).IsRefused);
        return await PermittedAsync(request, node);
    }
}
