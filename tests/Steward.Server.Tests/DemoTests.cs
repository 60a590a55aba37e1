using Steward.Server.Demo;

namespace Steward.Server.Tests;

/// <summary>The stories of <c>steward demo</c> end as they should.</summary>
public sealed class DemoTests
{
    private const double Speed = 60;

    public static TheoryData<string> Names => [.. Play.All.Select(play => play.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_story_ends_well(string name)
    {
        await using var show = await Demonstration.StartAsync(Play.All.Single(play => play.Name == name), approve: false, Speed, TestContext.Current.CancellationToken);

        Assert.True(await show.RunAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("recovery")]
    [InlineData("crash")]
    public async Task A_no_of_the_person_at_the_terminal_ends_the_story_and_is_said(string name)
    {
        using var process = Cli.Start(AppContext.BaseDirectory, new Dictionary<string, string>(), ["demo", "--scenario", name, "--approve", "--speed", "100"], isSpokenTo: true);
        await process.StandardInput.WriteLineAsync("n");
        process.StandardInput.Close();

        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.DoesNotContain("It did not end", output, StringComparison.Ordinal);
        Assert.Contains("You said no", output, StringComparison.Ordinal);
        Assert.Contains("audit chain verified", output, StringComparison.Ordinal);
        Assert.Equal(1, process.ExitCode);
    }
}
