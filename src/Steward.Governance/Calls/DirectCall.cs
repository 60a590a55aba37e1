using Steward.Governance.Approvals;
using Steward.Governance.Policies;
using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Platform.Storage;

namespace Steward.Governance.Calls;

/// <summary>What became of a call whose caller waits for the answer.</summary>
public abstract record DirectOutcome
{
    private DirectOutcome()
    {
    }

    /// <summary>It was done.</summary>
    public sealed record Done(string? Detail) : DirectOutcome;

    /// <summary>A person has to decide. Asked for again after the yes, it is done.</summary>
    public sealed record Waiting(Guid ApprovalId, DateTimeOffset Until, string Reason) : DirectOutcome;

    /// <summary>A kill switch is on. Asked for again when it is lifted, it is done.</summary>
    public sealed record Held(string Reason) : DirectOutcome;

    /// <summary>No.</summary>
    public sealed record Denied(string Reason) : DirectOutcome;

    /// <summary>It was begun and nobody knows how it ended; it is not repeated.</summary>
    public sealed record Unknown(string Reason) : DirectOutcome;
}

/// <summary>
/// For what a call is asked for, where it may be asked for again after a crash: what was begun on an occasion is not begun again
/// on it, and is a new call on any other.
/// </summary>
/// <param name="Name">Tells occasions of one actor and call apart.</param>
/// <param name="Since">When what may be repeated began: what was done before is wanted anew.</param>
public sealed record CallOccasion(string Name, DateTimeOffset Since);

/// <summary>
/// Takes one call through the gate for somebody who waits for the answer: a person at the command line, a tool. Where a
/// person has to decide, the same call is asked for again after the decision and goes on where it was. Nothing is
/// repeated by itself: what must be done in the end is work for the ledger.
/// </summary>
public sealed class DirectCall(Gate gate, Database database, PolicyFile policies, TimeProvider clock)
{
    // A request that was sent last may still be on its way for an attempt's time (10 s, ProviderLimits) and a margin.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    // A stop or a new policy may come between the permit and its use; then the gate is asked again, a few times.
    private const int Rounds = 4;

    /// <summary>Takes the call through.</summary>
    /// <param name="actor">Who wants it.</param>
    /// <param name="call">What.</param>
    /// <param name="reason">Why, for people.</param>
    /// <param name="correlationId">Ties it to what belongs to it.</param>
    /// <param name="run">Does it, under the permit; gives what came of it.</param>
    /// <param name="happened">Asks the provider whether an execution begun at the given time happened; null when nobody can know.</param>
    /// <param name="cancellationToken">Cancels; what had left may have happened.</param>
    /// <param name="occasion">For what; null where asking again after it was done is a wish of its own.</param>
    /// <exception cref="ConnectorException">The provider failed, and it is known not to have happened, or was looked for and not found.</exception>
    public async Task<DirectOutcome> RunAsync(
        Actor actor, Call call, string reason, string correlationId, Func<Permit, CancellationToken, Task<string?>> run,
        Func<DateTimeOffset, CancellationToken, Task<bool?>> happened, CancellationToken cancellationToken, CallOccasion? occasion = null)
    {
        var request = new CallRequest(await KeyAsync(actor, call, occasion, cancellationToken), actor, call, reason, correlationId) { Occasion = occasion?.Name };
        for (var round = 0; round < Rounds; round++)
        {
            switch (await gate.AskAsync(request, cancellationToken))
            {
                case GateAnswer.Permitted { Permit: var permit }:
                    try
                    {
                        return new DirectOutcome.Done(await run(permit, cancellationToken));
                    }
                    catch (PermitRefusedException)
                    {
                        continue;
                    }
                    catch (ConnectorException e) when (e.Effect == CallEffect.Unknown)
                    {
                        if (await HappenedAsync(permit.CallId, happened, cancellationToken))
                        {
                            return new DirectOutcome.Done("Its answer was lost; the provider was asked: it happened.");
                        }

                        throw;
                    }

                case GateAnswer.Done done:
                    return new DirectOutcome.Done(done.Detail);
                case GateAnswer.Waiting waiting:
                    return new DirectOutcome.Waiting(waiting.ApprovalId, waiting.Until, waiting.Reason);
                case GateAnswer.Held held:
                    return new DirectOutcome.Held(held.Reason);
                case GateAnswer.Denied denied:
                    // Nobody had decided in time: the one who asks now asks anew.
                    if (await KeyAsync(actor, call, occasion, cancellationToken) is var next && next == request.Key)
                    {
                        return new DirectOutcome.Denied(denied.Reason);
                    }

                    request = request with { Key = next };
                    continue;
                case GateAnswer.OutcomeUnknown unknown:
                    if (await SettleAsync(unknown, happened, cancellationToken) is { } outcome)
                    {
                        return outcome;
                    }

                    continue;
                default:
                    throw new InvalidOperationException("The gate gave an answer that a direct call does not know.");
            }
        }

        return new DirectOutcome.Held("The gate changed its answer while it was being used. Try again.");
    }

