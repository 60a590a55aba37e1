using Steward.Simulation;
using Steward.Simulation.Railway;

namespace Steward.Crash.Tests;

/// <summary>The server is killed between the steps of the recovery, where nothing is under way to a provider.</summary>
public sealed class CrashBetweenStepsTests
{
    [Fact]
    public Task What_broke_while_nobody_looked_is_found_after_the_restart() => Scene.PlayAsync(async scene =>
    {
        var gate = scene.World.Faults.HoldBeforeEffect(Systems.Railway, "EnvironmentServices");
        await Scene.ReachedAsync(gate);
        await scene.BreakAsync();
        await scene.KillAsync();
        gate.Drop();
        await scene.StartAsync();
        await new Aftermath(scene).IsOneRecoveryAsync();
    });

    [Fact]
    public Task What_was_found_and_not_acted_on_is_acted_on_after_the_restart() => Scene.PlayAsync(async scene =>
    {
        await scene.BreakAsync();
        await Scene.UntilAsync(async () => (await scene.ListAsync("api/findings")).Count > 0, "the crash was found");
        await scene.RestartAsync();
        await new Aftermath(scene).IsOneRecoveryAsync();
    });

    [Fact]
    public Task A_permit_that_was_not_redeemed_is_asked_for_again() => Scene.PlayAsync(async scene =>
    {
        // Between the permit and its use the rollback looks at the deployments once more.
        var gate = scene.World.Faults.HoldBeforeEffect(Systems.Railway, "Deployments");
        await scene.BreakAsync();
        await Scene.ReachedAsync(gate);
        await scene.KillAsync();
        gate.Drop();
        Assert.Equal(0, scene.Performed("DeploymentRollback"));
        await scene.StartAsync();
        await new Aftermath(scene).IsOneRecoveryAsync();
    });

    [Fact]
    public Task A_rollback_in_progress_is_watched_on_after_the_restart() => Scene.PlayAsync(async scene =>
    {
        var replacement = await RollingBackAsync(scene);
        await scene.RestartAsync();
        Assert.Equal("recovering", (string?)Assert.Single(await scene.ListAsync("api/findings"))["state"]);
        scene.World.Railway.ForceStatus(replacement, RailwayStatus.Success);
        await new Aftermath(scene).IsOneRecoveryAsync();
    });

    [Fact]
    public Task A_recovery_that_happened_while_the_server_was_down_is_verified_and_told() => Scene.PlayAsync(async scene =>
    {
        var replacement = await RollingBackAsync(scene);
        await scene.KillAsync();
        scene.World.Railway.ForceStatus(replacement, RailwayStatus.Success);
        await scene.StartAsync();
        await new Aftermath(scene).IsOneRecoveryAsync();
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_recovery_whose_telling_was_cut_off_is_told_once(bool afterEffect) => Scene.PlayAsync(async scene =>
    {
        var replacement = await RollingBackAsync(scene);
        await Scene.UntilAsync(() => scene.Performed("Webhook") == 2, "people were told of the trouble");
        var gate = afterEffect ? scene.World.Faults.HoldAfterEffect(Systems.N8n, "Webhook") : scene.World.Faults.HoldBeforeEffect(Systems.N8n, "Webhook");
        scene.World.Railway.ForceStatus(replacement, RailwayStatus.Success);
        await Scene.ReachedAsync(gate);
        await scene.KillAsync();
        gate.Drop();
        await scene.StartAsync();
        await new Aftermath(scene).IsOneRecoveryAsync();
    });

    [Fact]
    public Task An_issue_that_a_person_closed_while_the_server_was_down_is_not_opened_again() => Scene.PlayAsync(async scene =>
    {
        var gate = scene.World.Faults.HoldAfterEffect(Systems.GitHub, "CreateIssue");
        await scene.BreakAsync();
        await Scene.ReachedAsync(gate);
        await scene.KillAsync();
        gate.Drop();
        scene.World.GitHub.CloseIssue(1);
        await scene.StartAsync();
        await new Aftermath(scene).IsOneRecoveryAsync();
    });

    // A rollback that was accepted and stays on its way until the test says otherwise. Gives the replacement.
    private static async Task<string> RollingBackAsync(Scene scene)
    {
        var good = scene.World.Railway.Deployments(Scene.Web).Single();
        scene.World.Railway.ChangeFate(good.Id, DeploymentFate.NeverFinishes);
        await scene.BreakAsync();
        await scene.UntilFindingAsync("recovering");
        return scene.World.Railway.Deployments(Scene.Web)[0].Id;
    }
}
