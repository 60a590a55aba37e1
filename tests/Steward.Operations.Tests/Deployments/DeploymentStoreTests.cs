using System.Globalization;
using Steward.Operations.Deployments;
using Steward.Operations.Tests.Recovery;
using Steward.Operations.Watched;
using Steward.Testing;

namespace Steward.Operations.Tests.Deployments;

public sealed class DeploymentStoreTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<StoreKind> Stores => [StoreKind.Sqlite, StoreKind.Postgres];

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_turn_looks_back_on_the_newest_deployments_of_each_service(StoreKind kind)
    {
        await using var store = await FilledAsync(kind);

        var recent = await store.Database.ReadAsync(DeploymentStore.RecentAsync, TestContext.Current.CancellationToken);

        Assert.Equal(["few", "many"], recent.Select(service => service.Key));
        Assert.Equal(["few-2", "few-1", "few-0"], recent["few"].Select(deployment => deployment.Id));
        Assert.Equal(Enumerable.Range(0, DeploymentStore.History).Select(place => $"many-{49 - place}"), recent["many"].Select(deployment => deployment.Id));
    }

    [Fact]
    public async Task It_reads_no_others()
    {
        await using var store = await FilledAsync(StoreKind.Sqlite);

        var plan = await store.Database.ReadAsync(session => session.QueryAsync(
            $"EXPLAIN QUERY PLAN {DeploymentStore.RecentSql}", row => row.Text("detail"), ("before", 19), ("ever", DateTimeOffset.UnixEpoch)), TestContext.Current.CancellationToken);

        Assert.Contains(plan, step => step.StartsWith("SEARCH deployment USING INDEX deployment_of_service (service_id=? AND created_at>?)", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, step => step.StartsWith("SCAN deployment", StringComparison.Ordinal) || step.StartsWith("SCAN older", StringComparison.Ordinal));
    }

    private static async Task<TestStore> FilledAsync(StoreKind kind)
    {
        var store = await TestStore.CreateAsync(kind, TimeProvider.System, RecoveryRig.Rooms);
        await store.Database.WriteAsync(async session =>
        {
            foreach (var (service, count) in new[] { ("many", 50), ("few", 3), ("none", 0) })
            {
                await ServiceStore.SaveAsync(session, [new WatchedService(service, service, null, ServiceHealth.Unknown, 0, null, null, null, Noon)]);
                await DeploymentStore.SaveAsync(session, [.. Enumerable.Range(0, count).Select(i => new Deployment(
                    string.Create(CultureInfo.InvariantCulture, $"{service}-{i}"), service, service, DeploymentState.Removed, "REMOVED", null, Noon.AddMinutes(i), Noon.AddMinutes(i), null, null, true, null))]);
            }
        }, TestContext.Current.CancellationToken);
        return store;
    }
}
