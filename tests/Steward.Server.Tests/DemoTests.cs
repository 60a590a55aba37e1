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
}
