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

    private static readonly string[] Folders = ["/usr/bin", "/bin", "/usr/local/bin", "/usr/sbin", "/sbin"];

    private static string OfArchitecture => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "/usr/lib/aarch64-linux-gnu" : "/usr/lib/x86_64-linux-gnu";

    /// <summary>The full path of a program, or null.</summary>
    public static string? Find(string program) => Folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
