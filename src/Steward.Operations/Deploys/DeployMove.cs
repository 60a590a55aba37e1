namespace Steward.Operations.Deploys;

/// <summary>What a step says at the end of a run.</summary>
internal abstract record DeployMove
{
    private DeployMove()
    {
    }

    /// <summary>On to the next state, with what was learnt; run at once.</summary>
    public sealed record Go(Deploy Deploy, DeployState Next) : DeployMove;

    /// <summary>Nothing more to do before then.</summary>
    public sealed record Wait(Deploy Deploy, DateTimeOffset Until, string Why) : DeployMove
    {
        /// <summary>True in the middle of what has not come through yet: the attempts count on.</summary>
        public bool IsRetry { get; init; }

        /// <summary>True when a stop holds it back: people hear of that.</summary>
        public bool IsHeld { get; init; }
    }

    /// <summary>It is over.</summary>
    public sealed record End(Deploy Deploy, DeployState State, string Outcome) : DeployMove;
}

/// <summary>One step of a deploy. It may run again after a crash at any point, so it asks what already happened.</summary>
internal interface IDeployStep
{
    /// <summary>The state in which it runs.</summary>
    DeployState State { get; }

    /// <summary>Does what there is to do now.</summary>
    Task<DeployMove> RunAsync(Deploy deploy, Guid workItem, CancellationToken cancellationToken);
}
