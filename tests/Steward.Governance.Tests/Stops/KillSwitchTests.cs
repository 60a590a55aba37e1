using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Governance.Stops;
using Steward.Kernel;
using Steward.Platform.Work;
using Steward.Testing;

namespace Steward.Governance.Tests.Stops;

public sealed class KillSwitchTestsOnSqlite() : KillSwitchTests(StoreKind.Sqlite);

public sealed class KillSwitchTestsOnPostgres() : KillSwitchTests(StoreKind.Postgres);

public abstract class KillSwitchTests(StoreKind kind) : GovernanceTest(kind)
{
    [Theory]
    [InlineData(StopScope.Global, "", true, true)]
    [InlineData(StopScope.Service, "web", true, false)]
    [InlineData(StopScope.Actor, "operations", true, true)]
    [InlineData(StopScope.Service, "we", false, false)]
    [InlineData(StopScope.Actor, "agent:other", false, false)]
    public async Task It_blocks_what_it_covers_on_every_node_at_once(StopScope scope, string subject, bool blocksWeb, bool blocksApi)
    {
        var other = await AnotherNodeAsync();
        var web = await PermittedAsync(Rollback("web", "1"));
        var api = await PermittedAsync(Rollback("api", "2"), other);

        await Node.Switches.RaiseAsync(scope, subject, "I do not trust it", Anna, Cancellation);

        foreach (var (service, permit, isBlocked) in new[] { ("web", web, blocksWeb), ("api", api, blocksApi) })
        {
            var answer = await other.Gate.AskAsync(Rollback(service, $"{service}-new"), Cancellation);
            Assert.Equal(isBlocked, answer is GateAnswer.Held);
            if (isBlocked)
            {
                var refused = await Assert.ThrowsAsync<PermitRefusedException>(() => RunAsync(permit));
                Assert.Contains("I do not trust it", refused.Reason, StringComparison.Ordinal);
                Assert.Contains("person:anna", refused.Reason, StringComparison.Ordinal);
            }
            else
            {
                Assert.Equal(1, await RunAsync(permit));
            }
        }
    }

    [Fact]
    public async Task It_survives_a_restart_and_names_who_when_and_why()
    {
        await Node.Switches.RaiseAsync(StopScope.Global, "", "fire", Anna, Cancellation);
        Clock.Advance(TimeSpan.FromDays(3));

        var again = await AnotherNodeAsync();

        var stop = Assert.Single(await again.Switches.ActiveAsync(Cancellation));
        Assert.Equal(("fire", "person:anna", Clock.Now().AddDays(-3)), (stop.Reason, stop.RaisedBy, stop.RaisedAt));
        Assert.IsType<GateAnswer.Held>(await again.Gate.AskAsync(Rollback("web", "1"), Cancellation));
    }

    [Fact]
    public async Task Raising_it_twice_is_raising_it_once_and_lifting_it_twice_is_refused()
    {
        var other = await AnotherNodeAsync();
        var stops = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() =>
            (i % 2 == 0 ? Node : other).Switches.RaiseAsync(StopScope.Service, "web", $"{i}", Anna, Cancellation))));

        Assert.Single(stops.Select(stop => stop.Id).Distinct());
        Assert.False((await other.Switches.LiftAsync(StopScope.Service, "web", "fine again", Anna, Cancellation)).IsRefused);
        Assert.Equal(RefusalKind.NotFound, (await Node.Switches.LiftAsync(StopScope.Service, "web", null, Anna, Cancellation)).Refusal?.Kind);
        Assert.Equal([AuditKinds.StopRaised, AuditKinds.StopLifted], (await Node.RowsAsync()).Select(row => row.Entry.Kind));
        await Node.Switches.RaiseAsync(StopScope.Service, "web", "again", Anna, Cancellation);
    }

    [Fact]
    public async Task Lifting_it_wakes_the_work_that_it_held_back()
    {
        var answers = new List<GateAnswer>();
        Node node = null!;
        node = await AnotherNodeAsync(new Chore(async item =>
        {
            answers.Add(await node.Gate.AskAsync(Rollback("web", "1") with { WaitingWork = item.Id }, Cancellation));
            return answers[^1] is GateAnswer.Permitted ? WorkResult.Done() : WorkResult.WaitUntil(Clock.Now().AddHours(1), "held");
        }));
        await Node.Switches.RaiseAsync(StopScope.Global, "", "wait", Anna, Cancellation);
        await node.Ledger.EnqueueAsync(new NewWork("test.chore", "1", "{}"), Cancellation);
        await node.Runner.RunOnceAsync(Cancellation);
        Assert.Equal(0, await node.Runner.RunOnceAsync(Cancellation));

        await Node.Switches.LiftAsync(StopScope.Global, "", null, Anna, Cancellation);

        Assert.Equal(1, await node.Runner.RunOnceAsync(Cancellation));
        Assert.IsType<GateAnswer.Held>(answers[0]);
        Assert.IsType<GateAnswer.Permitted>(answers[1]);
    }

    [Fact]
    public async Task An_approval_wakes_the_work_that_waits_for_it()
    {
        var answers = new List<GateAnswer>();
        Node node = null!;
        node = await AnotherNodeAsync(new Chore(async item =>
        {
            answers.Add(await node.Gate.AskAsync(Redeploy("web", "1") with { WaitingWork = item.Id }, Cancellation));
            return answers[^1] is GateAnswer.Permitted ? WorkResult.Done() : WorkResult.WaitUntil(Clock.Now().AddHours(1), "waits");
        }));
        await node.Ledger.EnqueueAsync(new NewWork("test.chore", "1", "{}"), Cancellation);
        await node.Runner.RunOnceAsync(Cancellation);

        await Node.Approvals.HandleAsync(((GateAnswer.Waiting)answers[0]).ApprovalId, true, Anna, null, Cancellation);

        Assert.Equal(1, await node.Runner.RunOnceAsync(Cancellation));
        Assert.IsType<GateAnswer.Permitted>(answers[1]);
    }

    private sealed class Chore(Func<WorkItem, Task<WorkResult>> handle) : IWorkHandler
    {
        public string Kind => "test.chore";

        public Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken) => handle(item);
    }
}
