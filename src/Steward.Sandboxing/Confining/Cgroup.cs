using System.Globalization;

namespace Steward.Sandboxing.Confining;

/// <summary>
/// A group of processes with limits of its own, below the server's: cgroup v2, where the machine lets the server make one.
/// Files and formats as in the kernel's <c>Documentation/admin-guide/cgroup-v2.rst</c>.
/// </summary>
internal sealed class Cgroup : IDisposable
{
    private const string Mount = "/sys/fs/cgroup";
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
        var controllers = Path.Combine(Mount, "cgroup.controllers");
        if (!File.Exists(controllers))
        {
            reason = "cgroup v2 is not mounted at /sys/fs/cgroup";
            return null;
        }

        var own = File.ReadLines("/proc/self/cgroup").FirstOrDefault(line => line.StartsWith("0::", StringComparison.Ordinal))?[3..] ?? "/";
        // A group with processes in it cannot hand controllers down: the boxes get a sister of the server's.
        var parent = Path.GetDirectoryName(Mount + own.TrimEnd('/')) is { } above && above.StartsWith(Mount, StringComparison.Ordinal) ? above : Mount;
        var root = Path.Combine(parent, "steward-boxes");
        try
        {
            Directory.CreateDirectory(root);
            File.WriteAllText(Path.Combine(root, "cgroup.subtree_control"), string.Join(' ', Needed.Select(name => $"+{name}")));
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
