namespace Steward.Operations.Act;

/// <summary>What was decided is not called for any more: somebody, or the provider, acted meanwhile. Nothing was sent.</summary>
internal sealed class OvertakenException(string message) : Exception(message);
