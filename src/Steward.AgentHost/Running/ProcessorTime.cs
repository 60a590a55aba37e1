using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Steward.AgentHost.Running;

/// <summary>What this process may use of the processor: the kernel ends it for more. Once it is less, it cannot be more again.</summary>
internal static class ProcessorTime
{
    private const int Cpu = 0;

    /// <summary>Bounds what is used from now on.</summary>
    /// <param name="seconds">How many seconds; no more than the box allows over its life.</param>
    public static void Bound(long seconds)
    {
        var until = (ulong)(seconds + Math.Ceiling(Environment.CpuUsage.TotalTime.TotalSeconds));
        // At the first the process hears why it ends, at the second it just ends.
        if (Get(Cpu, out var limit) != 0 || Set(Cpu, new Limit(Math.Min(until, limit.Hard), Math.Min(until + 1, limit.Hard))) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [DllImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Get(int resource, out Limit limit);

    [DllImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Set(int resource, in Limit limit);

    private readonly record struct Limit(ulong Soft, ulong Hard);
}
