using System.Net;
using System.Net.Sockets;

namespace Steward.Sandboxing.Tests;

/// <summary>What a confined program cannot do.</summary>
public sealed class ConfinementTests(Intruder intruder) : IClassFixture<Intruder>
{
    [Fact]
    public async Task Namespaces_are_in_force_here()
    {
        var state = await intruder.Sandbox.StateAsync();

        Assert.True(state.Class == SandboxClass.Namespaces, string.Join('\n', state.Reasons));
    }

    [Fact]
    public async Task A_program_runs_reads_its_input_and_ends()
    {
        await using var box = await intruder.StartAsync(Intruder.Box("echo"));
        await box.Input.WriteAsync("good evening\n"u8.ToArray(), TestContext.Current.CancellationToken);
        await box.Input.FlushAsync(TestContext.Current.CancellationToken);
        var said = await new StreamReader(box.Output).ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Equal("good evening", said.Trim());
        Assert.Equal(new BoxEnd(BoxEndKind.Exited, 0), await box.WaitAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("/etc/shadow")]
    [InlineData("/root/.bashrc")]
    [InlineData("/proc/1/root/etc/passwd")]
    [InlineData("/sys/kernel/notes")]
    public async Task It_cannot_read_the_machines_files(string file)
    {
        var attempt = await intruder.TryAsync("read", file);
        Assert.True(attempt.WasRefused, attempt.Said);
    }

    [Fact]
    public async Task It_sees_no_file_of_the_server_and_cannot_link_to_one()
    {
        var secret = Path.GetTempFileName();
        await File.WriteAllTextAsync(secret, "a secret", TestContext.Current.CancellationToken);

        Assert.True((await intruder.TryAsync("read", secret)).WasRefused);
        Assert.True((await intruder.TryAsync("link", secret, "/tmp/link")).WasRefused);
        File.Delete(secret);
    }

    [Fact]
    public async Task It_has_no_environment_but_what_it_was_given()
    {
        Environment.SetEnvironmentVariable("STEWARD_TEST_SECRET", "marker-of-the-test");

        Assert.Equal("DOTNET_EnableDiagnostics DOTNET_EnableWriteXorExecute DOTNET_GCHeapHardLimit DOTNET_TieredPGO HOME PATH PWD", (await intruder.TryAsync("environment")).Said);
        // Without a user of its own it can read what the first process was given, which is as little.
        var first = await intruder.TryAsync("read", "/proc/1/environ");
        Assert.True(first.WasRefused || !(await intruder.Sandbox.StateAsync()).HasUsers, first.Said);
        Assert.DoesNotContain("marker-of-the-test", first.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_sees_no_process_but_its_own()
    {
        var processes = (await intruder.TryAsync("list", "/proc")).Said.Split(' ').Where(path => path.Length > 6 && char.IsAsciiDigit(path[6]));

        Assert.Equal(2, processes.Count());
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/usr")]
    [InlineData("/dev")]
    [InlineData("/etc")]
    [InlineData("/proc/sys")]
    public async Task It_cannot_write_to_the_system(string folder)
    {
        var attempt = await intruder.TryAsync("write", folder, "1");
        Assert.True(attempt.WasRefused, attempt.Said);
    }

    [Theory]
    [InlineData("/tmp", 100)]
    [InlineData("/dev/shm", 20)]
    public async Task What_it_writes_into_memory_is_bounded(string folder, int megabytes)
    {
        Assert.True((await intruder.TryAsync("write", folder, "1")).Worked);
        Assert.Contains("No space left", (await intruder.TryAsync("write", folder, $"{megabytes}")).Said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(38)]
    [InlineData(40)]
    public async Task It_gets_no_socket_of_any_family(int family)
    {
        var attempt = await intruder.TryAsync("socket", $"{family}");
        Assert.True(attempt.WasRefused, attempt.Said);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(10, false)]
    [InlineData(16, false)]
    [InlineData(17, false)]
    [InlineData(40, false)]
    public async Task A_box_with_a_loopback_gets_sockets_of_Unix_and_IPv4_only(int family, bool gets)
    {
        var attempt = await intruder.TryAsync(Intruder.Box("socket", $"{family}") with { HasLoopback = true });
        Assert.Equal(gets, !attempt.WasRefused);
    }

    [Fact]
    public async Task It_reaches_no_server_on_this_machine()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        Assert.True((await intruder.TryAsync("connect", "127.0.0.1", $"{((IPEndPoint)listener.LocalEndpoint).Port}")).WasRefused);
        Assert.False(listener.Pending());
    }

    // ptrace, mount, unshare with a new user, bpf, keyctl, userfaultfd, io_uring_setup, perf_event_open, mknod, chroot, init_module.
    [Theory]
    [InlineData(101)]
    [InlineData(165)]
    [InlineData(272, 0x10000000)]
    [InlineData(321)]
    [InlineData(250)]
    [InlineData(323)]
    [InlineData(425)]
    [InlineData(298)]
    [InlineData(133)]
    [InlineData(161)]
    [InlineData(175)]
    public async Task Calls_of_the_kernel_that_no_agent_needs_are_refused(int call, int argument = 0)
    {
        Assert.SkipUnless(System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64, "The numbers are those of x64.");

        Assert.Equal("InvalidOperationException: Operation not permitted", (await intruder.TryAsync("call", $"{call}", $"{argument}")).Said);
    }

    [Fact]
    public async Task It_cannot_start_a_process_unless_it_may()
    {
        var itself = Intruder.Box().Arguments[0];
        Assert.True((await intruder.TryAsync("start", Intruder.Box().Program, itself, "hello")).WasRefused);
        var allowed = await intruder.TryAsync(Intruder.Box("start", Intruder.Box().Program, itself, "hello") with { MayFork = true });
        Assert.True(allowed.Worked, allowed.Said);
    }

    [Fact]
    public async Task It_cannot_kill_what_is_outside()
    {
        var attempt = await intruder.TryAsync("kill", $"{Environment.ProcessId}");
        Assert.True(attempt.WasRefused, attempt.Said);
    }
}
