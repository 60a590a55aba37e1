namespace Steward.Operations.Tests.Years;

/// <summary>Who brought a deployment about.</summary>
internal enum Origin
{
    /// <summary>A person pushed.</summary>
    Push,

    /// <summary>A person went back to an earlier one.</summary>
    Hand,

    /// <summary>Steward went back to an earlier one.</summary>
    Steward,
}

/// <summary>What really became of one deployment, whatever anybody was told.</summary>
internal sealed class Life(string id, string service, string commit, Fate fate, Origin origin, DateTimeOffset createdAt)
{
    public string Id => id;

    public string Service => service;

    public string Commit => commit;

    /// <summary>What was to become of its commit when that was pushed.</summary>
    public Fate Fate => fate;

    public Origin Origin => origin;

    public DateTimeOffset CreatedAt => createdAt;

    /// <summary>The platform's word.</summary>
    public string Status { get; set; } = "QUEUED";

    /// <summary>When it entered its status.</summary>
    public DateTimeOffset StatusAt { get; set; }

    public DateTimeOffset? TookOverAt { get; set; }

    public DateTimeOffset? ReplacedAt { get; set; }

    /// <summary>True while it would answer with errors if it were asked.</summary>
    public bool ServesErrors { get; set; }

    /// <summary>Since when it is failed, dead or answers with errors; null while it is not.</summary>
    public DateTimeOffset? BadSince { get; set; }

    /// <summary>True once it has ever been bad.</summary>
    public bool WasBad { get; set; }

    /// <summary>True when it was bad at its end: whoever goes back to it knows that.</summary>
    public bool EndedBad { get; set; }

    /// <summary>Nobody can go back to it any more.</summary>
    public bool IsForgotten { get; set; }

    /// <summary>When Steward had the platform go back from it.</summary>
    public List<DateTimeOffset> Undone { get; } = [];

    /// <summary>When Steward had the platform start it once more.</summary>
    public List<DateTimeOffset> Restarted { get; } = [];

    /// <summary>When people were told that it is up to them.</summary>
    public List<DateTimeOffset> Handed { get; } = [];

    /// <summary>When people heard last that a stop holds what would be done about it.</summary>
    public DateTimeOffset? HeldAt { get; set; }

    /// <summary>When people were told of it at all.</summary>
    public List<DateTimeOffset> Told { get; } = [];

    /// <summary>True once the oracle has said that nobody did anything about it.</summary>
    public bool IsReported { get; set; }

    public override string ToString() => $"{service}/{commit} ({fate}, {origin}, {Status})";
}
