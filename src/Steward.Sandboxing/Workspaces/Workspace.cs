using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Steward.Sandboxing.Workspaces;

/// <summary>
/// A folder of the machine that somebody nobody trusts may name paths in. The kernel itself resolves them beneath the
/// folder (openat2(2)), never through a link, so that no path and no race leads out of it.
/// </summary>
public sealed partial class Workspace
{
    private const long OpenAt2 = 437;
    private const int AtRemoveFolder = 0x200;

    // RESOLVE_NO_MAGICLINKS, RESOLVE_NO_SYMLINKS, RESOLVE_BENEATH
    private const ulong Beneath = 0x02 | 0x04 | 0x08;

    private const int Exists = 17, NotFound = 2, NotAFolder = 20, NotEmpty = 39, Loop = 40, CrossesOut = 18;

    private readonly string root;

    /// <summary>Makes the folder where it is not there, open to the server's user only.</summary>
    public Workspace(string root)
    {
        this.root = root;
        Directory.CreateDirectory(root);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Whether a text can name something below a folder.</summary>
    public static bool IsPath(string path) =>
        path.Length is > 0 and <= 1000 && !path.Contains('\0', StringComparison.Ordinal) && path.Split('/').All(part => part is not ("" or "." or "..") && part.Length <= 200);

    /// <summary>Opens a file to be read.</summary>
    /// <exception cref="WorkspaceException">It is not there, is no file, or the path leads out.</exception>
    public FileStream Read(string path) => new(Regular(Open(path, OpenFlags.ReadOnly | OpenFlags.NonBlocking), path), FileAccess.Read);

    /// <summary>Writes a file: all of it or nothing of it.</summary>
    /// <exception cref="WorkspaceException">The folder is not there, something else has the name, or the path leads out.</exception>
    public void Write(string path, ReadOnlySpan<byte> content)
    {
        using var folder = Folder(path, out var name);
        var draft = $".{name}.{Guid.CreateVersion7():N}.draft";
        using (var file = OpenAt(folder, draft, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive, path))
        {
            RandomAccess.Write(file, content, 0);
        }

        if (RenameAt(folder, draft, folder, name) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            _ = UnlinkAt(folder, draft, 0);
            throw Failed(error, path);
        }
    }

    /// <summary>Writes at the end of a file, wherever that is by then; makes it where it is not there.</summary>
    public void Append(string path, ReadOnlySpan<byte> content)
    {
        using var file = Regular(Open(path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Append | OpenFlags.NonBlocking), path);
        // The kernel finds the end, for each that writes: what is said of a place here, pwrite(2) leaves aside.
        RandomAccess.Write(file, content, 0);
    }

    /// <summary>Makes a folder and those above it.</summary>
    public void MakeFolder(string path)
    {
        var parts = Parts(path);
        for (var count = 1; count <= parts.Length; count++)
        {
            using var folder = Folder(string.Join('/', parts[..count]), out var name);
            if (MakeFolderAt(folder, name, 0b111_000_000) != 0 && Marshal.GetLastPInvokeError() is var error and not Exists)
            {
                throw Failed(error, path);
            }
        }

        using var made = Open(path, OpenFlags.Folder);
    }

    /// <summary>Deletes a file, or a folder that is empty.</summary>
    public void Delete(string path)
    {
        using var folder = Folder(path, out var name);
        if (UnlinkAt(folder, name, 0) != 0 && UnlinkAt(folder, name, AtRemoveFolder) != 0)
        {
            throw Failed(Marshal.GetLastPInvokeError(), path);
        }
    }

    /// <summary>What is at a path.</summary>
    public WorkspaceEntry Info(string path)
    {
        using var handle = Open(path, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        return Entry(path, handle);
    }

    /// <summary>What is in a folder, by name; at most as many as asked for. Links and what is neither file nor folder are left out.</summary>
    public IReadOnlyList<WorkspaceEntry> List(string path, int most)
    {
        using var folder = path is "" or "." ? Root() : Open(path, OpenFlags.Folder);
        var entries = new List<WorkspaceEntry>();
        // By way of the open folder: what its name means now does not matter.
        foreach (var name in Directory.EnumerateFileSystemEntries($"/proc/self/fd/{folder.DangerousGetHandle()}/").Select(Path.GetFileName).Order(StringComparer.Ordinal))
        {
            if (entries.Count == most)
            {
                break;
            }

            try
            {
                using var handle = OpenAt(folder, name!, OpenFlags.ReadOnly | OpenFlags.NonBlocking, name!);
                entries.Add(Entry(path is "" or "." ? name! : $"{path}/{name}", handle));
            }
            catch (WorkspaceException)
            {
                // It is a link, or gone by now.
            }
        }

        return entries;
    }

    /// <summary>How many bytes all files have together. Links count as nothing.</summary>
    public long Size() => new DirectoryInfo(root).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true }).Sum(file => file.Length);

