namespace Steward.Kernel;

/// <summary>Makes identifiers: UUID version 7 (RFC 9562), so that they sort by the time of their creation.</summary>
public static class Ids
{
    /// <summary>A new identifier stamped with the clock's time.</summary>
    public static Guid New(TimeProvider clock) => Guid.CreateVersion7(clock.GetUtcNow());
}
