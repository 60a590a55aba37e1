using System.Globalization;
using System.Runtime.InteropServices;
using Steward.Sandboxing;

namespace Steward.Agents.Workshop;

/// <summary>The program that compiles, tests and runs agents, as boxes for its jobs.</summary>
internal static class AgentHostProgram
{
    private const string File = "Steward.AgentHost.dll";
    private const long ForCompiling = 1L << 30;

    private const long ForForwarding = 64 << 20;

    private const long Stack = 1536 << 10;

    // The runtime itself lives beside the heap that it manages.
    private const double HeapShare = 0.8;

    private static readonly string Dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "agent-host");

    /// <summary>A compiler that answers jobs until its input ends.</summary>
    public static Box Compiler => Box("compile", new SandboxLimits { Memory = ForCompiling, Time = TimeSpan.FromHours(24), Cores = 2, Processes = 64 });

    /// <summary>One job: <c>test</c> or <c>run</c>.</summary>
    public static Box Job(string verb, SandboxLimits limits) => Box(verb, limits);

    /// <summary>The same box with another program beside the host, which starts it: the way out of a browser's empty network.</summary>
    /// <param name="socket">The server's socket.</param>
    /// <param name="port">The port that leads to it.</param>
    /// <param name="program">What is started, and its arguments.</param>
    /// <param name="limits">What all of it may use.</param>
    public static Box Forward(string socket, int port, IEnumerable<string> program, SandboxLimits limits)
    {
        var box = Box("forward", limits with { Memory = ForForwarding });
        return box with
        {
            Arguments = [.. box.Arguments, socket, port.ToString(CultureInfo.InvariantCulture), .. program], Readable = [.. box.Readable, socket], Limits = limits, MayFork = true, HasLoopback = true,
        };
    }

    private static Box Box(string verb, SandboxLimits limits) => new(Path.Combine(Dotnet, "dotnet"), [Path.Combine(Folder, File), verb])
    {
        Readable = [Dotnet, Folder],
        Limits = limits,
        Environment = new Dictionary<string, string>
        {
            ["DOTNET_EnableDiagnostics"] = "0",
            ["DOTNET_TieredPGO"] = "0",
            // Its second map of compiled code lies in memory that no limit of the box counts, and is refused there.
            ["DOTNET_EnableWriteXorExecute"] = "0",
            ["DOTNET_GCHeapHardLimit"] = Hex((long)(limits.Memory * HeapShare)),
            // Five times the heap otherwise: more than a box may reserve. And a thread's stack counts as memory from its beginning.
            ["DOTNET_GCRegionRange"] = Hex((long)(limits.Memory * HeapShare) * 2),
            ["DOTNET_Thread_DefaultStackSize"] = Hex(Stack),
        },
    };

    private static string Hex(long number) => number.ToString("x", CultureInfo.InvariantCulture);
}
