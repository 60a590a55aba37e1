using System.ComponentModel.DataAnnotations;

namespace Steward.Platform.Work;

/// <summary>How a node works through the ledger. Section <c>Work</c>.</summary>
public sealed class WorkOptions
{
    /// <summary>How many items a node runs at once, 1 to 256.</summary>
    [Range(1, 256)]
    public int Concurrency { get; set; } = 16;

    /// <summary>How long a node may be silent before another takes its items, 2 s to 10 min. It is renewed every third of it.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "00:10:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often a node looks for work that nobody told it of, 100 ms to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many days finished items are remembered, 1 to 3650. Dead letters stay until a person acts.</summary>
    [Range(1, 3650)]
    public int KeepDays { get; set; } = 30;
}
