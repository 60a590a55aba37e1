using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Governance.Elevations;
using Steward.Governance.Policies;
using Steward.Kernel;
using Steward.Testing;

namespace Steward.Governance.Tests.Elevations;

public sealed class ElevationTestsOnSqlite() : ElevationTests(StoreKind.Sqlite);

public sealed class ElevationTestsOnPostgres() : ElevationTests(StoreKind.Postgres);

public abstract class ElevationTests(StoreKind kind) : GovernanceTest(kind)
{
    private static readonly ElevationRequest Wish = new("operations", "web", AutonomyLevel.Autonomous, "a long night", null);

    [Fact]
    public async Task It_widens_for_its_actor_and_service_until_it_ends_by_itself()
    {
        await ManualAsync();
        await WaitingAsync(Rollback("web", "1"));
        var elevation = (await Node.Elevate.HandleAsync(Wish, Anna, Cancellation)).Value!;

        Assert.Equal(TimeSpan.FromMinutes(15), elevation.ExpiresAt - Clock.Now());
        await PermittedAsync(Rollback("web", "2"));
        await WaitingAsync(Rollback("api", "3"));
        await WaitingAsync(Rollback("web", "4") with { Actor = new Actor("agent:other") });

        Clock.Advance(TimeSpan.FromMinutes(15));
        await WaitingAsync(Rollback("web", "5"));
        await Node.Runner.RunOnceAsync(Cancellation);
        await Node.Runner.RunOnceAsync(Cancellation);

        var rows = (await Node.RowsAsync()).Where(row => row.Entry.Kind.StartsWith("elevation.", StringComparison.Ordinal)).ToList();
        Assert.Equal([(AuditKinds.ElevationGranted, "person:anna"), (AuditKinds.ElevationEnded, "time")], rows.Select(row => (row.Entry.Kind, row.Entry.Actor)));
        Assert.Equal("a long night", rows[0].Entry.Reason);
    }

    [Fact]
    public async Task A_person_can_end_it_earlier_once()
    {
        await ManualAsync();
        var elevation = (await Node.Elevate.HandleAsync(Wish, Anna, Cancellation)).Value!;

        Assert.False((await Node.Elevations.EndAsync(elevation.Id, Anna, Cancellation)).IsRefused);
        Assert.Equal(RefusalKind.Conflict, (await Node.Elevations.EndAsync(elevation.Id, Anna, Cancellation)).Refusal?.Kind);

        await WaitingAsync(Rollback("web", "1"));
        Clock.Advance(TimeSpan.FromHours(1));
        await Node.Runner.RunOnceAsync(Cancellation);
        Assert.Single(await Node.RowsAsync(new AuditFilter(Kind: AuditKinds.ElevationEnded)));
    }

    [Fact]
    public async Task It_opens_nothing_that_is_denied_or_kept_for_people()
    {
        await Node.Elevate.HandleAsync(Wish with { Target = "deployment/1" }, Anna, Cancellation);
        await Node.Elevate.HandleAsync(Wish, Anna, Cancellation);

        await WaitingAsync(Redeploy("web", "1"));
        Assert.IsType<GateAnswer.Denied>(await Node.Gate.AskAsync(Redeploy("web", "2") with { Call = new Call("railway.service.destroy", "service/1", [], "web") }, Cancellation));
    }

    [Fact]
    public async Task A_wrong_wish_is_refused_and_leaves_nothing()
    {
        var forbidden = await Node.Elevate.HandleAsync(Wish, new Actor("agent:x"), Cancellation);
        Assert.Equal(RefusalKind.Forbidden, forbidden.Refusal?.Kind);
        foreach (var (wish, field) in new[]
        {
            (Wish with { Actor = null }, "actor"), (Wish with { Actor = " " }, "actor"), (Wish with { Target = "" }, "target"),
            (Wish with { Reason = new string('x', 501) }, "reason"), (Wish with { Level = null }, "level"), (Wish with { Minutes = 0 }, "minutes"),
            (Wish with { Minutes = -1 }, "minutes"), (Wish with { Minutes = 8 * 60 + 1 }, "minutes"), (Wish with { Minutes = double.NaN }, "minutes"),
            (Wish with { Minutes = double.PositiveInfinity }, "minutes"), (Wish with { Minutes = 1e300 }, "minutes"), (Wish with { Level = (AutonomyLevel)7 }, "level"),
        })
        {
            Assert.Equal(field, (await Node.Elevate.HandleAsync(wish, Anna, Cancellation)).Refusal?.Field);
        }

        Assert.Empty((await Node.Elevations.ListAsync(new PageRequest(), Cancellation)).Items);
    }

    private Task ManualAsync() => EditPolicyAsync(text => text.Replace("autonomy: autonomous", "autonomy: manual", StringComparison.Ordinal));
}
