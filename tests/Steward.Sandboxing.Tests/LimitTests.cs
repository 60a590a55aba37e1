using System.Globalization;
using Steward.Testing;

namespace Steward.Sandboxing.Tests;

/// <summary>What a confined program may use, and how it ends.</summary>
public sealed class LimitTests(Intruder intruder) : IClassFixture<Intruder>
{
    [Fact]
    public async Task Memory_of_the_runtime_is_bounded()
    {
        var attempt = await intruder.TryAsync("managed", "400");

        Assert.Contains("OutOfMemoryException", attempt.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Memory_beside_the_runtime_is_bounded()
    {
        Assert.True((await intruder.TryAsync("native", "100")).Worked);
        Assert.False((await intruder.TryAsync("native", "600")).Worked);
    }

    [Fact]
    public async Task The_number_of_threads_is_bounded()
    {
        var attempt = await intruder.TryAsync("threads", "200");

        Assert.False(attempt.Worked, attempt.Said);
    }

    [Fact]
    public async Task Time_is_bounded_and_nothing_is_left()
    {
        await using var box = await intruder.StartAsync(Intruder.Box("loop") with { Limits = new SandboxLimits { Time = TimeSpan.FromSeconds(1), Cores = 4 } });

        Assert.Equal(BoxEndKind.TimedOut, (await box.WaitAsync(TestContext.Current.CancellationToken)).Kind);
        await IsGoneAsync(box);
    }

    [Fact]
    public async Task Processor_time_is_bounded()
    {
        var attempt = await intruder.TryAsync(Intruder.Box("loop") with { Limits = new SandboxLimits { Time = TimeSpan.FromSeconds(20), Cores = 0.05 } });

        Assert.Equal(BoxEndKind.OutOfProcessorTime, attempt.End.Kind);
    }

    [Fact]
    public async Task What_is_called_off_is_gone_with_all_that_it_started()
    {
        using var cancelling = new CancellationTokenSource();
        var itself = Intruder.Box().Arguments[0];
        await using var box = await intruder.StartAsync(Intruder.Box("start", "/usr/bin/setsid", Intruder.Box().Program, itself, "loop") with { MayFork = true, Readable = [.. Intruder.Box().Readable, "/usr/bin/setsid"] });
        var line = await new StreamReader(box.Output).ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("started", line, StringComparison.Ordinal);

        await cancelling.CancelAsync();
        await box.WaitAsync(cancelling.Token);
        await IsGoneAsync(box);
    }

    [Fact]
    public async Task A_flood_of_output_waits_for_its_reader_and_ends_with_the_box()
    {
        await using var box = await intruder.StartAsync(Intruder.Box("flood", $"{1L << 30}"));
        var first = new byte[64 << 10];
        await box.Output.ReadExactlyAsync(first, TestContext.Current.CancellationToken);

        box.Kill();
        Assert.Equal(BoxEndKind.Cancelled, (await box.WaitAsync(TestContext.Current.CancellationToken)).Kind);
    }

    private static async Task IsGoneAsync(RunningBox box)
    {
        var id = box.ProcessId.ToString(CultureInfo.InvariantCulture);
        await Eventually.HoldsAsync(() => !Directory.Exists($"/proc/{id}") && !Processes().Any(command => command.Contains("Steward.Intruder.dll\0loop", StringComparison.Ordinal)), "nothing of the box is alive", TestContext.Current.CancellationToken);
    }

    private static IEnumerable<string> Processes() => Directory.GetDirectories("/proc").Where(path => char.IsAsciiDigit(path[6])).Select(path =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(path, "cmdline"));
        }
        catch (IOException)
        {
            return "";
        }
    });
}
