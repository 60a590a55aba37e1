using Microsoft.AspNetCore.Authorization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Steward.Governance.Calls;

namespace Steward.Server.Entry;

/// <summary>Knows people by the key that they show: <c>Authorization: Bearer stw_...</c>.</summary>
internal sealed class KeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, KeyRing keys, FailedAttempts failures)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    public const string SchemeName = "key";
    public const string ScopeClaim = "scope";
    private const string Bearer = "Bearer ";

    // No key of ours is longer; hashing megabytes for a stranger is not our business.
    private const int LongestKey = 512;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        // Who asks for the health need not be known: the store that knows the keys may be what is gone.
        if (header.Length == 0 || Context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            return AuthenticateResult.NoResult();
        }

        var shown = header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) && header.Length <= LongestKey ? header[Bearer.Length..].Trim() : "";
        if (shown.Length == 0 || await keys.FindAsync(shown, Context.RequestAborted) is not { } key)
        {
            return AuthenticateResult.Fail("wrong-key");
        }

        var identity = new ClaimsIdentity(SchemeName);
        identity.AddClaim(new Claim(ClaimTypes.Name, Actor.Person(key.Holder).Name));
        identity.AddClaims(key.Scopes.Select(scope => new Claim(ScopeClaim, scope)));
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var wrong = Request.Headers.Authorization.Count > 0;
        if (wrong && failures.Count(Context.Connection.RemoteIpAddress) is { } wait)
        {
            Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
            await Problems.WriteAsync(Context, StatusCodes.Status429TooManyRequests, "too-many-attempts", "Too many wrong keys came from this address. Wait a minute, then use a good one.");
            return;
        }

        Response.Headers.WWWAuthenticate = wrong ? "Bearer realm=\"steward\", error=\"invalid_token\"" : "Bearer realm=\"steward\"";
        await Problems.WriteAsync(Context, StatusCodes.Status401Unauthorized, wrong ? "wrong-key" : "no-key", wrong
            ? "The key is not known, or was revoked. Ask an administrator for another."
            : "Nobody enters without a key. Send it as 'Authorization: Bearer stw_...'.");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        // A group asks for a key and an endpoint for its scope; the last one named is the endpoint's.
        var scope = Context.GetEndpoint()?.Metadata.GetOrderedMetadata<Microsoft.AspNetCore.Authorization.IAuthorizeData>().LastOrDefault(data => data.Policy is not null)?.Policy;
        return Problems.WriteAsync(Context, StatusCodes.Status403Forbidden, "missing-scope", $"This needs a key with the scope '{scope}'. Yours does not have it.", extra: ("scope", scope));
    }
}
