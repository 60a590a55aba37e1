namespace Steward.Agents.Runs;

/// <summary>
/// The places for what is large on a node: a message of an agent's that is read, or an answer to one, takes up many times
/// its own size until it is dealt with. All runs together have a few; the others wait, and with them whoever sends.
/// </summary>
internal sealed class LargeMessages : IDisposable
{
    /// <summary>From how many bytes on something is large.</summary>
    public const int From = 64 << 10;

    private const int AtOnce = 2;

    private readonly SemaphoreSlim places = new(AtOnce);

    /// <summary>Waits for a place.</summary>
    public Task TakeAsync(CancellationToken cancellationToken) => places.WaitAsync(cancellationToken);

    /// <summary>Gives a place back.</summary>
    public void GiveBack() => places.Release();

    /// <inheritdoc />
    public void Dispose() => places.Dispose();
}
