namespace Steward.Operations.Act;

/// <summary>What was decided is not called for any more: somebody, or the provider, acted meanwhile. Nothing was sent.</summary>
internal sealed class OvertakenException(string message) : Exception(message)
{
    /// <summary>True when what was wrong is well again by itself, so that people are told that it is over.</summary>
    public bool IsWell { get; init; }

    /// <summary>True when it may be called for yet: it is looked at again soon.</summary>
    public bool IsForNow { get; init; }
}
