using System.Globalization;
using System.Runtime.InteropServices;
using Steward.Sandboxing;

namespace Steward.Agents.Workshop;

/// <summary>The program that compiles, tests and runs agents, as boxes for its jobs.</summary>
internal static class AgentHostProgram
{
    private const string File = "Steward.AgentHost.dll";
    private const long ForCompiling = 1L << 30;

    // The runtime itself lives beside the heap that it manages.
    private const double HeapShare = 0.8;

    private static readonly string Dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "agent-host");

    /// <summary>A compiler that answers jobs until its input ends.</summary>
    public static Box Compiler => Box("compile", new SandboxLimits { Memory = ForCompiling, Time = TimeSpan.FromHours(24), Cores = 2, Processes = 64 });

    /// <summary>One job: <c>test</c> or <c>run</c>.</summary>
    public static Box Job(string verb, SandboxLimits limits) => Box(verb, limits);

    private static Box Box(string verb, SandboxLimits limits) => new(Path.Combine(Dotnet, "dotnet"), [Path.Combine(Folder, File), verb])
    {
        Readable = [Dotnet, Folder],
        Limits = limits,
        Environment = new Dictionary<string, string>
        {
            ["DOTNET_EnableDiagnostics"] = "0",
            ["DOTNET_TieredPGO"] = "0",
            ["DOTNET_GCHeapHardLimit"] = ((long)(limits.Memory * HeapShare)).ToString("x", CultureInfo.InvariantCulture),
        },
    };
}
