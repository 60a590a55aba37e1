namespace Steward.Server.Tests.Agents;

/// <summary>Agents leave of a provider what Steward needs itself.</summary>
public sealed class ReadingRateTests(SparingServer at) : IClassFixture<SparingServer>
{
    [Fact]
    public async Task Half_of_what_GitHub_answers_in_an_hour_is_left_alone()
    {
        var text = await FailAsync("github", "GitHub.WorkflowRunsAsync(null, null, 1, cancellationToken)");

        Assert.StartsWith("too-many: Half of what GitHub answers", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_agents_together_ask_a_provider_so_often_in_an_hour()
    {
        var text = await FailAsync("railway", "Railway.ServicesAsync(null, cancellationToken)");

        Assert.StartsWith("too-many: All agents together have asked railway", text, StringComparison.Ordinal);
        Assert.Equal(text, await FailAsync("railway", "Railway.ServicesAsync(null, cancellationToken)"));
    }

    private async Task<string> FailAsync(string grant, string call)
    {
        var name = await at.Agents.MakeAsync(AgentServer.Source(
            $$"""
            try { for (var n = 0; n < 50; n++) { await context.{{call}}; } return AgentResult.Success("done"); }
            catch (ToolException e) { return AgentResult.Failure($"{e.Code}: {e.Message}"); }
            """, $$""", "tools": { "{{grant}}": {} }, "limits": { "retries": 0 }"""));
        return (string)(await at.Agents.RunAsync(name))["text"]!;
    }
}