    private async Task<bool> HappenedAsync(Guid callId, Func<DateTimeOffset, CancellationToken, Task<bool?>> happened, CancellationToken cancellationToken)
    {
        try
        {
            if (await happened(clock.Now(), cancellationToken) is true)
            {
                await gate.ResolveAsync(callId, happened: true, "The provider was asked: it happened.", cancellationToken);
                return true;
            }
        }
        catch (ConnectorException)
        {
            // It cannot be asked now; whoever asks for the call again will ask it.
        }

        return false;
    }

    private async Task<DirectOutcome?> SettleAsync(GateAnswer.OutcomeUnknown unknown, Func<DateTimeOffset, CancellationToken, Task<bool?>> happened, CancellationToken cancellationToken)
    {
        switch (await happened(unknown.StartedAt, cancellationToken))
        {
            case true:
                await gate.ResolveAsync(unknown.CallId, happened: true, "The provider was asked: it happened.", cancellationToken);
                return new DirectOutcome.Done("The provider was asked: it happened.");
            case false when clock.Now() < unknown.StartedAt + Grace:
                return new DirectOutcome.Unknown($"It was begun moments ago and its outcome is not known yet. Try again in {Grace.TotalSeconds:0} s.");
            case false:
                await gate.ResolveAsync(unknown.CallId, happened: false, "The provider was asked: it did not happen.", cancellationToken);
                return null;
            case null:
                return new DirectOutcome.Unknown("It was begun, its outcome is not known and the provider cannot tell: it is not repeated. Look at the provider.");
        }
    }

    // The same call by the same actor is one execution until it is over: done, or refused and the refusal is outdated. What was
    // not begun, such as a question to a person, is one over all occasions.
    private Task<string> KeyAsync(Actor actor, Call call, CallOccasion? occasion, CancellationToken cancellationToken)
    {
        var stem = $"direct/{actor.Name}/{call.Hash}";
        return database.ReadAsync(async session =>
        {
            if (occasion is not null && await CallStore.FindAsync(session, actor.Name, call.Hash, occasion.Name) is { } own && !await IsOverAsync(session, own, occasion))
            {
                return own.Key;
            }

            // Keys are numbered from 1 without gaps: find the last one in few steps.
            var (known, free) = (0, 1);
            while (await CallStore.FindAsync(session, Key(stem, free)) is not null)
            {
                (known, free) = (free, free * 2);
            }

            while (free - known > 1)
            {
                var middle = known + ((free - known) / 2);
                (known, free) = await CallStore.FindAsync(session, Key(stem, middle)) is null ? (known, middle) : (middle, free);
            }

            return Key(stem, known == 0 || await IsOverAsync(session, (await CallStore.FindAsync(session, Key(stem, known)))!, occasion) ? free : known);
        }, cancellationToken);
    }

    private static string Key(string stem, int number) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{stem}/{number}");

    private async Task<bool> IsOverAsync(Session session, CallRecord record, CallOccasion? occasion) => record.State switch
    {
        CallState.Succeeded => occasion is null || record.Occasion != occasion.Name || record.StartedAt < occasion.Since,
        CallState.Started or CallState.Unknown => occasion is not null && record.Occasion != occasion.Name,
        // A no stands until the policy changes, or as long as the yes would have stood.
        CallState.Denied => record.PolicyVersion != policies.Current().Version
            || (record.ApprovalId is { } id && await ApprovalStore.FindAsync(session, id) is { } approval && clock.Now() >= approval.ExpiresAt),
        _ => false,
    };
}
