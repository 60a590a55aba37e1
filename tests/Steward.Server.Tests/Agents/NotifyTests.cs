using Steward.Testing;

namespace Steward.Server.Tests.Agents;

/// <summary>What agents tell people.</summary>
public sealed class NotifyTests(AgentServer at) : IClassFixture<AgentServer>
{
    private const string Channel = "STEWARD_N8n__AlertWebhook";
    private string? webhook;

    [Fact]
    public async Task What_a_run_says_when_it_is_tried_again_is_told_too()
    {
        var name = await at.MakeAsync(AgentServer.Source(
            """
            await context.Notify.SendAsync(context.Run.Attempt == 1 ? "Cannot read the report" : "The disk is full", cancellationToken);
            return context.Run.Attempt == 1 ? AgentResult.Failure("not read") : AgentResult.Success("told");
            """, """, "tools": { "notify": { "channels": ["n8n"] } }, "limits": { "retries": 1 }"""));

        Assert.Equal("told", (string?)(await at.RunAsync(name))["text"]);
        Assert.Equal(["The disk is full", "Cannot read the report"], await TitlesAsync(name));
    }

    [Fact]
    public async Task What_a_run_says_again_when_it_is_tried_again_is_told_once()
    {
        var name = await at.MakeAsync(AgentServer.Source(
            """
            await context.Notify.SendAsync("The disk is full", cancellationToken);
            return AgentResult.Failure("as asked");
            """, """, "tools": { "notify": { "channels": ["n8n"] } }, "limits": { "retries": 1 }"""));

        Assert.Equal(2, (int)(await at.RunAsync(name))["attempt"]!);
        Assert.Equal(["The disk is full"], await TitlesAsync(name));
    }

    [Fact]
    public async Task A_message_that_reaches_nobody_says_what_to_set_and_is_kept()
    {
        var name = await at.MakeAsync(AgentServer.Source(
            """
            try { await context.Notify.SendAsync("It rains", cancellationToken); return AgentResult.Success("sent"); }
            catch (ToolException e) { return AgentResult.Failure($"{e.Code}: {e.Message}"); }
            """, """, "tools": { "notify": { "channels": ["telegram", "mail"] } }, "limits": { "retries": 0 }"""));

        var text = (string)(await at.RunAsync(name))["text"]!;

        Assert.StartsWith("not-set-up:", text, StringComparison.Ordinal);
        Assert.Contains("Telegram:Token", text, StringComparison.Ordinal);
        Assert.Contains("Mail:", text, StringComparison.Ordinal);
        Assert.DoesNotContain("N8n:", text, StringComparison.Ordinal);
        Assert.DoesNotContain("PagerDuty:", text, StringComparison.Ordinal);
        Assert.Equal(["It rains"], await TitlesAsync(name));
    }

    [Theory]
    [InlineData(0, "failed")]
    [InlineData(3, "queued")]
    public async Task What_reached_nobody_is_told_when_its_run_is_tried_again_over_a_channel_that_is_set_up_by_then(int retries, string state)
    {
        await using var own = new AgentServer();
        await own.InitializeAsync();
        await own.Server.RestartAsync(() => Task.FromResult(own.Server.Environment.Remove(Channel, out webhook)));
        var name = await own.MakeAsync(AgentServer.Source(
            """
            await context.Notify.SendAsync("The disk is full", cancellationToken);
            return AgentResult.Success("told");
            """, $$""", "tools": { "notify": { "channels": ["n8n"] } }, "limits": { "retries": {{retries}} }"""));
        var id = (string)(await own.Server.PostAsync($"/api/agents/{name}/execute")).Json["id"]!;
        await Eventually.HoldsAsync(async () => (await own.Server.GetAsync($"/api/tasks/{id}")).Json is { } run && (int)run["attempt"]! > 0 && (string?)run["state"] == state, $"its first attempt {state}", AgentServer.Ending);

        await own.Server.RestartAsync(() => Task.FromResult(own.Server.Environment[Channel] = webhook!));
        if (retries == 0)
        {
            Assert.Equal(200, (await own.Server.PostAsync($"/api/tasks/{id}/retry")).Status);
        }

        Assert.Equal("succeeded", (string?)(await own.EndOfAsync(id))["state"]);
        await Eventually.HoldsAsync(async () => (await own.Server.GetAsync($"/api/alerts?service={name}&state=delivered")).Json["items"]!.AsArray()
            .Any(told => (string?)told!["alert"]!["title"] == "The disk is full"), "it is delivered", AgentServer.Ending);
    }

    // What Steward itself says of an agent has a status.
    private async Task<IReadOnlyList<string>> TitlesAsync(string name) => [.. (await at.ToldAsync(name)).Where(alert => alert["status"] is null).Select(alert => (string)alert["title"]!)];
}
