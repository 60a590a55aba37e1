using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Steward.Sandboxing.Confining;

/// <summary>Calls of Linux that .NET has no words for. Methods throw <see cref="IOException"/> with the kernel's reason.</summary>
internal static partial class Linux
{
    private const uint CloseOnExec = 1;

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint UserId();

    /// <summary>A file without a name that holds the bytes and nobody can change any more.</summary>
    public static SafeFileHandle Hold(ReadOnlySpan<byte> bytes)
    {
        var number = MemoryFile("steward", CloseOnExec);
        if (number < 0)
        {
            throw Failed("memfd_create");
        }

        var file = new SafeFileHandle(number, ownsHandle: true);
        RandomAccess.Write(file, bytes, 0);
        return file;
    }

    public static IOException Failed(string call) => new($"{call}: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MemoryFile(string name, uint flags);
}
