namespace Steward.Server.Tests.Agents;

/// <summary>What the kit promises the author of an agent about its tests.</summary>
public sealed class KitTests(AgentServer at) : IClassFixture<AgentServer>
{
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
