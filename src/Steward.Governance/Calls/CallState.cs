namespace Steward.Governance.Calls;

/// <summary>How far a call has come.</summary>
public enum CallState
{
    /// <summary>A person has to decide.</summary>
    Waiting,

    /// <summary>A person said yes; no permit is out.</summary>
    Approved,

    /// <summary>A kill switch keeps it back.</summary>
    Held,

    /// <summary>A permit is out and not yet redeemed.</summary>
    Permitted,

    /// <summary>The permit was redeemed: the request may have left. After a crash this means "outcome unknown".</summary>
    Started,

    /// <summary>The provider did it.</summary>
    Succeeded,

    /// <summary>It is known not to have happened. It may be asked for again.</summary>
    Failed,

    /// <summary>The request left and no clear answer came.</summary>
    Unknown,

    /// <summary>It will not happen.</summary>
    Denied,
}
