using System.Globalization;

namespace Steward.Testing;

/// <summary>A process and all that it started, as /proc shows them.</summary>
public static class ProcessTree
{
    /// <summary>The processes below one, each with the time at which it started, so that a number that is used again is another process.</summary>
    public static IReadOnlyList<(int Id, long StartedAt)> Below(int id)
    {
        var all = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, CultureInfo.InvariantCulture, out _))
            .Select(name => Read(int.Parse(name!, CultureInfo.InvariantCulture))).OfType<(int Id, int Parent, long StartedAt)>().ToLookup(one => one.Parent);
        var found = new List<(int, long)>();
        var next = new Queue<int>([id]);
        while (next.TryDequeue(out var parent))
        {
            foreach (var child in all[parent])
            {
                found.Add((child.Id, child.StartedAt));
                next.Enqueue(child.Id);
            }
        }

        return found;
    }

    /// <summary>True while this very process lives.</summary>
    public static bool IsAlive((int Id, long StartedAt) process) => Read(process.Id)?.StartedAt == process.StartedAt;

    /// <summary>How many files a process has open.</summary>
    public static int OpenFiles(int id) => Directory.EnumerateFileSystemEntries($"/proc/{id}/fd").Count();

    /// <summary>How many mounts the processes of this machine's own namespace see.</summary>
    public static int Mounts() => File.ReadLines("/proc/self/mountinfo").Count();

    /// <summary>The memory of a process, in MB.</summary>
    public static double Megabytes(int id) => long.Parse(
        File.ReadLines($"/proc/{id}/status").First(line => line.StartsWith("VmRSS", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0;

    // https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: the name in parentheses may hold anything, so fields are counted from its end.
    private static (int Id, int Parent, long StartedAt)? Read(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] == "Z" ? null : (id, int.Parse(fields[1], CultureInfo.InvariantCulture), long.Parse(fields[19], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has just ended.
            return null;
        }
    }
}
