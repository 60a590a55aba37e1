using System.Text.Json.Nodes;
using Steward.Simulation;
using Steward.Simulation.Faults;
using Steward.Simulation.Models;
using Steward.Testing;

namespace Steward.Crash.Tests;

/// <summary>An agent in the making and the death of the server that makes it.</summary>
public sealed class BuildCrashTests
{
    private const int Answers = 2;

    // A check whose compiler is cold takes seconds of processor time, and other tests want the processor, too.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    [Theory]
    [InlineData("understanding")]
    [InlineData("writing")]
    [InlineData("checking")]
    public Task A_build_goes_on_where_it_stood_and_makes_one_agent(string state) => Scene.PlayAsync(async scene =>
    {
        scene.UseModel();
        var recordings = ModelRecording.ReadAll(Path.Combine(AppContext.BaseDirectory, "Recordings"));
        scene.World.Model.Replays(recordings);
        await scene.RestartAsync();
        // Long enough to be caught in the middle of an answer, and none longer.
        scene.World.Faults.Add(Fault.Slow(TimeSpan.FromSeconds(3)), Systems.Model, times: Answers);

        var wish = recordings.First(one => one.Task == "plan").Data.Split('\n')[1];
        var id = (string)(await scene.PostAsync("api/agents", new JsonObject { ["description"] = wish, ["yes"] = true }))["id"]!;
        await Scene.UntilAsync(async () => (string?)(await scene.GetAsync($"api/builds/{id}"))["build"]!["state"] == state, $"the build is {state}");
        await scene.RestartAsync();
        JsonNode? build = null;
        await Eventually.HoldsAsync(async () => (build = (await scene.GetAsync($"api/builds/{id}"))["build"]!)["closedAt"] is not null, "the build ends", Patience, Look, TestContext.Current.CancellationToken);

        Assert.Equal(("published", 1), ((string?)build!["state"], (int?)build["version"]));
        Assert.Single(await scene.ListAsync("api/agents"));
        Assert.Single(await scene.ListAsync($"api/agents/{build["name"]}/versions"));
        // One whose answer was under way is asked again; one whose answer was kept is not.
        Assert.InRange(scene.World.Model.Questions.Count, Answers, Answers + 1);
    });
}
