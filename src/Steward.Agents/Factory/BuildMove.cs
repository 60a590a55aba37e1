using Steward.Platform.Work;

namespace Steward.Agents.Factory;

/// <summary>What a step says at its end.</summary>
internal abstract record BuildMove
{
    private BuildMove()
    {
    }

    /// <summary>On to the next state, with what was learnt.</summary>
    /// <param name="Build">The build as it is now.</param>
    /// <param name="Next">The next state; the same one to run the step again.</param>
    /// <param name="Text">What happened, for who watches; null for nothing new.</param>
    /// <param name="Round">A version that was written or checked, to be kept with it.</param>
    public sealed record Go(Build Build, BuildState Next, string? Text = null, BuildRound? Round = null) : BuildMove;

    /// <summary>Nothing to do until the ledger looks again.</summary>
    public sealed record Wait(Build Build, WorkResult Later) : BuildMove;

    /// <summary>It is over.</summary>
    /// <param name="Build">The build as it is now.</param>
    /// <param name="State">How it ended.</param>
    /// <param name="Note">Why, for who asked for it.</param>
    /// <param name="Round">A version that was checked, to be kept with it.</param>
    public sealed record End(Build Build, BuildState State, string Note, BuildRound? Round = null) : BuildMove;
}

/// <summary>One step of a build. It may run again after a crash at any point.</summary>
internal interface IBuildStep
{
    /// <summary>The states in which it runs.</summary>
    IReadOnlyList<BuildState> States { get; }

    /// <summary>Does what there is to do now.</summary>
    Task<BuildMove> RunAsync(Build build, Guid workItem, CancellationToken cancellationToken);
}
