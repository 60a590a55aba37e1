namespace Steward.Sandboxing;

/// <summary>What a confined program may use. Beyond it the kernel says no or the program is ended.</summary>
public sealed record SandboxLimits
{
    /// <summary>The limits when nobody says: 256 MB, half a core, five minutes.</summary>
    public static SandboxLimits Default { get; } = new();

    /// <summary>How much memory it may have, in bytes, 64 MB to 8 GB.</summary>
    public long Memory { get; init; } = 256 << 20;

    /// <summary>What the program that runs it maps for itself, in bytes: allowed beside <see cref="Memory"/> where there is no cgroup v2. Enough for .NET when nobody says.</summary>
    public long Runtime { get; init; } = 160 << 20;

    /// <summary>How long it may take, 1 s to 24 hours. After that it is killed.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Which part of one core it may use over that time, 0.05 to 16. With cgroups at any moment, else as a sum over its life.</summary>
    public double Cores { get; init; } = 0.5;

    /// <summary>How many seconds of processor time it has over its life.</summary>
    public long ProcessorSeconds => Math.Max(1, (long)Math.Ceiling(Time.TotalSeconds * Cores));

    /// <summary>How many processes and threads it may have, 16 to 4096. A .NET program needs 16.</summary>
    public int Processes { get; init; } = 64;

    /// <summary>How many files each of its processes may have open, 64 to 4096.</summary>
    public int OpenFiles { get; init; } = 256;

    /// <summary>
    /// Whether it reserves far more memory than it uses, as browsers do: no limit of its address space suits it, and what all
    /// its processes use together is looked at twice a second instead. Where there is cgroup v2, that holds it as well.
    /// </summary>
    public bool ReservesMuch { get; init; }

    /// <summary>How much it may write below <c>/tmp</c>, in bytes, up to 1 GB. What lies there counts as memory.</summary>
    public long Scratch { get; init; } = 64 << 20;
}
