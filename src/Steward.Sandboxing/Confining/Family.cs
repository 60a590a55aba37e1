using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Steward.Sandboxing.Confining;

/// <summary>
/// Ends a process together with those that it has started itself. bubblewrap's inner process asks to die with the outer one only a
/// millisecond or two after it was made: if the outer one is killed before, the box goes on and nobody has a hold of it.
/// </summary>
internal static partial class Family
{
    private const int Kill = 9;
    private const int Stop = 19;

    // It takes microseconds; a process that the kernel does not let go of is killed all the same.
    private const int Looks = 1000;

    /// <summary>Ends them.</summary>
    public static void End(Process process)
    {
        // What is stopped starts nobody, so the list is whole.
        if (Signal(process.Id, Stop) == 0)
        {
            var patience = default(SpinWait);
            for (var look = 0; look < Looks && !IsStopped(process.Id); look++)
            {
                patience.SpinOnce();
            }

            foreach (var child in Children(process.Id))
            {
                _ = Signal(child, Kill);
            }
        }

        process.Kill();
    }

    private static bool IsStopped(int process) => Read($"/proc/{process}/stat") is var stat && (stat.LastIndexOf(')') is var name and >= 0 ? stat[name + 2] is 'T' or 't' or 'Z' or 'X' : true);

    private static IEnumerable<int> Children(int process) =>
        Read($"/proc/{process}/task/{process}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(child => int.Parse(child, CultureInfo.InvariantCulture));

    private static string Read(FormattableString path)
    {
        try
        {
            return File.ReadAllText(path.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is gone.
            return "";
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
