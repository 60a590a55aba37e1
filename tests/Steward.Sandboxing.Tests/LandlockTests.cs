using System.Net;
using System.Net.Sockets;
using Steward.Testing;

namespace Steward.Sandboxing.Tests;

/// <summary>What a program confined without namespaces cannot do: it shares the machine's processes and names, and must not be able to use them.</summary>
public sealed class LandlockTests : IDisposable
{
    private readonly TempDirectory temp = new();
    private readonly Intruder intruder = new(SandboxClass.Landlock);

    [Fact]
    public async Task It_says_what_holds_it()
    {
        await ThereAsync();
        var state = await intruder.Sandbox.StateAsync();

        Assert.StartsWith("landlock", state.Text, StringComparison.Ordinal);
        Assert.Contains(state.Reasons, reason => reason.StartsWith("Landlock (version ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("read", "/etc/passwd")]
    [InlineData("read", "/proc/1/environ")]
    [InlineData("read", "/proc/1/cmdline")]
    [InlineData("list", "/proc")]
    [InlineData("list", "/")]
    [InlineData("read", "/sys/kernel/notes")]
    [InlineData("write", "/tmp", "1")]
    [InlineData("write", "/dev/shm", "1")]
    [InlineData("socket", "1")]
    [InlineData("socket", "2")]
    [InlineData("socket", "16")]
    [InlineData("socket", "40")]
    [InlineData("call", "57")]
    [InlineData("call", "101")]
    [InlineData("call", "272", "268435456")]
    public async Task It_is_refused(params string[] tries)
    {
        await ThereAsync();
        var attempt = await intruder.TryAsync(tries);
        Assert.True(attempt.WasRefused, $"{attempt.End.Text}: {attempt.Said} {attempt.Complained}");
    }

    [Fact]
    public async Task A_box_with_a_loopback_is_refused_because_it_would_be_the_machines()
    {
        await ThereAsync();
        var started = await intruder.Sandbox.StartAsync(Intruder.Box("socket", "1") with { HasLoopback = true });

        Assert.Equal("no-namespaces", started.Refusal?.Code);
    }

    [Fact]
    public async Task It_sees_no_file_of_the_server_and_sends_it_no_signal()
    {
        await ThereAsync();
        await File.WriteAllTextAsync(temp["secret"], "a secret", TestContext.Current.CancellationToken);

        Assert.True((await intruder.TryAsync("read", temp["secret"])).WasRefused);
        Assert.True((await intruder.TryAsync("link", temp["secret"], temp["link"])).WasRefused);
        Assert.True((await intruder.TryAsync("kill", $"{Environment.ProcessId}")).WasRefused);
        Assert.True((await intruder.TryAsync("kill", "-1")).WasRefused);
    }

    [Fact]
    public async Task It_reaches_no_server_on_this_machine()
    {
        await ThereAsync();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        Assert.True((await intruder.TryAsync("connect", "127.0.0.1", $"{((IPEndPoint)listener.LocalEndpoint).Port}")).WasRefused);
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task It_runs_within_its_limits_and_is_named_for_them()
    {
        await ThereAsync();
        Assert.Equal("hello", (await intruder.TryAsync("hello")).Said);
        Assert.Contains("OutOfMemoryException", (await intruder.TryAsync("managed", "400")).Said, StringComparison.Ordinal);
        Assert.False((await intruder.TryAsync("native", "600")).Worked);
        Assert.False((await intruder.TryAsync("threads", "2000")).Worked);
        Assert.Equal(BoxEndKind.OutOfProcessorTime, (await intruder.TryAsync(Intruder.Box("loop") with { Limits = new SandboxLimits { Time = TimeSpan.FromSeconds(20), Cores = 0.05 } })).End.Kind);
    }

    [Fact]
    public async Task Where_it_is_asked_for_alone_nothing_else_is_taken()
    {
        await ThereAsync();
        using var other = new Intruder(SandboxClass.Namespaces);

        Assert.Equal(SandboxClass.Landlock, (await intruder.Sandbox.StateAsync()).Class);
        Assert.NotEqual(SandboxClass.Landlock, (await other.Sandbox.StateAsync()).Class);
    }

    public void Dispose()
    {
        intruder.Dispose();
        temp.Dispose();
    }

    private async Task ThereAsync()
    {
        var state = await intruder.Sandbox.StateAsync();
        if (state.Class != SandboxClass.Landlock)
        {
            throw new MissingComponentException($"This machine has no Landlock: {string.Join(' ', state.Reasons)}");
        }
    }
}
