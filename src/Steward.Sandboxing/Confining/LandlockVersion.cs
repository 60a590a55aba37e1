using System.Runtime.InteropServices;

namespace Steward.Sandboxing.Confining;

/// <summary>Which version of Landlock the kernel has. Its calls have the same numbers everywhere.</summary>
internal static partial class LandlockVersion
{
    public const long CreateRuleset = 444, AddRule = 445, RestrictSelf = 446;

    private const long AskForVersion = 1;

    /// <summary>The version, from 1; 0 or less where there is none or it is switched off.</summary>
    public static int OfThisMachine => (int)Ask(CreateRuleset, 0, 0, AskForVersion);

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial long Ask(long number, long attributes, long size, long flags);
}
