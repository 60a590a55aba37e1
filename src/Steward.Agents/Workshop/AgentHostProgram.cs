using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Steward.Kernel;
using Steward.Sandboxing;

namespace Steward.Agents.Workshop;

/// <summary>The program that compiles, tests and runs agents, as boxes for its jobs.</summary>
internal static class AgentHostProgram
{
    private const string File = "Steward.AgentHost.dll";
    private const long ForCompiling = 1L << 30;

    private const long ForForwarding = 64 << 20;

    private const long Stack = 1536 << 10;

    // Python maps ten megabytes of its own before an agent has any.
    private const long OfPython = 16 << 20;

    // The runtime itself lives beside the heap that it manages.
    private const double HeapShare = 0.8;

    private static readonly string DotnetFolder = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
    // The zones' rules, for agents that tell people the time of day; a machine without them has none.
    private static readonly string[] Zones = Directory.Exists("/usr/share/zoneinfo") ? ["/usr/share/zoneinfo"] : [];

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "agent-host");

    /// <summary>Why agents in a language cannot be made or run here; null when they can.</summary>
    public static Refusal? Obstacle(AgentLanguage language) => language != AgentLanguage.Python || PythonProgram.OfThisMachine is not null ? null
        : new Refusal(RefusalKind.Conflict, "no-python", "This machine has no Python that agents could run in: install python3 (3.9 or newer) in /usr/bin.");

    /// <summary>A compiler that answers jobs until its input ends.</summary>
    public static Box Compiler(AgentLanguage language) => Job(language, "compile", new SandboxLimits { Memory = ForCompiling, Time = TimeSpan.FromHours(24), Cores = 2, Processes = 64 });

    /// <summary>One job: <c>test</c>, <c>run</c>, or <c>park</c> (C# only) for a run that is not there yet.</summary>
    public static Box Job(AgentLanguage language, string verb, SandboxLimits limits) => language == AgentLanguage.Python ? Python(verb, limits) : Dotnet(verb, limits);

    /// <summary>Gives a box its job: what is to be done, on a line, and the assembly after it.</summary>
    public static async Task GiveAsync(RunningBox box, object job, byte[] assembly, CancellationToken cancellationToken)
    {
        await box.Input.WriteAsync((byte[])[.. Encoding.UTF8.GetBytes(Json.Write(job)), (byte)'\n', .. assembly], cancellationToken);
        await box.Input.FlushAsync(cancellationToken);
    }

    // Without what the machine or somebody's home adds to Python, and without writing what it has compiled.
    private static Box Python(string verb, SandboxLimits limits) => new(PythonProgram.OfThisMachine!.Program, ["-I", "-B", "-X", "utf8", Path.Combine(Folder, "python", "host.py"), verb])
    {
        Readable = [.. PythonProgram.OfThisMachine.Readable, Path.Combine(Folder, "python"), .. Zones],
        Limits = limits with { Runtime = OfPython },
    };

    /// <summary>The same box with another program beside the host, which starts it: the way out of a browser's empty network.</summary>
    /// <param name="socket">The server's socket.</param>
    /// <param name="port">The port that leads to it.</param>
    /// <param name="program">What is started, and its arguments.</param>
    /// <param name="limits">What all of it may use.</param>
    public static Box Forward(string socket, int port, IEnumerable<string> program, SandboxLimits limits)
    {
        var box = Dotnet("forward", limits with { Memory = ForForwarding });
        return box with
        {
            Arguments = [.. box.Arguments, socket, port.ToString(CultureInfo.InvariantCulture), .. program], Readable = [.. box.Readable, socket], Limits = limits, MayFork = true, HasLoopback = true,
        };
    }

    private static Box Dotnet(string verb, SandboxLimits limits) => new(Path.Combine(DotnetFolder, "dotnet"), [Path.Combine(Folder, File), verb])
    {
        Readable = [DotnetFolder, Folder, .. Zones],
        Limits = limits,
        Environment = new Dictionary<string, string>
        {
            ["DOTNET_EnableDiagnostics"] = "0",
            ["DOTNET_TieredPGO"] = "0",
            // .NET comes compiled for processors without it, and compiles again at each start what has more for those with it.
            ["DOTNET_EnableAVX2"] = "0",
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
