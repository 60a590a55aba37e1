using Steward.Simulation;
using Steward.Simulation.Railway;

namespace Steward.Server.Tests;

public sealed class RailwayCheckTests
{
    [Fact]
    public async Task A_reader_learns_of_every_environment_whether_it_works_and_what_to_do()
    {
        const string stagingToken = "simulated-staging-token";
        var options = new WorldOptions
        {
            RailwayTokenIsAccounts = true,
            RailwayEnvironments = [new SimulatedEnvironment("staging", "0197c5a0-0000-7000-8000-000000000003") { ProjectToken = stagingToken }],
        };
        await using var world = await World.StartAsync(options, TimeProvider.System, TestContext.Current.CancellationToken);
        await using var server = new RunningServer
        {
            Environment =
            {
                ["STEWARD_Railway__Endpoint"] = world.RailwayEndpoint.ToString(),
                ["STEWARD_Railway__Token"] = options.RailwayToken,
                ["STEWARD_Railway__ProjectId"] = options.RailwayProjectId,
                ["STEWARD_Railway__EnvironmentId"] = options.RailwayEnvironmentId,
                ["STEWARD_Railway__Environments__staging__EnvironmentId"] = options.RailwayEnvironments[0].Id,
                ["STEWARD_Railway__Environments__staging__Token"] = stagingToken,
            },
        };
        await server.InitializeAsync();
        var (_, key) = await server.MakeKeyAsync("anna", "read");

        var found = await server.GetAsync("/api/railway/check", key);

        Assert.Equal(200, found.Status);
        Assert.Equal([("production", "accepted", true), ("staging", "otherKind", false)],
            found.Json.AsArray().Select(one => ((string)one!["environment"]!, (string)one["token"]!, (bool)one["isWell"]!)));
        Assert.Contains("Railway:Environments:staging:TokenKind", (string)found.Json[1]!["problems"]![0]!, StringComparison.Ordinal);
        Assert.DoesNotContain(stagingToken, found.Body + server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_key_that_may_read_nothing_is_asked()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        var (_, key) = await server.MakeKeyAsync("anna", "operate");

        Assert.Equal(401, (await server.GetAsync("/api/railway/check", key: null)).Status);
        Assert.Equal(403, (await server.GetAsync("/api/railway/check", key)).Status);
        Assert.Equal("missing", (string)(await server.GetAsync("/api/railway/check")).Json[0]!["token"]!);
    }

    [Fact]
    public async Task Settings_of_an_environment_that_cannot_be_are_refused_at_start_by_their_key()
    {
        await using var server = new RunningServer
        {
            Environment =
            {
                ["STEWARD_Railway__Token"] = "token-of-default",
                ["STEWARD_Railway__EnvironmentId"] = "e1",
                ["STEWARD_Railway__Environments__Staging__EnvironmentId"] = "e1",
                ["STEWARD_Railway__Environments__Staging__Tokn"] = "misspelt",
            },
        };

        var error = await Assert.ThrowsAsync<Startup.SettingsException>(async () => await server.InitializeAsync());

        Assert.Contains("Railway:Environments:Staging: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("Railway:Environments:Staging:EnvironmentId", error.Message, StringComparison.Ordinal);
        Assert.Contains("Did you mean Railway:Environments:Staging:Token?", error.Message, StringComparison.Ordinal);
    }
}
