using System.Globalization;
using Steward.Testing;

namespace Steward.Sandboxing.Tests;

/// <summary>Whatever a box has started is dead half a second after its end, however it tries to live on.</summary>
public sealed class KillTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly string[] Programs = ["/usr/bin/sh", "/usr/bin/dash", "/usr/bin/sleep", "/usr/bin/setsid"];

    // A shell that ignores signals, children of it, and children of children that left its session and its parent.
    private const string Tree = """
        trap '' TERM INT HUP QUIT USR1
        for n in 1 2 3; do
          ( trap '' TERM INT HUP; ( setsid sh -c 'trap "" TERM INT HUP; setsid sleep 1000.MARK & sleep 1000.MARK & wait' & ) & ) &
        done
        sleep 1000.MARK &
        echo started
        while :; do sleep 1000.MARK; done
        """;

    [Fact]
    public async Task A_box_that_was_let_go_of_can_be_killed_once_more()
    {
        using var intruder = new Intruder();
        var box = await intruder.StartAsync(Intruder.Box("hello"));
        await box.DisposeAsync();

        // As a timer does that fired a moment before.
        box.Kill();
    }

    [Fact]
    public async Task Two_servers_on_one_machine_do_not_end_each_others_boxes()
    {
        const int SameUser = 1_950_000_000;
        using var one = new Intruder(SandboxClass.Landlock, SameUser);
        using var other = new Intruder(SandboxClass.Landlock, SameUser);
        var sleeper = new Box("/usr/bin/sleep", ["1000"]) { Readable = ["/usr/bin/sleep"], MayFork = true };
        await using var staying = await other.StartAsync(sleeper);
        await using (var ending = await one.StartAsync(sleeper))
        {
            ending.Kill();
            await ending.WaitAsync(TestContext.Current.CancellationToken);
        }

        Assert.False(staying.IsOver);
        Assert.Equal('S', (await File.ReadAllTextAsync($"/proc/{staying.ProcessId}/stat", TestContext.Current.CancellationToken)).Split(") ")[1][0]);
    }

    [Theory]
    [InlineData(SandboxClass.Namespaces)]
    [InlineData(SandboxClass.Landlock)]
    public async Task A_box_that_is_killed_while_it_starts_leaves_nothing(SandboxClass by)
    {
        using var intruder = new Intruder(by);
        var mark = $"{Environment.ProcessId}{Random.Shared.Next(1000, 9999)}";
        // In the first milliseconds one program after the other takes the place of the one before, and processes are made.
        for (var microseconds = 0; microseconds < 12_000; microseconds += 100)
        {
            await using var box = await intruder.StartAsync(new Box("/usr/bin/sleep", [$"1000.{mark}"]) { Readable = ["/usr/bin/sleep"] });
            var begun = System.Diagnostics.Stopwatch.GetTimestamp();
            while (System.Diagnostics.Stopwatch.GetElapsedTime(begun).TotalMicroseconds < microseconds)
            {
                await Task.Yield();
            }

            box.Kill();
        }

        await Eventually.HoldsAsync(() => Alive(mark) == 0, "nothing of 120 boxes is alive", TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(SandboxClass.Namespaces, "kill")]
    [InlineData(SandboxClass.Namespaces, "cancel")]
    [InlineData(SandboxClass.Namespaces, "time")]
    [InlineData(SandboxClass.Namespaces, "first process")]
    [InlineData(SandboxClass.Landlock, "kill")]
    [InlineData(SandboxClass.Landlock, "cancel")]
    [InlineData(SandboxClass.Landlock, "time")]
    [InlineData(SandboxClass.Landlock, "first process")]
    public async Task Nothing_of_a_box_lives_on(SandboxClass by, string end)
    {
        using var intruder = new Intruder(by);
        var state = await intruder.Sandbox.StateAsync();
        if (state.Class != by)
        {
            throw new MissingComponentException($"This machine cannot hold programs by {by}: {string.Join(' ', state.Reasons)}");
        }

        var mark = $"{Environment.ProcessId}{Random.Shared.Next(1000, 9999)}";
        var wanted = new Box("/usr/bin/sh", ["-c", Tree.Replace("MARK", mark, StringComparison.Ordinal)])
        {
            Readable = [.. Programs.Where(File.Exists)], MayFork = true,
            Limits = new SandboxLimits { Time = end == "time" ? TimeSpan.FromSeconds(2) : TimeSpan.FromMinutes(2), Cores = 4 },
        };
        if (by == SandboxClass.Landlock && !state.HasUsers)
        {
            // Nobody could be sure to end it, and so it is not begun.
            Assert.Equal("no-processes", (await intruder.Sandbox.StartAsync(wanted)).Refusal!.Code);
            return;
        }

        await using var box = await intruder.StartAsync(wanted);
        using var cancelling = new CancellationTokenSource();
        var ending = box.WaitAsync(cancelling.Token);
        Assert.Equal("started", await new StreamReader(box.Output).ReadLineAsync(TestContext.Current.CancellationToken));
        await Eventually.HoldsAsync(() => Alive(mark) >= 8, "the whole tree runs", TestContext.Current.CancellationToken);

        switch (end)
        {
            case "kill":
                box.Kill();
                break;
            case "cancel":
                await cancelling.CancelAsync();
                break;
            case "first process":
                // The program itself ends, and leaves the others behind.
                foreach (var process in Processes().Where(process => process.Command.Contains($"{mark}", StringComparison.Ordinal) && process.Command.StartsWith("/usr/bin/sh\0-c", StringComparison.Ordinal)))
                {
                    System.Diagnostics.Process.GetProcessById(process.Id).Kill();
                }

                break;
        }

        await ending;
        await Eventually.HoldsAsync(() => Task.FromResult(Alive(mark) == 0), "nothing of the box is alive", Patience, TimeSpan.FromMilliseconds(5), TestContext.Current.CancellationToken);
    }

    private static int Alive(string mark) => Processes().Count(process => process.Command.Contains($"1000.{mark}", StringComparison.Ordinal));

    private static IEnumerable<(int Id, string Command)> Processes() => Directory.GetDirectories("/proc").Where(path => char.IsAsciiDigit(path[6])).Select(path =>
    {
        try
        {
            return (int.Parse(path[6..], CultureInfo.InvariantCulture), File.ReadAllText(Path.Combine(path, "cmdline")));
        }
        catch (IOException)
        {
            return (0, "");
        }
    });
}
