namespace Steward.Simulation;

/// <summary>
/// How long things take at speed 1. The defaults for <see cref="Deploy"/> and <see cref="Rollback"/> are what was
/// observed on the real Railway in the incident that Steward is built to handle; see each.
/// </summary>
public sealed record WorldTimings
{
    /// <summary>From the push to the end of build and start, good or bad. Observed: a bad deployment failed after 80 s.</summary>
    public TimeSpan Deploy { get; init; } = TimeSpan.FromSeconds(80);

    /// <summary>From an accepted rollback to an active deployment; nothing is built. Observed: 21 s.</summary>
    public TimeSpan Rollback { get; init; } = TimeSpan.FromSeconds(21);

    /// <summary>From an accepted restart to a running container. Our own guess; it was not observed.</summary>
    public TimeSpan Restart { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From the start of a GitHub workflow by a client to its end. Our own guess; it was not observed.</summary>
    public TimeSpan WorkflowRun { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>From n8n's answer to an activation until it listens at the webhooks, and to a deactivation until it does no more. Observed with n8n 2.41: 0.2 to 1 s.</summary>
    public TimeSpan N8nWebhook { get; init; } = TimeSpan.FromMilliseconds(500);
}
