using System.Runtime.InteropServices;

namespace Steward.Sandboxing.Confining;

/// <summary>
/// Numbers of the kernel's calls on one architecture, from Linux's <c>arch/x86/entry/syscalls/syscall_64.tbl</c> and
/// <c>include/uapi/asm-generic/unistd.h</c>. Calls newer than 424 have the same number everywhere.
/// </summary>
internal sealed record SystemCalls(uint Audit, uint MakeThread, uint Socket, uint Ioctl, IReadOnlyList<uint> Forks, IReadOnlyList<uint> Forbidden)
{
    public const uint Clone3 = 435;

    // open_tree, move_mount, fsopen, fsconfig, fsmount, fspick, mount_setattr, io_uring (3), pidfd_getfd, quotactl_fd
    private static readonly uint[] Everywhere = [428, 429, 430, 431, 432, 433, 442, 425, 426, 427, 438, 443];

    private static readonly SystemCalls X64 = new(0xC000003E, 56, 41, 16, [57, 58],
    [
        .. Everywhere,
        101, 310, 311, 312, // ptrace, process_vm_readv, process_vm_writev, kcmp
        165, 166, 155, 161, 272, 308, // mount, umount2, pivot_root, chroot, unshare, setns
        175, 176, 313, 169, 246, 320, // modules, reboot, kexec
        167, 168, 163, 179, // swapon, swapoff, acct, quotactl
        321, 298, 323, 248, 249, 250, // bpf, perf_event_open, userfaultfd, keys
        133, 259, 103, 212, 303, 304, // mknod, mknodat, syslog, lookup_dcookie, file handles
        170, 171, 164, 227, 159, 305, // host name, clocks
        172, 173, 153, 135, 256, 279, 300, 301, // iopl, ioperm, vhangup, personality, pages of others, fanotify
    ]);

    private static readonly SystemCalls Arm64 = new(0xC00000B7, 220, 198, 29, [],
    [
        .. Everywhere,
        117, 270, 271, 272,
        40, 39, 41, 51, 97, 268,
        105, 106, 273, 142, 104, 294,
        224, 225, 89, 60,
        280, 241, 282, 217, 218, 219,
        33, 116, 18, 264, 265,
        161, 162, 170, 112, 171, 266,
        58, 92, 238, 239, 262, 263,
    ]);

    /// <summary>Those of this machine; null where nobody has written them down.</summary>
    public static SystemCalls? OfThisMachine => Of(RuntimeInformation.ProcessArchitecture);

    public static SystemCalls? Of(Architecture architecture) => architecture switch
    {
        Architecture.X64 => X64,
        Architecture.Arm64 => Arm64,
        _ => null,
    };
}
