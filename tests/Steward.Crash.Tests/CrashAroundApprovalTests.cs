using Steward.Simulation;

namespace Steward.Crash.Tests;

/// <summary>The server is killed around a person's decision: an approved call runs exactly once, and no answer is half given.</summary>
public sealed class CrashAroundApprovalTests
{
    [Fact]
    public Task A_question_to_a_person_is_still_asked_after_the_restart() => Scene.PlayAsync(async scene =>
    {
        await scene.BreakAsync();
        var asked = await scene.UntilAskedAsync();
        await scene.RestartAsync();
        Assert.Equal(asked, await scene.UntilAskedAsync());
        Assert.Equal(0, scene.Performed("DeploymentRollback"));
        await scene.ApproveAsync(asked);
        await new Aftermath(scene).IsOneRecoveryAsync(approvals: 1);
    }, supervised: true);

    [Fact]
    public Task A_yes_holds_when_the_server_is_killed_at_once() => Scene.PlayAsync(async scene =>
    {
        await scene.BreakAsync();
        await scene.ApproveAsync(await scene.UntilAskedAsync());
        await scene.RestartAsync();
        await new Aftermath(scene).IsOneRecoveryAsync(approvals: 1);
    }, supervised: true);

    [Fact]
    public Task A_yes_that_was_not_answered_is_given_or_not_and_nothing_between() => Scene.PlayAsync(async scene =>
    {
        await scene.BreakAsync();
        var asked = await scene.UntilAskedAsync();
        var yes = scene.PostAsync($"api/approvals/{asked}/approve");
        await scene.KillAsync();
        await yes.ContinueWith(static answer => answer.Exception, TestContext.Current.CancellationToken, TaskContinuationOptions.None, TaskScheduler.Default);
        await scene.StartAsync();
        if ((await scene.ListAsync("api/approvals?state=pending")).Count == 1)
        {
            await scene.ApproveAsync(asked);
        }

        await new Aftermath(scene).IsOneRecoveryAsync(approvals: 1);
    }, supervised: true);

    [Fact]
    public Task An_approved_call_that_never_came_to_effect_is_made_again_under_the_same_approval() => Scene.PlayAsync(async scene =>
    {
        var gate = scene.World.Faults.HoldBeforeEffect(Systems.Railway, "DeploymentRollback");
        await scene.BreakAsync();
        await scene.ApproveAsync(await scene.UntilAskedAsync());
        await Scene.ReachedAsync(gate);
        await scene.KillAsync();
        gate.Drop();
        await scene.StartAsync();
        await new Aftermath(scene).IsOneRecoveryAsync(approvals: 1);
    }, supervised: true);

    [Fact]
    public Task An_approved_call_that_took_effect_is_not_made_again() => Scene.PlayAsync(async scene =>
    {
        var gate = scene.World.Faults.HoldAfterEffect(Systems.Railway, "DeploymentRollback");
        await scene.BreakAsync();
        await scene.ApproveAsync(await scene.UntilAskedAsync());
        await Scene.ReachedAsync(gate);
        await scene.KillAsync();
        gate.Drop();
        await scene.StartAsync();
        await new Aftermath(scene).IsOneRecoveryAsync(approvals: 1);
    }, supervised: true);

    [Fact]
    public Task A_no_stays_a_no() => Scene.PlayAsync(async scene =>
    {
        await scene.BreakAsync();
        using (await scene.PostAsync($"api/approvals/{await scene.UntilAskedAsync()}/deny"))
        {
            await scene.RestartAsync();
        }

        await scene.UntilOverAsync();
        Assert.Equal("stuck", (string?)Assert.Single(await scene.ListAsync("api/findings"))["state"]);
        Assert.Equal(0, scene.Performed("DeploymentRollback"));
        await scene.KillAsync();
        await new Aftermath(scene).TheChainIsWholeAsync();
    }, supervised: true);
}
