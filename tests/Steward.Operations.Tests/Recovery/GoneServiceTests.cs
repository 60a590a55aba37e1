using Steward.Kernel;
using Steward.Operations.Decide;
using Steward.Operations.Findings;
using Steward.Operations.Watched;
using Steward.Testing;

namespace Steward.Operations.Tests.Recovery;

/// <summary>Services that are not there any more, on the store: what one node saw another one knows.</summary>
public sealed class GoneServiceTests
{
    private const string Key = "s9@closed";

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task What_another_node_saw_missing_for_ten_minutes_is_gone_at_the_first_look_of_this_one(StoreKind kind)
    {
        await using var rig = await RecoveryRig.StartAsync(kind);
        var now = rig.Get<TimeProvider>().GetUtcNow();
        var id = Ids.New(rig.Get<TimeProvider>());
        await rig.Database.WriteAsync(async session =>
        {
            await ServiceStore.SaveAsync(session, [new WatchedService(Key, Key, null, ServiceHealth.Unknown, 0, null, null, null, now) { AbsentSince = now.AddMinutes(-11), AbsentAt = now.AddMinutes(-1) }]);
            await FindingStore.AddAsync(session, new Finding(id, $"high-cpu/{Key}/1", $"high-cpu/{Key}", FindingKind.HighCpu, Key, Key, $"service/{Key}", "medium", "It is busy.", [],
                [new Decision(DecisionKind.Alert, 9, "It is busy.", 1)], FindingState.Open, null, $"finding-{id}", now, now, null));
        }, CancellationToken.None);

        await rig.Get<Cycle>().RunOnceAsync(hurry: true, CancellationToken.None);

        Assert.Contains("not there any more", Assert.Single(await rig.FindingsAsync()).Outcome, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task Since_when_a_service_is_missing_is_remembered(StoreKind kind)
    {
        await using var rig = await RecoveryRig.StartAsync(kind);
        await rig.Database.WriteAsync(session => ServiceStore.SaveAsync(session, [new WatchedService(Key, Key, null, ServiceHealth.Unknown, 0, null, null, null, rig.Get<TimeProvider>().GetUtcNow())]), CancellationToken.None);

        await rig.Get<Cycle>().RunOnceAsync(hurry: true, CancellationToken.None);

        var service = await rig.Database.ReadAsync(session => ServiceStore.FindAsync(session, Key), CancellationToken.None);
        Assert.NotNull(service!.AbsentSince);
        Assert.Equal(service.AbsentSince, service.AbsentAt);
    }
}
