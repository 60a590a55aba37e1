namespace Steward.Sandboxing;

/// <summary>A program that nobody trusts, and all that it gets.</summary>
/// <param name="Program">The executable's full path, as the program sees it.</param>
/// <param name="Arguments">Its arguments. No secrets: others on the machine can read them.</param>
public sealed record Box(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>The files and folders of the machine that it may read, beside the system's libraries; they have the same path inside.</summary>
    public IReadOnlyList<string> Readable { get; init; } = [];

    /// <summary>Its whole environment, beside PATH and HOME.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>What it may use.</summary>
    public SandboxLimits Limits { get; init; } = SandboxLimits.Default;

    /// <summary>Whether it may start processes. Threads it always may.</summary>
    public bool MayFork { get; init; }

    /// <summary>
    /// Whether it may make sockets. Those of the internet reach nobody but itself, because its network is empty; those of Unix
    /// also reach sockets among <see cref="Readable"/>. Only with namespaces; elsewhere such a box is refused.
    /// </summary>
    public bool HasLoopback { get; init; }
}