    private static WorkspaceEntry Entry(string path, SafeFileHandle handle) => IsFolder(handle)
        ? new WorkspaceEntry(path, true, 0, File.GetLastWriteTimeUtc(handle))
        : new WorkspaceEntry(path, false, Length(handle) ?? throw new WorkspaceException(WorkspaceFault.NotAFile, $"'{path}' is neither a file nor a folder."), File.GetLastWriteTimeUtc(handle));

    private static SafeFileHandle Regular(SafeFileHandle handle, string path)
    {
        if (!IsFolder(handle) && Length(handle) is not null)
        {
            return handle;
        }

        handle.Dispose();
        throw new WorkspaceException(WorkspaceFault.NotAFile, $"'{path}' is not a file.");
    }

    private static bool IsFolder(SafeFileHandle handle) => File.GetAttributes(handle).HasFlag(FileAttributes.Directory);

    // A pipe or a socket has none.
    private static long? Length(SafeFileHandle handle)
    {
        try
        {
            return RandomAccess.GetLength(handle);
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }

    private SafeFileHandle Folder(string path, out string name)
    {
        var parts = Parts(path);
        name = parts[^1];
        return parts.Length == 1 ? Root() : Open(string.Join('/', parts[..^1]), OpenFlags.Folder);
    }

    private static string[] Parts(string path)
    {
        var parts = path.Split('/');
        return IsPath(path) ? parts : throw new WorkspaceException(WorkspaceFault.LeadsOut, $"'{path}' is not a path below the folder, such as 'reports/today.txt'.");
    }

    private SafeFileHandle Open(string path, OpenFlags flags)
    {
        _ = Parts(path);
        using var folder = Root();
        return OpenAt(folder, path, flags, path);
    }

    private SafeFileHandle Root()
    {
        var number = OpenPath(root, (int)OpenFlags.Folder);
        return number >= 0 ? new SafeFileHandle(number, ownsHandle: true) : throw Failed(Marshal.GetLastPInvokeError(), ".");
    }

    private static SafeFileHandle OpenAt(SafeFileHandle folder, string relative, OpenFlags flags, string path)
    {
        var how = new How { Flags = (ulong)(flags | OpenFlags.CloseOnExec | OpenFlags.NoFollow), Mode = flags.HasFlag(OpenFlags.Create) ? 0b110_000_000u : 0u, Resolve = Beneath };
        var number = SystemCall(OpenAt2, folder, relative, ref how, Marshal.SizeOf<How>());
        return number >= 0 ? new SafeFileHandle((nint)number, ownsHandle: true) : throw Failed(Marshal.GetLastPInvokeError(), path);
    }

    private static WorkspaceException Failed(int error, string path) => error switch
    {
        NotFound => new(WorkspaceFault.NotFound, $"There is no '{path}'."),
        Loop or CrossesOut => new(WorkspaceFault.LeadsOut, $"'{path}' leads out of the folder or through a link."),
        NotEmpty => new(WorkspaceFault.NotEmpty, $"The folder '{path}' is not empty."),
        NotAFolder => new(WorkspaceFault.NotAFile, $"A part of '{path}' is not a folder."),
        _ => new(WorkspaceFault.NotAFile, $"'{path}': {Marshal.GetPInvokeErrorMessage(error)}."),
    };

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenPath(string path, int flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial long SystemCall(long number, SafeFileHandle folder, string path, ref How how, long size);

    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt(SafeFileHandle from, string old, SafeFileHandle to, string name);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnlinkAt(SafeFileHandle folder, string name, int flags);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeFolderAt(SafeFileHandle folder, string name, uint mode);

    [Flags]
    private enum OpenFlags
    {
        ReadOnly = 0,
        WriteOnly = 1,
        Create = 0x40,
        Exclusive = 0x80,
        Append = 0x400,
        NonBlocking = 0x800,
        NoFollow = 0x20000,
        CloseOnExec = 0x80000,
        Folder = 0x10000 | 0x80000,
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct How
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }
}

/// <summary>A file or a folder in a workspace.</summary>
/// <param name="Path">Where it is, below the workspace.</param>
/// <param name="IsFolder">True for a folder.</param>
/// <param name="Size">How many bytes it has; 0 for a folder.</param>
/// <param name="ChangedAt">When it was last written.</param>
public sealed record WorkspaceEntry(string Path, bool IsFolder, long Size, DateTimeOffset ChangedAt);

/// <summary>Why a path was refused.</summary>
public enum WorkspaceFault
{
    /// <summary>There is nothing.</summary>
    NotFound,

    /// <summary>The path leads out of the folder or through a link.</summary>
    LeadsOut,

    /// <summary>It is something else than what it has to be.</summary>
    NotAFile,

    /// <summary>The folder is not empty.</summary>
    NotEmpty,
}

/// <summary>A path was refused.</summary>
/// <param name="fault">Why.</param>
/// <param name="message">For people.</param>
public sealed class WorkspaceException(WorkspaceFault fault, string message) : IOException(message)
{
    /// <summary>Why.</summary>
    public WorkspaceFault Fault { get; } = fault;
}
