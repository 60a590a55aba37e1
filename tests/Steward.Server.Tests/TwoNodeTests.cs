using Steward.Testing;

namespace Steward.Server.Tests;

public sealed class TwoNodeTests
{
    [Fact]
    public async Task Two_nodes_on_one_store_share_one_first_key_and_what_one_revokes_the_other_refuses()
    {
        var store = await TestPostgres.NewDatabaseAsync();
        await using (var one = new RunningServer { Environment = { ["STEWARD_Storage__ConnectionString"] = store } })
        await using (var two = new RunningServer { Environment = { ["STEWARD_Storage__ConnectionString"] = store } })
        {
            await Task.WhenAll(one.InitializeAsync().AsTask(), two.InitializeAsync().AsTask());
            var owner = Assert.Single(new[] { one.ShownKey, two.ShownKey }.OfType<string>());
            var (maker, other) = one.ShownKey is null ? (two, one) : (one, two);
            var (id, key) = await maker.MakeKeyAsync("anna", "read");
            Assert.Equal(200, (await other.GetAsync("/api/work", owner)).Status);
            await Eventually.HoldsAsync(async () => (await other.GetAsync("/api/stop", key)).Status == 200, "the other node knows the key", TestContext.Current.CancellationToken);

            Assert.Equal(200, (await maker.SendAsync(HttpMethod.Delete, $"/api/keys/{id}")).Status);

            await Eventually.HoldsAsync(async () => (await other.GetAsync("/api/stop", key)).Status == 401, "the other node refuses it", TestContext.Current.CancellationToken);
        }

        await TestPostgres.DropAsync(store);
    }

    [Fact]
    public async Task Two_nodes_on_one_store_sign_as_one_server()
    {
        var store = await TestPostgres.NewDatabaseAsync();
        await using (var one = new RunningServer { Environment = { ["STEWARD_Storage__ConnectionString"] = store } })
        await using (var two = new RunningServer { Environment = { ["STEWARD_Storage__ConnectionString"] = store } })
        {
            await Task.WhenAll(one.InitializeAsync().AsTask(), two.InitializeAsync().AsTask());
            var owner = one.ShownKey ?? two.ShownKey;

            var signers = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => (n % 2 == 0 ? one : two).GetAsync("/api/agents/signer", owner)));

            Assert.Single(signers.Select(signer => (string)signer.Json["fingerprint"]!).Distinct());
            Assert.Single((await one.GetAsync("/api/audit?limit=500", owner)).Json["items"]!.AsArray(), row => (string?)row!["kind"] == "agent.signer-made");
        }

        await TestPostgres.DropAsync(store);
    }
}
