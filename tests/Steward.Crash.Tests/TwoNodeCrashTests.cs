using Steward.Simulation;
using Steward.Testing;

namespace Steward.Crash.Tests;

/// <summary>Two nodes on one PostgreSQL: the one that acts is killed, and the other goes on.</summary>
public sealed class TwoNodeCrashTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task The_other_node_goes_on_when_the_one_that_rolls_back_is_killed(bool afterEffect) => Scene.PlayAsync(async scene =>
    {
        var first = scene.Server;
        await using var second = await scene.AnotherAsync();
        var gate = afterEffect
            ? scene.World.Faults.HoldAfterEffect(Systems.Railway, "DeploymentRollback")
            : scene.World.Faults.HoldBeforeEffect(Systems.Railway, "DeploymentRollback");
        await scene.BreakAsync();
        await Scene.ReachedAsync(gate);

        var rolling = Assert.Single(await scene.ListAsync("api/work?kind=operations.roll-back"));
        var acting = ((string)rolling["leaseOwner"]!).Split('/')[1] == $"{first.Id}" ? first : second;
        await acting.DisposeAsync();
        gate.Drop();
        await scene.TurnToAsync(acting == first ? second : first);

        using (var verdict = await scene.PostAsync("api/audit/verify"))
        {
            Assert.Contains("\"isWhole\":true", await verdict.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        await new Aftermath(scene).IsOneRecoveryAsync();
    }, store: StoreKind.Postgres);
}
