using Steward.Platform.Http;

namespace Steward.Governance.Calls;

/// <summary>
/// The gate's yes to one exact call: single use, short-lived, made by the gate alone. Every connector method that changes
/// something takes one and sends its request through <see cref="RunAsync"/>.
/// </summary>
public sealed class Permit
{
    private readonly Gate gate;

    internal Permit(Gate gate, Guid callId, long serial, Call call, DateTimeOffset expiresAt) =>
        (this.gate, CallId, Serial, Call, ExpiresAt) = (gate, callId, serial, call, expiresAt);

    /// <summary>The record of the call.</summary>
    public Guid CallId { get; }

    /// <summary>The call that was permitted.</summary>
    public Call Call { get; }

    /// <summary>Until when it can be redeemed.</summary>
    public DateTimeOffset ExpiresAt { get; }

    /// <summary>Which permit of this call it is: an older one is void.</summary>
    internal long Serial { get; }

    /// <summary>
    /// Redeems the permit for <paramref name="actual"/>, writes that to the audit log, sends, and writes down how it ended.
    /// </summary>
    /// <param name="actual">The call as the connector is about to make it, built from what it will send.</param>
    /// <param name="send">Sends the request.</param>
    /// <param name="describe">What came of it, for the audit log; no secrets.</param>
    /// <param name="cancellationToken">Cancels the sending; a request that had left then counts as "outcome unknown".</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this call, or not any more. Nothing was sent.</exception>
    /// <exception cref="ConnectorException">The provider failed; it was written down whether the call may have happened.</exception>
    public async Task<T> RunAsync<T>(Call actual, Func<CancellationToken, Task<T>> send, Func<T, string?> describe, CancellationToken cancellationToken)
    {
        await gate.RedeemAsync(this, actual, cancellationToken);
        T result;
        try
        {
            result = await send(cancellationToken);
        }
        catch (Exception e)
        {
            var effect = e is ConnectorException { Effect: CallEffect.None } ? CallState.Failed : CallState.Unknown;
            await gate.CompleteAsync(this, effect, e.Message);
            throw;
        }

        await gate.CompleteAsync(this, CallState.Succeeded, describe(result));
        return result;
    }
}
