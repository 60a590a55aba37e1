using System.Runtime.InteropServices;

namespace Steward.Confine;

/// <summary>
/// The kernel's calls by number. libc's own functions change all threads of a process where these change one, and there is
/// but one way to them, so that nothing has to be compiled once little is left to do it with.
/// </summary>
internal static partial class Kernel
{
    private static readonly bool IsX64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;

    public static long OpenAt => IsX64 ? 257 : 56;

    public static long Prctl => IsX64 ? 157 : 167;

    public static long ParentId => IsX64 ? 110 : 173;

    public static long NewSession => IsX64 ? 112 : 157;

    public static long SetGroups => IsX64 ? 116 : 159;

    public static long SetGroup => IsX64 ? 119 : 149;

    public static long SetUser => IsX64 ? 117 : 147;

    public static long SetLimit => IsX64 ? 302 : 261;

    public static long SetMask => IsX64 ? 95 : 166;

    public static long ChangeFolder => IsX64 ? 80 : 49;

    public static long Seccomp => IsX64 ? 317 : 277;

    public static long Execute => IsX64 ? 59 : 221;

    /// <summary>Calls; gives what the kernel answers, -1 for an error.</summary>
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial long Call(long number, nint a = 0, nint b = 0, nint c = 0, nint d = 0, nint e = 0);

    /// <summary>Calls; an error ends the program.</summary>
    public static long Must(string what, long number, nint a = 0, nint b = 0, nint c = 0, nint d = 0, nint e = 0)
    {
        var answer = Call(number, a, b, c, d, e);
        return answer >= 0 ? answer : throw new IOException($"{what}: {Marshal.GetLastPInvokeErrorMessage()}");
    }
}
