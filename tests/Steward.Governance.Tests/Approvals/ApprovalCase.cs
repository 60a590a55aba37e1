using System.Text.Json.Nodes;
using Steward.Governance.Audit;
using Steward.Governance.Calls;

namespace Steward.Governance.Tests.Approvals;

/// <summary>One random execution that needs a person, and the record of how often it really ran.</summary>
internal sealed class ApprovalCase(int seed, string name, Node node, Node other)
{
    private static readonly string[] Refusals =
        [AuditKinds.CallRefused, AuditKinds.CallDenied, AuditKinds.ApprovalRefused, AuditKinds.ApprovalExpired, AuditKinds.ApprovalVoid];

    private int executed;

    public Random Random { get; } = new(seed);

    public Node Node => node;

    public Node Other => other;

    /// <summary>How often the provider was really told to do it.</summary>
    public int Executed => Volatile.Read(ref executed);

    public CallRequest NewRequest()
    {
        var key = $"{name}/{seed}";
        return new CallRequest(key, new Actor(Pick("operations", "agent:builder", "person:bob")), NewCall(), "because", key)
        {
            Confidence = Random.NextDouble(),
            Evidence = [.. Enumerable.Range(0, Random.Next(3)).Select(line => $"line {line}")],
        };
    }

    public async Task<Guid> WaitAsync(CallRequest request, Node? at = null) =>
        Assert.IsType<GateAnswer.Waiting>(await (at ?? node).Gate.AskAsync(request, CancellationToken.None)).ApprovalId;

    public async Task ApproveAsync(CallRequest request, Node? at = null)
    {
        var decided = await (at ?? node).Approvals.HandleAsync(await WaitAsync(request, at), true, Actor.Person("anna"), null, CancellationToken.None);
        Assert.False(decided.IsRefused, decided.Refusal?.Message);
    }

    public async Task<Permit> PermitAsync(CallRequest request, Node? at = null) =>
        Assert.IsType<GateAnswer.Permitted>(await (at ?? node).Gate.AskAsync(request, CancellationToken.None)).Permit;

    public async Task<Permit> ApprovedAsync(CallRequest request, Node? at = null)
    {
        await ApproveAsync(request, at);
        return await PermitAsync(request, at);
    }

    /// <summary>Executes, as a connector does it.</summary>
    public Task<int> ExecuteAsync(Permit permit, Call actual, Exception? failure = null) => permit.RunAsync(
        actual,
        _ => failure is null ? Task.FromResult(Interlocked.Increment(ref executed)) : Task.FromException<int>(failure),
        _ => "done",
        CancellationToken.None);

    /// <summary>The provider did it, but its answer never came.</summary>
    public Task<int> ExecuteAndLoseTheAnswerAsync(Permit permit, Call actual) => permit.RunAsync<int>(
        actual,
        _ =>
        {
            Interlocked.Increment(ref executed);
            throw new IOException("The connection broke.");
        },
        _ => null,
        CancellationToken.None);

    /// <summary>True when it was refused; anything else that goes wrong is a failure of the test.</summary>
    public async Task<bool> IsRefusedAsync(Permit permit, Call actual)
    {
        try
        {
            await ExecuteAsync(permit, actual);
            return false;
        }
        catch (PermitRefusedException)
        {
            return true;
        }
    }

    /// <summary>Does what must be refused and checks that nothing ran and that an audit row says so.</summary>
    public async Task MustBeRefusedAsync(Permit permit, Call actual)
    {
        var (ran, rows) = (Executed, await RefusalsAsync());
        Assert.True(await IsRefusedAsync(permit, actual), "A bad call was executed.");
        Assert.Equal(ran, Executed);
        Assert.True(await RefusalsAsync() > rows, "The refusal is not in the audit log.");
    }

    /// <summary>How many audit rows of this case tell of a refusal.</summary>
    public async Task<int> RefusalsAsync() =>
        (await node.RowsAsync(new AuditFilter(CorrelationId: $"{name}/{seed}"))).Count(row => Refusals.Contains(row.Entry.Kind));

    public T Pick<T>(params T[] from) => from[Random.Next(from.Length)];

    public Call NewCall() => new(
        Pick("railway.deployment.redeploy", "n8n.workflow.activate", "github.pull-request.merge", "something.nobody.knows"),
        $"deployment/{Random.Next():x}",
        NewArguments(),
        Pick("web", "api", null));

    private JsonObject NewArguments()
    {
        var arguments = new JsonObject { ["always"] = Leaf(), ["list"] = new JsonArray(1, 2), ["nested"] = new JsonObject { ["inner"] = Leaf() } };
        for (var i = Random.Next(4); i > 0; i--)
        {
            arguments[$"a{i}"] = Leaf();
        }

        return arguments;
    }

    private JsonNode? Leaf() => Random.Next(6) switch
    {
        0 => Random.Next(1000),
        1 => Random.NextDouble(),
        2 => Random.Next(2) == 0,
        3 => null,
        4 => Pick("", "main", "größer als \"5\"", "line\nbreak", "\u00e9", "e\u0301"),
        _ => $"value {Random.Next()}",
    };
}
