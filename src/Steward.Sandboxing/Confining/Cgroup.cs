using System.Globalization;

namespace Steward.Sandboxing.Confining;

/// <summary>
/// A group of processes with limits of its own, below the server's: cgroup v2, where the machine lets the server make one.
/// Files and formats as in the kernel's <c>Documentation/admin-guide/cgroup-v2.rst</c>.
/// </summary>
internal sealed class Cgroup : IDisposable
{
    private const string Handed = "cgroup.subtree_control";
    private static readonly string[] Needed = ["memory", "pids", "cpu"];

    private readonly string folder;

    private Cgroup(string folder) => this.folder = folder;

    /// <summary>Its folder.</summary>
    public string Folder => folder;

    /// <summary>Whether the kernel killed something in it for want of memory.</summary>
    public bool RanOutOfMemory
    {
        get
        {
            try
            {
                return File.ReadLines(Path.Combine(folder, "memory.events")).Any(line => line.StartsWith("oom_kill ", StringComparison.Ordinal) && line != "oom_kill 0");
            }
            catch (IOException)
            {
                return false;
            }
        }
    }

    /// <summary>The folder below which groups can be made; null, with the reason, where they cannot.</summary>
    public static string? FindRoot(out string reason)
    {
        // Beside version 1 it is mounted elsewhere than alone: the mount point is the fifth field, the kind follows a dash.
        if (File.ReadLines("/proc/self/mountinfo").FirstOrDefault(line => line.Contains(" - cgroup2 ", StringComparison.Ordinal))?.Split(' ')[4] is not { } mount)
        {
            reason = "cgroup v2 is not mounted";
            return null;
        }

        var own = File.ReadLines("/proc/self/cgroup").FirstOrDefault(line => line.StartsWith("0::", StringComparison.Ordinal))?[3..] ?? "/";
        // A group with processes in it cannot hand controllers down: the boxes get a sister of the server's.
        var parent = Path.GetDirectoryName(mount + own.TrimEnd('/')) is { } above && above.StartsWith(mount, StringComparison.Ordinal) ? above : mount;
        return FindRoot(parent, out reason);
    }

    /// <summary>The same, below a group that is known.</summary>
    public static string? FindRoot(string parent, out string reason)
    {
        var root = Path.Combine(parent, "steward-boxes");
        try
        {
            var there = File.ReadAllText(Path.Combine(parent, "cgroup.controllers")).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
            if (Needed.Except(there).ToList() is { Count: > 0 } missing)
            {
                reason = $"cgroup v2 at {parent} has no controller for {string.Join(", ", missing)}";
                return null;
            }

            var wanted = string.Join(' ', Needed.Select(name => $"+{name}"));
            File.WriteAllText(Path.Combine(parent, Handed), wanted);
            Directory.CreateDirectory(root);
            File.WriteAllText(Path.Combine(root, Handed), wanted);
            reason = $"cgroup v2 below {root}";
            return root;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            reason = $"cgroup v2 is not handed to this server: {e.Message}";
            return null;
        }
    }

    /// <summary>Makes one.</summary>
    public static Cgroup Make(string root, string name, SandboxLimits limits)
    {
        var folder = Path.Combine(root, name);
        Directory.CreateDirectory(folder);
        Write("memory.max", limits.Memory.ToString(CultureInfo.InvariantCulture));
        Write("memory.swap.max", "0");
        Write("memory.oom.group", "1");
        Write("pids.max", limits.Processes.ToString(CultureInfo.InvariantCulture));
        Write("cpu.max", $"{((long)(limits.Cores * 100_000)).ToString(CultureInfo.InvariantCulture)} 100000");
        return new Cgroup(folder);

        void Write(string file, string value) => File.WriteAllText(Path.Combine(folder, file), value);
    }

    /// <summary>Ends everything in it.</summary>
    public void Kill()
    {
        try
        {
            File.WriteAllText(Path.Combine(folder, "cgroup.kill"), "1");
        }
        catch (IOException)
        {
            // It is gone already.
        }
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(folder);
        }
        catch (IOException)
        {
            // The kernel is still burying its last process; the next start of the server finds the name free.
        }
    }
}
