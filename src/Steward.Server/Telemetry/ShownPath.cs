namespace Steward.Server.Telemetry;

/// <summary>
/// The path of a request as it may be written down. Below where webhooks are, part of the address is the secret; whoever
/// misspells the rest of it, or takes another method, has sent the secret all the same.
/// </summary>
internal static class ShownPath
{
    // So ends the first part of every address with a secret: /hooks, /webhooks.
    private const string Hooks = "hooks";
    private const string Secret = "{secret}";
    private const string Hidden = "***";

    /// <summary>The path without what may be secret.</summary>
    public static string Of(HttpContext context)
    {
        var path = context.Request.Path.ToString();
        var below = path.IndexOf(Hooks, StringComparison.OrdinalIgnoreCase) + Hooks.Length;
        if (below < Hooks.Length || below == path.Length)
        {
            return path;
        }

        return (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText switch
        {
            null => $"{path[..below]}/{Hidden}",
            // The words of the route, and none that was sent.
            { } route when route.Contains(Secret, StringComparison.Ordinal) => route.Replace(Secret, Hidden, StringComparison.Ordinal),
            _ => path,
        };
    }
}
