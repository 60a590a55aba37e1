using Steward.Operations.Findings;

namespace Steward.Operations.Decide;

/// <summary>Says whether trouble is what a person said is over, or has occurred once more. Pure.</summary>
public static class Occurrence
{
    // Providers give the time in whole seconds: what is of the same second may have come after.
    private static readonly TimeSpan ProviderSecond = TimeSpan.FromSeconds(1);

    /// <summary>True when a diagnosis is of what had happened when a person closed a finding of its fingerprint, whichever attempt or window shows it next.</summary>
    /// <param name="diagnosis">What is wrong.</param>
    /// <param name="closed">The finding.</param>
    public static bool IsOver(Diagnosis diagnosis, Finding closed) => diagnosis.HappenedAt <= closed.ClosedAt - ProviderSecond && diagnosis.Kind switch
    {
        // What Steward had not seen by then the person did not speak of: another run may fail of something else, another commit is another question.
        FindingKind.CiFailed => CiDecider.RunOf(diagnosis.Cause) <= CiDecider.NewestRunOf(closed),
        FindingKind.PullRequestReady => diagnosis.Cause == closed.Cause,
        _ => true,
    };
}
