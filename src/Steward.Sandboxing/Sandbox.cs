using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Options;
using Microsoft.Win32.SafeHandles;
using Steward.Kernel;
using Steward.Sandboxing.Confining;

namespace Steward.Sandboxing;

/// <summary>
/// Starts programs that nobody trusts and holds them at arm's length: as strongly as this machine can, and not at all
/// where it cannot, unless its owner allows that.
/// </summary>
public sealed class Sandbox : IDisposable
{
    private static readonly string[] Programs = ["bwrap", "prlimit"];

    private readonly SandboxOptions options;
    private readonly TimeProvider clock;
    private readonly Launcher launcher = new();
    private readonly BoxUsers users;
    private readonly Dictionary<(bool MayFork, bool HasLoopback), SafeFileHandle> filters = [];
    private readonly Lazy<Task<SandboxState>> state;
    private string? cgroups;
    private long boxes;

    /// <summary>Makes it; nothing is started yet.</summary>
    public Sandbox(IOptions<SandboxOptions> options, TimeProvider clock)
    {
        (this.options, this.clock) = (options.Value, clock);
        users = new BoxUsers(options);
        state = new(LookAsync);
        if (SystemCalls.OfThisMachine is { } calls)
        {
            foreach (var (mayFork, hasLoopback) in new[] { (false, false), (true, false), (true, true), (false, true) })
            {
                filters[(mayFork, hasLoopback)] = Linux.Hold(SeccompFilter.Build(calls, mayFork, hasLoopback));
            }
        }
    }

    /// <summary>Which class is in force and why; found out once, by trying.</summary>
    public Task<SandboxState> StateAsync() => state.Value;

    /// <summary>Starts a box.</summary>
    /// <returns>The running box; a refusal where this machine cannot hold it and its owner has not allowed to go without.</returns>
    /// <exception cref="Win32Exception">The machine could not start another process.</exception>
    public async Task<Outcome<RunningBox>> StartAsync(Box box)
    {
        var found = await StateAsync();
        return found.Class == SandboxClass.Refused
            ? new Refusal(RefusalKind.Conflict, "no-sandbox",
                $"This machine has nothing to hold a program that nobody trusts, and so it is not run. {string.Join(' ', found.Reasons)} Install bubblewrap, or set Sandbox:AllowUnconfined to go without.")
            : found is { Class: SandboxClass.Landlock, HasUsers: false } && box.MayFork
            ? new Refusal(RefusalKind.Conflict, "no-processes",
                "A program that starts processes is not run here: without namespaces, and without a user of its own, they could outlive it. Install bubblewrap, or run the server as root.")
            : box.HasLoopback && found.Class != SandboxClass.Namespaces
            ? new Refusal(RefusalKind.Conflict, "no-namespaces",
                $"A program that speaks over a network of its own needs namespaces, and they are not in force here. {string.Join(' ', found.Reasons)}")
            : await StartAsync(box, found.Class);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        launcher.Dispose();
        foreach (var filter in filters.Values)
        {
            filter.Dispose();
        }
    }

    private async Task<RunningBox> StartAsync(Box box, SandboxClass by)
    {
        var user = users.Take();
        var cgroup = cgroups is null ? null : Cgroup.Make(cgroups, Interlocked.Increment(ref boxes).ToString(CultureInfo.InvariantCulture), box.Limits);
        try
        {
            var process = await launcher.StartAsync(by switch
            {
                SandboxClass.Namespaces => Bubblewrap.Start(box, FilterPath(box), user, cgroup?.Folder),
                SandboxClass.Landlock => Landlock.Start(box, user, cgroup?.Folder),
                _ => Unconfined(box),
            });
            // Only namespaces end all processes of a box with its first one.
            var mayLeave = by == SandboxClass.Landlock && box.MayFork;
            return new RunningBox(process, box.Limits, cgroup, clock, () => mayLeave && user is { } id ? BoxUsers.EndAllAsync(id) : Task.CompletedTask, () => users.Return(user));
        }
        catch
        {
            cgroup?.Dispose();
            users.Return(user);
            throw;
        }
    }

    // The shell opens it while it still is the server's user.
    private string FilterPath(Box box) => string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{filters[(box.MayFork, box.HasLoopback)].DangerousGetHandle()}");

    private static ProcessStartInfo Unconfined(Box box)
    {
        var start = new ProcessStartInfo(box.Program, box.Arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        foreach (var (name, value) in box.Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private async Task<SandboxState> LookAsync()
    {
        List<string> reasons = [];
        if (options.Class is { } only)
        {
            reasons.Add($"Sandbox:Class asks for {only.ToString().ToLowerInvariant()} and nothing else.");
        }

        if (options.Class is null or SandboxClass.Namespaces && await HasNamespacesAsync(reasons))
        {
            return State(SandboxClass.Namespaces, reasons);
        }

        if (options.Class is null or SandboxClass.Landlock && await HasLandlockAsync(reasons))
        {
            return State(SandboxClass.Landlock, reasons);
        }

        reasons.Add(options.AllowUnconfined ? "Sandbox:AllowUnconfined is set: programs run without any confinement." : "Sandbox:AllowUnconfined is not set.");
        return new SandboxState(options.AllowUnconfined ? SandboxClass.Unconfined : SandboxClass.Refused, false, false, reasons);
    }

    private SandboxState State(SandboxClass found, List<string> reasons)
    {
        cgroups = Cgroup.FindRoot(out var groups);
        reasons.Add(cgroups is null ? $"Memory and processor are limited for each process: {groups}." : $"Memory, processor and processes are limited by {groups}.");
        reasons.Add(users.AreThere ? "Every box has a user of its own." : "Boxes have the server's user, because it is not root.");
        return new SandboxState(found, cgroups is not null, users.AreThere, reasons);
    }

    private async Task<bool> HasNamespacesAsync(List<string> reasons)
    {
        if (filters.Count == 0)
        {
            reasons.Add("Nobody has written down this architecture's system calls.");
            return false;
        }

        foreach (var program in Programs.Where(program => Machine.Find(program) is null))
        {
            reasons.Add($"{program} is not installed.");
            return false;
        }

        return await StartsAsync(SandboxClass.Namespaces, reasons, "bubblewrap makes namespaces, and seccomp refuses sockets and what else an agent has no need of.", "bubblewrap could not make namespaces");
    }

    private async Task<bool> HasLandlockAsync(List<string> reasons)
    {
        if (Landlock.Obstacle is { } obstacle)
        {
            reasons.Add(obstacle);
            return false;
        }

        return await StartsAsync(SandboxClass.Landlock, reasons,
            $"Landlock (version {LandlockVersion.OfThisMachine}) refuses files, and seccomp refuses sockets, signals to others and what else an agent has no need of.", "a program could not be confined with Landlock");
    }

    private async Task<bool> StartsAsync(SandboxClass by, List<string> reasons, string works, string fails)
    {
        await using var box = await StartAsync(Landlock.Probe(new SandboxLimits { Time = TimeSpan.FromSeconds(20), Cores = 1 }), by);
        var said = new StreamReader(box.Errors).ReadToEndAsync();
        var output = new StreamReader(box.Output).ReadToEndAsync();
        var end = await box.WaitAsync(CancellationToken.None);
        await output;
        var starts = end is { Kind: BoxEndKind.Exited, ExitCode: Landlock.ProbeStarted };
        reasons.Add(starts ? works : $"{fails}: {(await said).Trim()} ({end.Text}).");
        return starts;
    }
}
