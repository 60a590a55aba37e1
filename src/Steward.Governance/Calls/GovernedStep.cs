using Steward.Kernel;
using Steward.Platform.Work;

namespace Steward.Governance.Calls;

/// <summary>How a governed step stands.</summary>
/// <param name="Later">What the work item says when the step is not done; null when it is.</param>
/// <param name="Detail">What came of it, when it is done.</param>
public sealed record StepOutcome(WorkResult? Later, string? Detail)
{
    /// <summary>True when it was begun, nobody can know how it ended, and it is not repeated.</summary>
    public bool IsLost { get; init; }

    /// <summary>What the gate said, when it waits for a person or for a stop to be lifted.</summary>
    public GateAnswer? Blocked { get; init; }
}

/// <summary>
/// Takes one call through the gate, to its end, for a work item: asks, runs it under the permit, waits for people and
/// stops, and after a crash asks the provider whether it had happened before anything is repeated.
/// </summary>
public sealed class GovernedStep(Gate gate, TimeProvider clock)
{
    // Whoever asks holds the work item's lease, so an earlier sender is dead or has stopped by its own clock when the lease
    // ended; how long leases are does not matter here. What it sent last may still be on its way: for an attempt's time
    // (10 s, ProviderLimits) and a margin "it has not happened" is not to be believed.
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    // A stop or a new policy may come between the permit and its use; then the gate is asked again, a few times.
    private const int Rounds = 4;

    /// <summary>
    /// Why the call is made again when nobody can know whether it happened, for the audit log: because a repeat is harmless,
    /// or better than nothing. Null: it is not made again.
    /// </summary>
    public string? RepeatBecause { get; init; }

    /// <summary>Takes the call through.</summary>
    /// <param name="request">What is to be done and why.</param>
    /// <param name="run">Does it, under the permit; gives what came of it.</param>
    /// <param name="happened">Asks the provider whether an execution begun at the given time happened; null when nobody can know.</param>
    /// <param name="cancellationToken">The work item's token.</param>
    public async Task<StepOutcome> RunAsync(
        CallRequest request, Func<Permit, CancellationToken, Task<string?>> run, Func<DateTimeOffset, CancellationToken, Task<bool?>> happened, CancellationToken cancellationToken)
    {
        for (var round = 0; round < Rounds; round++)
        {
            switch (await gate.AskAsync(request, cancellationToken))
            {
                case GateAnswer.Permitted { Permit: var permit }:
                    try
                    {
                        return new(null, await run(permit, cancellationToken));
                    }
                    catch (PermitRefusedException)
                    {
                        continue;
                    }

                case GateAnswer.Done done:
                    return new(null, done.Detail);
                case GateAnswer.Waiting waiting:
                    return new(WorkResult.WaitUntil(waiting.Until, $"Waits for a person (approval {waiting.ApprovalId}): {waiting.Reason}"), null) { Blocked = waiting };
                case GateAnswer.Held held:
                    return new(WorkResult.WaitUntil(clock.Now().AddHours(1), held.Reason), null) { Blocked = held };
                case GateAnswer.Denied denied:
                    return new(WorkResult.Refused(denied.Reason), null);
                case GateAnswer.OutcomeUnknown unknown:
                    if (await ReconcileAsync(unknown, happened, cancellationToken) is { } later)
                    {
                        return later;
                    }

                    continue;
                default:
                    throw new InvalidOperationException("The gate gave an answer that this step does not know.");
            }
        }

        return new(WorkResult.WaitUntil(clock.Now().AddSeconds(5), "The gate changed its answer while it was being used; asked again soon."), null);
    }

    private async Task<StepOutcome?> ReconcileAsync(
        GateAnswer.OutcomeUnknown unknown, Func<DateTimeOffset, CancellationToken, Task<bool?>> happened, CancellationToken cancellationToken)
    {
        var known = await happened(unknown.StartedAt, cancellationToken);
        if (known is null && RepeatBecause is null)
        {
            return new(WorkResult.Refused("It was begun, its outcome is not known and the provider cannot tell: it is not repeated."), null) { IsLost = true };
        }

        if (known == true)
        {
            await gate.ResolveAsync(unknown.CallId, happened: true, "The provider was asked: it happened.", cancellationToken);
            return null;
        }

        if (clock.Now() < unknown.StartedAt + Grace)
        {
            return new(WorkResult.TryAgainAt(unknown.StartedAt + Grace, known is null
                ? "It was begun and its outcome is not known; it is made again when the first request can no longer arrive."
                : "It was begun and its outcome is not known; the provider is asked again before anything is repeated."), null);
        }

        await gate.ResolveAsync(unknown.CallId, happened: false, known is null
            ? $"Nobody can know whether it happened. It may be made again: {RepeatBecause}"
            : "The provider was asked: it did not happen.", cancellationToken);
        return null;
    }
}
