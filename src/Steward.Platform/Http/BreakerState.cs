namespace Steward.Platform.Http;

/// <summary>Whether a provider is being asked.</summary>
public enum BreakerState
{
    /// <summary>It is asked as usual.</summary>
    Closed,

    /// <summary>It failed too often in a row and is left alone for a while.</summary>
    Open,

    /// <summary>It is tried, one call at a time.</summary>
    HalfOpen,
}
