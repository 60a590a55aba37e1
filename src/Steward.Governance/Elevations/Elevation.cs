using Steward.Governance.Policies;

namespace Steward.Governance.Elevations;

/// <summary>A wider level that a person gave an actor for one target and a time. It ends by itself.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Actor">Who may do more.</param>
/// <param name="Target">For which service, or which target of a call.</param>
/// <param name="Level">Up to which level.</param>
/// <param name="Reason">Why.</param>
/// <param name="GrantedBy">Which person gave it.</param>
/// <param name="GrantedAt">When.</param>
/// <param name="ExpiresAt">When it ends by itself.</param>
/// <param name="EndedAt">When it ended; null while it is in force.</param>
/// <param name="EndedBy">Who or what ended it.</param>
public sealed record Elevation(
    Guid Id, string Actor, string Target, AutonomyLevel Level, string Reason, string GrantedBy,
    DateTimeOffset GrantedAt, DateTimeOffset ExpiresAt, DateTimeOffset? EndedAt, string? EndedBy);
