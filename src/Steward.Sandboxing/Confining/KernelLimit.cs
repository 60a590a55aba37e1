namespace Steward.Sandboxing.Confining;

/// <summary>A limit that the kernel holds for a process: setrlimit(2).</summary>
/// <param name="Name">What prlimit(1) calls it.</param>
/// <param name="Number">Its number in <c>include/uapi/asm-generic/resource.h</c>.</param>
/// <param name="Value">The limit, which cannot be raised again.</param>
internal sealed record KernelLimit(string Name, int Number, long Value)
{
    private const long LargestFile = 128 << 20;

    // It reserves what it will not use: for its heap a multiple of that, and for code. Memory that is shared or was made
    // read-only counts towards this limit alone.
    private const long Reserved = 768 << 20;
    private const double HeapReserve = 2.5;

    // A user who is not the box's own has other threads, which come and go: the limit leaves them room.
    private const int Room = 4;

    /// <summary>All of them for a box.</summary>
    /// <param name="limits">What the box may use.</param>
    /// <param name="hasUser">Whether it has a user of its own: the kernel counts processes and threads for each user.</param>
    public static IEnumerable<KernelLimit> Of(SandboxLimits limits, bool hasUser) =>
    [
        new("core", 4, 0), new("nofile", 7, limits.OpenFiles), new("fsize", 1, LargestFile), new("nproc", 6, hasUser ? limits.Processes : Machine.ThreadsOf(Linux.UserId()) + (Room * limits.Processes)),
        .. limits.ReservesMuch ? [] : new KernelLimit[] { new("data", 2, limits.Memory + limits.Runtime), new("as", 9, (long)(limits.Memory * HeapReserve) + Reserved) },
        new("cpu", 0, limits.ProcessorSeconds),
    ];
}
