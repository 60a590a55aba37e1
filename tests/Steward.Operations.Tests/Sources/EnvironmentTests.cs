using Steward.Operations.Findings;
using Steward.Operations.Tests.Recovery;
using Steward.Simulation;
using Steward.Simulation.Railway;
using Steward.Testing;

namespace Steward.Operations.Tests.Sources;

/// <summary>Several environments side by side: what goes wrong in one is mended there and nowhere else.</summary>
public sealed class EnvironmentTests
{
    private const string Staging = "0197c5a0-0000-7000-8000-0000000000aa";

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task A_crash_in_staging_is_undone_in_staging(StoreKind kind)
    {
        await using var rig = await StartAsync(kind);
        await GoodAsync(rig);
        rig.World.RailwayIn("staging").Deploy("web", "bad", DeploymentFate.CrashesAfterStart);
        await rig.UntilFindingAsync(finding => finding is { Service: "web@staging", State: FindingState.Recovered }, "staging has recovered");
        await rig.UntilQuietAsync();

        Assert.Single(await rig.FindingsAsync());
        Assert.Equal("good", rig.World.RailwayIn("staging").Active("web")!.Commit);
        Assert.Single(rig.World.Railway.Deployments("web"));
        Assert.Contains("[web@staging]", Assert.Single(rig.World.GitHub.Issues).Title, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_service_in_two_environments_is_two_services()
    {
        await using var rig = await StartAsync();
        await GoodAsync(rig);
        rig.World.Railway.Deploy("web", "bad", DeploymentFate.CrashesAfterStart);
        rig.World.RailwayIn("staging").Deploy("web", "bad", DeploymentFate.CrashesAfterStart);
        foreach (var service in new[] { "web", "web@staging" })
        {
            await rig.UntilFindingAsync(finding => finding.Service == service && finding.State == FindingState.Recovered, $"{service} has recovered");
        }

        Assert.Equal(2, rig.Mutations("DeploymentRollback"));
    }

    [Fact]
    public async Task An_environment_that_does_not_answer_leaves_the_others()
    {
        await using var rig = await StartAsync(settings: settings => settings["Railway:Environments:gone:EnvironmentId"] = "0197c5a0-0000-7000-8000-0000000000bb");
        await GoodAsync(rig);
        var turn = await rig.Get<Cycle>().RunOnceAsync(hurry: true, CancellationToken.None);
        Assert.Contains(turn.Missing, source => source.StartsWith("railway (gone)", StringComparison.Ordinal));
        Assert.Equal(2, turn.Services);

        rig.World.RailwayIn("staging").Deploy("web", "bad", DeploymentFate.CrashesAfterStart);
        await rig.UntilFindingAsync(finding => finding is { Service: "web@staging", State: FindingState.Recovered }, "staging has recovered");
    }

    private static Task<RecoveryRig> StartAsync(StoreKind kind = StoreKind.Sqlite, Action<Dictionary<string, string?>>? settings = null) => RecoveryRig.StartAsync(kind, said =>
    {
        said["Railway:Environments:staging:EnvironmentId"] = Staging;
        settings?.Invoke(said);
    }, options: new WorldOptions { RailwayEnvironments = [new SimulatedEnvironment("staging", Staging)] });

    private static async Task GoodAsync(RecoveryRig rig)
    {
        rig.World.Railway.AddService("web", "good");
        rig.World.RailwayIn("staging").AddService("web", "good");
        await rig.UntilKnownGoodAsync("web");
        await rig.UntilKnownGoodAsync("web@staging");
    }
}
