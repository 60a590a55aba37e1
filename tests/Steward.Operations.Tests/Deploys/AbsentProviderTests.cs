using Steward.Operations.Deploys;
using Steward.Simulation;
using Steward.Simulation.Faults;
using static Steward.Operations.Tests.Deploys.DeployScene;

namespace Steward.Operations.Tests.Deploys;

/// <summary>A deploy while its provider is away.</summary>
public sealed class AbsentProviderTests
{
    [Fact]
    public async Task A_deploy_says_what_it_waits_for()
    {
        await using var rig = await StartAsync();
        rig.World.Faults.Add(Fault.ServerError(), Systems.Railway);

        var asked = await AskedAsync(rig, new DeployRequest(Service: "web", Commit: new string('a', 40)));
        var waiting = await UntilAsync(rig, asked.Id, deploy => deploy.Note is not null, "it says what it waits for");

        Assert.Null(waiting.ClosedAt);
        Assert.StartsWith("Looking whether it can be done has not come through yet and is tried again: railway ", waiting.Note, StringComparison.Ordinal);
    }
}
