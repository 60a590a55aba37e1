using System.Text.Json.Nodes;

namespace Steward.Server.Tests.Agents;

/// <summary>What the kit promises the author of an agent about its tests.</summary>
public sealed class KitTests(AgentServer at) : IClassFixture<AgentServer>
{
    [Theory]
    [InlineData("""Expect.Contains("y", new string('x', 200000));""", "Fails: Expected to find 'y' in 'xxx")]
    [InlineData("""Expect.Equal("y", new string('x', 200000));""", "Fails: Expected 'y' and got 'xxx")]
    [InlineData("""Expect.That(false, new string('x', 200000));""", "Fails: Expected that xxx")]
    [InlineData("""throw new System.InvalidOperationException(new string('é', 200000));""", "Fails: InvalidOperationException: ééé")]
    [InlineData("""Expect.That((await bench.RunAsync(new Tested())).IsSuccess, (await bench.RunAsync(new Tested())).Text);""", "Fails: Expected that The agent's run gave no result")]
    public async Task A_failed_test_says_why_however_much_there_would_be_to_say(string body, string says)
    {
        var answer = await at.Server.PostAsync("/api/agents", new JsonObject
        {
            ["name"] = at.NewName(), ["source"] = AgentServer.Source("return null!;", more: $$"""[AgentTest] public static async Task Fails(TestBench bench) { await Task.CompletedTask; {{body}} }"""),
        });

        answer.IsProblem(400, "invalid", "source");
        Assert.Contains(says, (string?)answer.Json["detail"], StringComparison.Ordinal);
        Assert.True(((string)answer.Json["detail"]!).Length < 5000);
    }

    [Fact]
    public async Task A_file_that_would_not_fit_into_a_request_is_refused_before_it_is_sent()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory().FullName, "quotes.cs");
        await File.WriteAllTextAsync(file, $"// {new string('"', 600_000)}", AgentServer.Ending);

        var tried = await Cli.RunAsync(at.Server, "agents", "test", file);

        Assert.Equal(2, tried.ExitCode);
        Assert.Contains("takes 1200", tried.Error, StringComparison.Ordinal);
    }
}
