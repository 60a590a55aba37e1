using System.Globalization;
using System.Runtime.InteropServices;

namespace Steward.Sandboxing.Confining;

/// <summary>Where this machine has what a confined program needs to start, and the programs that confine it.</summary>
internal static class Machine
{
    /// <summary>The folder of the shared .NET runtime that this server runs on.</summary>
    public static string DotnetRoot { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>The <c>dotnet</c> program of that runtime.</summary>
    public static string Dotnet { get; } = Path.Combine(DotnetRoot, "dotnet");

    /// <summary>Folders with the system's shared libraries, and the loader's cache; only those that are there, links as they are.</summary>
    public static IReadOnlyList<string> Libraries { get; } =
    [
        .. (Directory.Exists(OfArchitecture) ? [OfArchitecture] : new[] { "/usr/lib" })
            .Concat(["/usr/lib64", "/lib", "/lib64", "/etc/ld.so.cache"]).Where(Path.Exists),
    ];

    /// <summary>What makes a .NET program start fast and small: no way in for debuggers, no profile, one map of the code that it makes.</summary>
    public static IReadOnlyDictionary<string, string> SmallRuntime { get; } = new Dictionary<string, string>
    {
        ["DOTNET_EnableDiagnostics"] = "0", ["DOTNET_TieredPGO"] = "0", ["DOTNET_EnableWriteXorExecute"] = "0",
    };

    private static readonly string[] Folders = ["/usr/bin", "/bin", "/usr/local/bin", "/usr/sbin", "/sbin"];

    private static string OfArchitecture => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "/usr/lib/aarch64-linux-gnu" : "/usr/lib/x86_64-linux-gnu";

    /// <summary>The full path of a program, or null.</summary>
    public static string? Find(string program) => Folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>How many bytes a process and all below it have in memory that no file holds; what they share counts for each.</summary>
    public static long MemoryBelow(int process)
    {
        var all = new Dictionary<int, (int Parent, long Bytes)>();
        foreach (var path in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(path[6])))
        {
            try
            {
                var (parent, bytes) = (0, 0L);
                foreach (var line in File.ReadLines(Path.Combine(path, "status")))
                {
                    var words = line.Split(['\t', ' '], StringSplitOptions.RemoveEmptyEntries);
                    if (words is ["PPid:", var id])
                    {
                        parent = int.Parse(id, CultureInfo.InvariantCulture);
                    }
                    else if (words is ["RssAnon:" or "RssShmem:", var kilobytes, ..])
                    {
                        bytes += long.Parse(kilobytes, CultureInfo.InvariantCulture) << 10;
                    }
                }

                all[int.Parse(path.AsSpan(6), CultureInfo.InvariantCulture)] = (parent, bytes);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It is gone by now.
            }
        }

        return all.Keys.Where(IsBelow).Sum(id => all[id].Bytes);

        bool IsBelow(int id)
        {
            for (var steps = 0; steps < all.Count && all.TryGetValue(id, out var one); steps++, id = one.Parent)
            {
                if (id == process)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>How many threads all processes of a user have together, as far as can be seen.</summary>
    public static long ThreadsOf(uint user) => Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(path[6])).Sum(path =>
    {
        try
        {
            var fields = File.ReadLines(Path.Combine(path, "status")).Select(line => line.Split(['\t', ' '], StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length > 1).ToList();
            return fields.Any(words => words[0] == "Uid:" && words[1] == user.ToString(CultureInfo.InvariantCulture)) && fields.FirstOrDefault(words => words[0] == "Threads:") is { } threads
                ? long.Parse(threads[1], CultureInfo.InvariantCulture) : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is gone by now.
            return 0;
        }
    });
}
