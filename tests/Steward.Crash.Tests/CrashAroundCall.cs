using System.Text.Json.Nodes;
using Steward.Simulation.Faults;

namespace Steward.Crash.Tests;

/// <summary>The server is killed around one call of the recovery: wherever the request is at that moment, it takes effect once.</summary>
public abstract class CrashAroundCall(string system, string operation, string step)
{
    // How long an attempt may last: Steward.Platform.Http.ProviderLimits.AttemptTimeout.
    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    [Fact]
    public Task A_request_that_never_came_to_effect_is_made_again() => Scene.PlayAsync(async scene =>
    {
        var gate = await HeldAsync(scene, afterEffect: false);
        await scene.KillAsync();
        gate.Drop();
        await scene.StartAsync();
        await new Aftermath(scene).IsOneRecoveryAsync();
    });

    [Fact]
    public Task A_request_that_comes_to_effect_after_its_sender_died_is_not_made_again() => Scene.PlayAsync(async scene =>
    {
        var begun = TimeProvider.System.GetUtcNow();
        var gate = await HeldAsync(scene, afterEffect: false);
        await scene.RestartAsync();
        JsonNode? item = null;
        await Scene.UntilAsync(async () =>
        {
            item = (await scene.StepsAsync()).Single(IsHeld);
            return IsWaitingForTheGrace(item) || item["finishedAt"] is not null;
        }, "the provider was asked and knew nothing of it");
        if (IsWaitingForTheGrace(item!) && item!["nextAt"]!.GetValue<DateTimeOffset>() - TimeProvider.System.GetUtcNow() > Margin)
        {
            gate.Release();
        }
        else
        {
            // A machine so slow that the restart took the time in which a request may still arrive.
            gate.Drop();
            Assert.True(TimeProvider.System.GetUtcNow() - begun > Attempt, "It was made again while the first request could still arrive.");
        }

        await new Aftermath(scene).IsOneRecoveryAsync();
    });

    [Fact]
    public Task An_effect_whose_answer_never_came_is_not_repeated() => Scene.PlayAsync(async scene =>
    {
        var gate = await HeldAsync(scene, afterEffect: true);
        await scene.KillAsync();
        gate.Drop();
        await scene.StartAsync();
        await new Aftermath(scene).IsOneRecoveryAsync();
    });

    [Fact]
    public Task An_effect_whose_answer_comes_at_the_moment_of_the_kill_is_not_repeated() => Scene.PlayAsync(async scene =>
    {
        var gate = await HeldAsync(scene, afterEffect: true);
        gate.Release();
        await scene.RestartAsync();
        await new Aftermath(scene).IsOneRecoveryAsync();
    });

    private async Task<Gate> HeldAsync(Scene scene, bool afterEffect)
    {
        var gate = afterEffect ? scene.World.Faults.HoldAfterEffect(system, operation) : scene.World.Faults.HoldBeforeEffect(system, operation);
        await scene.BreakAsync();
        await Scene.ReachedAsync(gate);
        // What else is under way comes to its end first, so that the kill is of this call alone.
        await Scene.UntilAsync(async () => (await scene.StepsAsync()).All(item => IsHeld(item) || IsBehind(item) || item["finishedAt"] is not null), "the other steps are done");
        return gate;
    }

    private bool IsHeld(JsonNode item) => ((string)item["occurrence"]!).EndsWith($"/{step}", StringComparison.Ordinal);

    // What ends a trouble is told after the trouble itself.
    private static bool IsBehind(JsonNode item) => ((string?)item["result"])?.Contains("they stay in order", StringComparison.Ordinal) == true;

    private static bool IsWaitingForTheGrace(JsonNode item) =>
        (string?)item["state"] == "pending" && ((string?)item["result"])?.Contains("asked again before anything is repeated", StringComparison.Ordinal) == true;
}
