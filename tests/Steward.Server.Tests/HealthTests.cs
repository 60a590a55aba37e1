namespace Steward.Server.Tests;

public sealed class HealthTests
{
    [Fact]
    public async Task A_server_with_its_store_is_ready_without_a_key()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();

        foreach (var path in new[] { "/health", "/api/health", "/health/ready" })
        {
            var health = await server.GetAsync(path, key: null);
            Assert.Equal(200, health.Status);
            Assert.Equal(("healthy", "connected"), ((string?)health.Json["status"], (string?)health.Json["database"]));
            Assert.EndsWith("Z", (string?)health.Json["timestamp"], StringComparison.Ordinal);
            Assert.NotEmpty((string)health.Json["version"]!);
        }
    }

    [Fact]
    public async Task When_the_store_is_gone_the_server_lives_but_is_not_ready_and_says_so_to_clients()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        File.Delete(Path.Combine(server.DataDirectory, "steward.db"));

        var health = await server.GetAsync("/health", key: null);
        Assert.Equal(503, health.Status);
        Assert.Equal(("degraded", "disconnected"), ((string?)health.Json["status"], (string?)health.Json["database"]));
        Assert.Equal(503, (await server.GetAsync("/api/health", key: null)).Status);
        Assert.Equal(200, (await server.GetAsync("/health/live", key: null)).Status);
        (await server.GetAsync("/api/work")).IsProblem(503, "store-unavailable");
    }
}
