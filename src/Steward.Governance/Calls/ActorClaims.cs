using System.Security.Claims;

namespace Steward.Governance.Calls;

/// <summary>Who stands behind a request.</summary>
public static class ActorClaims
{
    /// <summary>The actor whom the entry has identified by a key: <c>person:anna</c>.</summary>
    /// <exception cref="InvalidOperationException">The endpoint lets in strangers: a mistake in the program.</exception>
    public static Actor Actor(this ClaimsPrincipal user) =>
        new(user.Identity?.Name ?? throw new InvalidOperationException("An endpoint that acts for somebody must require a scope."));
}
