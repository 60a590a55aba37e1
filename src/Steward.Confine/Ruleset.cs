using System.Runtime.InteropServices;
using Steward.Sandboxing.Confining;

namespace Steward.Confine;

/// <summary>
/// What a process may do with files from now on, as Landlock holds it (<c>Documentation/userspace-api/landlock.rst</c>,
/// <c>include/uapi/linux/landlock.h</c>): everything that this kernel's version knows is refused, but for what is added.
/// </summary>
internal sealed class Ruleset
{
    // Execute, write, read file, read folder; truncate.
    private const ulong Execute = 1, Write = 2, ReadFile = 4, ReadFolder = 8, Truncate = 1 << 14;
    private const int PathBeneath = 1;
    private const int OpenPath = 0x200000 | 0x80000;
    private const int CurrentFolder = -100;

    private readonly long number;
    private readonly ulong handled;

    private Ruleset(long number, ulong handled) => (this.number, this.handled) = (number, handled);

    /// <summary>Makes one that refuses all.</summary>
    public static unsafe Ruleset Make(int version)
    {
        // Each version knew more: moving between folders, truncating, devices; then TCP; then sockets without a path and signals.
        var files = version switch { 1 => 0x1FFFUL, 2 => 0x3FFFUL, 3 or 4 => 0x7FFFUL, _ => 0xFFFFUL };
        var rights = stackalloc ulong[] { files, version >= 4 ? 3UL : 0, version >= 6 ? 3UL : 0 };
        var size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
        return new Ruleset(Kernel.Must("landlock_create_ruleset", LandlockVersion.CreateRuleset, (nint)rights, size), files);
    }

    /// <summary>Lets a file, or a folder with all that is in it, be read and run.</summary>
    public void Read(string path) => Add(path, Directory.Exists(path) ? Execute | ReadFile | ReadFolder : Execute | ReadFile);

    /// <summary>Lets a file be read and written.</summary>
    public void Use(string path) => Add(path, (ReadFile | Write | Truncate) & handled);

    /// <summary>Lets a file, or a folder with all that is in it, be read.</summary>
    public void Look(string path) => Add(path, Directory.Exists(path) ? ReadFile | ReadFolder : ReadFile);

    /// <summary>Puts it in force for this thread and for what it becomes.</summary>
    public void Enforce() => Kernel.Must("landlock_restrict_self", LandlockVersion.RestrictSelf, (nint)number, 0);

    private unsafe void Add(string path, ulong rights)
    {
        var name = Marshal.StringToCoTaskMemUTF8(path);
        var file = Kernel.Must($"open {path}", Kernel.OpenAt, CurrentFolder, name, OpenPath);
        var rule = new Rule { Rights = rights, File = (int)file };
        Kernel.Must($"landlock_add_rule {path}", LandlockVersion.AddRule, (nint)number, PathBeneath, (nint)(&rule));
        Marshal.FreeCoTaskMem(name);
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Rule
    {
        public ulong Rights;
        public int File;
    }
}
