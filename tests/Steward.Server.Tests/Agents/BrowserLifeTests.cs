using System.Diagnostics;
using Steward.Testing;
using static Steward.Server.Tests.Agents.BrowserServer;

namespace Steward.Server.Tests.Agents;

/// <summary>How browsers come and go.</summary>
[Collection("Browser")]
public sealed class BrowserLifeTests(BrowserServer at)
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task Nothing_of_a_browser_outlives_its_run()
    {
        var id = await at.StartAsync(0, at.Open("made"), Step("wait", ("text", "never"), ("seconds", 1)));
        await at.HasMadeAsync(id, 1);
        var processes = Processes();
        Assert.True(processes.Count >= 4, $"{processes.Count} processes");
        Assert.Equal("succeeded", (string?)(await at.EndOfAsync(id))["state"]);
        await AreGoneAsync(processes);
    }

    [Fact]
    public async Task Nothing_of_a_browser_outlives_a_cancelled_run()
    {
        var id = await at.StartAsync(0, at.Open("made"), Step("wait", ("text", "never"), ("seconds", 100)));
        await at.HasMadeAsync(id, 1);
        var processes = Processes();
        Assert.Equal(200, (await at.Server.PostAsync($"/api/tasks/{id}/cancel")).Status);
        Assert.Equal("cancelled", (string?)(await at.EndOfAsync(id))["state"]);
        await AreGoneAsync(processes);
    }

    [Fact]
    public async Task A_crash_is_told_and_the_next_open_starts_a_fresh_one()
    {
        var id = await at.StartAsync(0, at.Open("cookie"), Step("wait", ("text", "never"), ("seconds", 60)), Step("text"), at.Open("cookie"), Step("text"));
        await at.HasMadeAsync(id, 1);
        var main = Processes().Single(process => Read($"/proc/{process}/cmdline").Split('\0') is [var program, ..] all && program.EndsWith("/chromium", StringComparison.Ordinal) && !all.Any(one => one.StartsWith("--type=", StringComparison.Ordinal)));
        Process.GetProcessById(main).Kill();
        var answers = await AnswersAsync(id);

        Assert.Equal("failed", (string?)answers[1]!["code"]);
        Assert.Contains("was ended by signal 9", (string?)answers[1]!["message"], StringComparison.Ordinal);
        Assert.Equal("invalid", (string?)answers[2]!["code"]);
        Assert.Equal("had none", (string?)answers[4]!["text"]);
    }

    [Fact]
    public async Task A_page_whose_process_dies_is_told_and_the_next_open_starts_a_fresh_one()
    {
        var id = await at.StartAsync(0, at.Open("made"), Step("wait", ("text", "never"), ("seconds", 60)), at.Open("made"), Step("text"));
        await at.HasMadeAsync(id, 1);
        foreach (var page in Processes().Where(process => Read($"/proc/{process}/cmdline").Contains("--type=renderer", StringComparison.Ordinal)))
        {
            Process.GetProcessById(page).Kill();
        }

        var answers = await AnswersAsync(id);
        Assert.Equal("failed", (string?)answers[1]!["code"]);
        Assert.Equal("Made by a script", (string?)answers[3]!["text"]);
    }

    [Fact]
    public async Task A_page_that_eats_memory_is_ended()
    {
        var answers = await at.RunAsync(at.Open("hungry"), Step("wait", ("text", "never"), ("seconds", 60)), at.Open("made"), Step("text"));

        Assert.Equal("failed", (string?)answers[1]!["code"]);
        Assert.Equal("Made by a script", (string?)answers[3]!["text"]);
    }

    [Fact]
    public async Task A_page_whose_script_never_ends_is_ended()
    {
        var spinning = await at.StartAsync(0, at.Open("spin"), Step("wait", ("text", "never"), ("seconds", 60)), at.Open("made"), Step("text"));
        var looping = await at.StartAsync(1, at.Open("alert-loop", seconds: 1), at.Open("made"), Step("text"));
        var (spun, looped) = (await AnswersAsync(spinning), await AnswersAsync(looping));

        Assert.Equal("timeout", (string?)spun[1]!["code"]);
        Assert.Equal("Made by a script", (string?)spun[3]!["text"]);
        Assert.Equal("timeout", (string?)looped[0]!["code"]);
        Assert.Equal("Made by a script", (string?)looped[2]!["text"]);
    }

    [Fact]
    public async Task A_third_browser_waits_for_its_turn()
    {
        var first = await at.StartAsync(0, at.Open("made"), Step("wait", ("text", "never"), ("seconds", 60)));
        var second = await at.StartAsync(1, at.Open("made"), Step("wait", ("text", "never"), ("seconds", 60)));
        await at.HasMadeAsync(first, 1);
        await at.HasMadeAsync(second, 1);
        var third = await at.StartAsync(2, at.Open("made"), Step("text"));
        await Eventually.HoldsAsync(async () => (string?)(await at.Server.GetAsync($"/api/tasks/{third}")).Json["state"] == "running", "the third runs", Ending);
        await at.Server.PostAsync($"/api/tasks/{first}/cancel");
        var answers = await AnswersAsync(third);
        await at.Server.PostAsync($"/api/tasks/{second}/cancel");
        await at.EndOfAsync(second);

        Assert.Equal("Made by a script", (string?)answers[1]!["text"]);
    }

    private async Task<System.Text.Json.Nodes.JsonArray> AnswersAsync(string id)
    {
        var run = await at.EndOfAsync(id);
        Assert.True((string?)run["state"] == "succeeded", run.ToJsonString());
        return System.Text.Json.Nodes.JsonNode.Parse((string)run["text"]!)!.AsArray();
    }

    private static async Task AreGoneAsync(IReadOnlyList<int> processes)
    {
        await Eventually.HoldsAsync(() => Task.FromResult(processes.All(process => Read($"/proc/{process}/cmdline").Length == 0)), "nothing of the browser is alive", Soon, TimeSpan.FromMilliseconds(5), Ending);
        await Eventually.HoldsAsync(() => !Directory.EnumerateDirectories(Path.GetTempPath(), "steward-browser-*").Any(), "no folder is left", Ending);
    }
}

/// <summary>One server and its pages for all tests of browsers, one after the other.</summary>
[CollectionDefinition("Browser")]
public sealed class BrowserTogether : ICollectionFixture<BrowserServer>;
