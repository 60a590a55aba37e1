using System.Runtime.InteropServices;

namespace Steward.Sandboxing.Confining;

/// <summary>
/// Numbers of the kernel's calls on one architecture, from Linux's <c>arch/x86/entry/syscalls/syscall_64.tbl</c> and
/// <c>include/uapi/asm-generic/unistd.h</c>. Calls newer than 424 have the same number everywhere.
/// </summary>
/// <param name="Audit">The architecture, as the kernel tells it to filters.</param>
/// <param name="MakeThread">clone</param>
/// <param name="Socket">socket</param>
/// <param name="SocketPair">socketpair: a datagram from one reaches any socket that has a name</param>
/// <param name="Ioctl">ioctl</param>
/// <param name="Map">mmap</param>
/// <param name="Control">fcntl</param>
/// <param name="Own">Those whose first argument names a process, or 0 for the caller: prlimit64, sched_setaffinity.</param>
/// <param name="Signals">Those that send a signal to the process that their first argument names.</param>
/// <param name="Forks">Those that only make processes.</param>
/// <param name="Forbidden">What no confined program has a need of.</param>
/// <param name="Shared">What reaches beyond a program that shares its processes and files with others.</param>
internal sealed record SystemCalls(
    uint Audit, uint MakeThread, uint Socket, uint SocketPair, uint Ioctl, uint Map, uint Control, IReadOnlyList<uint> Own,
    IReadOnlyList<uint> Signals, IReadOnlyList<uint> Forks, IReadOnlyList<uint> Forbidden, IReadOnlyList<uint> Shared)
{
    public const uint Clone3 = 435;

    // open_tree, move_mount, fsopen, fsconfig, fsmount, fspick, mount_setattr, io_uring (3), pidfd_getfd, quotactl_fd, memfd_secret
    private static readonly uint[] Everywhere = [428, 429, 430, 431, 432, 433, 442, 425, 426, 427, 438, 443, 447];

    // pidfd_send_signal, pidfd_open, process_madvise, process_mrelease, fchmodat2, setxattrat, removexattrat, file_setattr
    private static readonly uint[] SharedEverywhere = [424, 434, 440, 448, 452, 463, 466, 469];

    private static readonly SystemCalls X64 = new(0xC000003E, 56, 41, 53, 16, 9, 72, [302, 203], [62, 234, 129, 297], [57, 58],
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
        319, 29, 30, 31, 64, 68, 240, // memory that no limit counts: memfd_create, shm, sem, msg, mq_open
    ],
    [
        .. SharedEverywhere,
        200, 141, 144, 142, 314, 251, // tkill, priorities of others
        90, 91, 268, 92, 93, 94, 260, // chmod, chown
        132, 235, 261, 280, 188, 189, 190, 197, 198, 199, // times and attributes of files
        253, 294, // inotify
    ]);

    private static readonly SystemCalls Arm64 = new(0xC00000B7, 220, 198, 199, 29, 222, 25, [261, 122], [129, 131, 138, 240], [],
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
        279, 194, 195, 196, 190, 186, 180,
    ],
    [
        .. SharedEverywhere,
        130, 140, 119, 118, 274, 30,
        52, 53, 54, 55,
        88, 5, 6, 7, 14, 15, 16,
        26,
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
