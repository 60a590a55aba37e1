using Steward.Sandboxing.Confining;
using Steward.Testing;

namespace Steward.Sandboxing.Tests;

/// <summary>Limits of a whole box by cgroup v2, where the machine hands it to the server.</summary>
public sealed class CgroupTests(Intruder intruder) : IClassFixture<Intruder>
{
    [Fact]
    public async Task Too_much_memory_ends_the_box_and_is_named_for_it()
    {
        await ThereAsync();
        var attempt = await intruder.TryAsync(Intruder.Box("native", "300") with { Limits = new SandboxLimits { Time = TimeSpan.FromSeconds(60), Cores = 2, Memory = 200 << 20 } });

        Assert.Equal(BoxEndKind.OutOfMemory, attempt.End.Kind);
    }

    [Fact]
    public async Task The_processor_is_shared_at_any_moment()
    {
        await ThereAsync();
        await using var box = await intruder.StartAsync(Intruder.Box("loop") with { Limits = new SandboxLimits { Time = TimeSpan.FromSeconds(2), Cores = 0.1 } });

        Assert.Equal(BoxEndKind.TimedOut, (await box.WaitAsync(TestContext.Current.CancellationToken)).Kind);
    }

    [Fact]
    public void Without_the_controllers_it_is_not_used_and_says_which_are_missing()
    {
        using var temp = new TempDirectory();
        File.WriteAllText(temp["cgroup.controllers"], "hugetlb cpu\n");

        Assert.Null(Cgroup.FindRoot(temp[""], out var reason));
        Assert.EndsWith("has no controller for memory, pids", reason, StringComparison.Ordinal);
    }

    private async Task ThereAsync()
    {
        var state = await intruder.Sandbox.StateAsync();
        // Nothing depends on it: without it the same limits are held for each process. So it is not asked for in CI either.
        Assert.SkipUnless(state.HasCgroups, $"This machine hands no cgroup v2 to the tests: {string.Join(' ', state.Reasons)}");
    }
}
