using Steward.Kernel;

namespace Steward.Governance.Stops;

/// <summary>A person's wish to stop everything, one service, or one actor.</summary>
/// <param name="Reason">Why, at most 500 characters.</param>
/// <param name="Service">The service to stop; everything when neither it nor an actor is named.</param>
/// <param name="Actor">The actor to stop, such as <c>agent:tesla-watch</c>.</param>
public sealed record StopRequest(string? Reason, string? Service = null, string? Actor = null)
{
    /// <summary>What is covered, or the refusal that names the field. The reason is not looked at.</summary>
    public Outcome<StopTarget> Target() =>
        Service is not null && Actor is not null ? Refusal.Invalid("actor", "Name either a service or an actor, not both.")
        // An empty name must not quietly become "everything".
        : Service is not null && !IsText(Service) ? Refusal.Invalid("service", "'service' must be a name of at most 500 characters; leave it out to cover everything.")
        : Actor is not null && !IsText(Actor) ? Refusal.Invalid("actor", "'actor' must be a name of at most 500 characters; leave it out to cover everything.")
        : Service is not null ? new StopTarget(StopScope.Service, Service)
        : Actor is not null ? new StopTarget(StopScope.Actor, Actor)
        : new StopTarget(StopScope.Global, "");

    /// <summary>Null when there is a reason, else the refusal.</summary>
    public Refusal? CheckReason() => IsText(Reason)
        ? null
        : Refusal.Invalid("reason", "'reason' must be given, with at most 500 characters: whoever finds everything stopped needs to know why.");

    private static bool IsText(string? text) => !string.IsNullOrWhiteSpace(text) && text.Length <= 500;
}

/// <summary>What a kill switch is to cover.</summary>
/// <param name="Scope">Everything, a service or an actor.</param>
/// <param name="Subject">Its name; empty for everything.</param>
public sealed record StopTarget(StopScope Scope, string Subject);
