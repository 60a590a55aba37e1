using Steward.Operations.Deployments;
using Steward.Operations.Findings;
using Steward.Testing;

namespace Steward.Operations.Tests.Recovery;

public sealed class DistrustTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_deployment_that_did_not_pass_its_verification_is_undone_though_it_answers_well(bool hasAddress)
    {
        await using var rig = await RecoveryRig.StartAsync(prepare: (world, settings) =>
            settings["Operations:Services:web:HealthUrl"] = hasAddress ? world.Railway.HealthUrl("web").ToString() : null);
        rig.World.Railway.AddService("web", "good");
        await rig.UntilKnownGoodAsync("web");
        var doubtful = rig.World.Railway.Deploy("web", "doubtful");
        await Eventually.HoldsAsync(async () =>
        {
            await rig.LookAsync();
            return rig.World.Railway.Active("web")?.Commit == "doubtful"
                && await rig.Database.WriteAsync(session => DeploymentStore.DistrustAsync(session, doubtful, "It answered with errors at first."), CancellationToken.None);
        }, "the deployment is distrusted", CancellationToken.None);
        await rig.LookAsync();
        await rig.UntilFindingAsync(finding => finding is { Kind: FindingKind.DeploymentUnhealthy, State: FindingState.Recovered }, "it was undone");

        Assert.Equal("good", rig.World.Railway.Active("web")!.Commit);
    }
}
