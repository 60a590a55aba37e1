using System.Diagnostics;
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
        // Each of them stays below what one process may have.
        var family = Shell("for n in 1 2 3 4; do seq 13000000 | tail -c 90M & done; wait") with { Limits = new SandboxLimits { Time = TimeSpan.FromSeconds(60), Cores = 2, Memory = 200 << 20 } };

        Assert.Equal(BoxEndKind.OutOfMemory, (await intruder.TryAsync(family)).End.Kind);
    }

    [Fact]
    public async Task The_processor_is_shared_at_any_moment()
    {
        await ThereAsync();
        await using var box = await intruder.StartAsync(Intruder.Box("loop") with { Limits = new SandboxLimits { Time = TimeSpan.FromSeconds(2), Cores = 0.1 } });

        Assert.Equal(BoxEndKind.TimedOut, (await box.WaitAsync(TestContext.Current.CancellationToken)).Kind);
    }

    [Fact]
    public async Task A_box_has_no_more_processes_than_it_may()
    {
        await ThereAsync();
        var attempt = await intruder.TryAsync(Shell("for n in $(seq 200); do sleep 60 & done") with { Limits = new SandboxLimits { Time = TimeSpan.FromSeconds(20), Cores = 2, Processes = 20 } });

        Assert.Contains("fork", attempt.Complained, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_box_that_is_over_leaves_no_group_behind()
    {
        await ThereAsync();
        var before = Groups();
        Assert.True((await intruder.TryAsync("hello")).Worked);

        await Eventually.HoldsAsync(() => !Groups().Except(before).Any(), "its group is gone", TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Without_the_controllers_it_is_not_used_and_says_which_are_missing()
    {
        using var temp = new TempDirectory();
        File.WriteAllText(temp["cgroup.controllers"], "hugetlb cpu\n");

        Assert.Null(Cgroup.FindRoot(temp[""], out var reason));
        Assert.EndsWith("has no controller for memory, pids", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_machine_hands_none_out_all_of_this_holds_in_a_guest_kernel()
    {
        Assert.SkipWhen((await intruder.Sandbox.StateAsync()).HasCgroups, "This machine hands cgroup v2 out: it is tested without a guest.");
        Assert.SkipUnless(File.Exists("/usr/bin/linux.uml"), "User-Mode Linux is not installed: apt-get install user-mode-linux.");
        using var script = Process.Start(new ProcessStartInfo(Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "tests", "in-cgroup2"))) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = script.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await script.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await script.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.SkipUnless((await said).Contains("Starting:", StringComparison.Ordinal), $"The guest does not start here: {await said}");
        Assert.True(script.ExitCode == 0, await said);
    }

    // By name: a group of the test before may be going still.
    private static List<string> Groups() => Cgroup.FindRoot(out _) is { } root ? [.. Directory.EnumerateDirectories(root)] : [];

    private static Box Shell(string script) => new("/usr/bin/sh", ["-c", script]) { Readable = [.. ((string[])["/usr/bin/sh", "/usr/bin/dash", "/usr/bin/tail", "/usr/bin/sleep", "/usr/bin/seq"]).Where(File.Exists)], MayFork = true };

    private async Task ThereAsync()
    {
        var state = await intruder.Sandbox.StateAsync();
        // Nothing depends on it: without it the same limits are held for each process. So it is not asked for in CI either.
        Assert.SkipUnless(state.HasCgroups, $"This machine hands no cgroup v2 to the tests: {string.Join(' ', state.Reasons)}");
    }
}
