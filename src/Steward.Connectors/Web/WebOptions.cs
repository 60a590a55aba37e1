namespace Steward.Connectors.Web;

/// <summary>Which private hosts agents may ask. Section <c>Tools</c>.</summary>
public sealed class WebOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Tools";

    /// <summary>
    /// Hosts inside private networks that agents may ask all the same, when they declare them: names or addresses,
    /// separated by commas. Without it every private, loopback and link-local address is refused.
    /// </summary>
    public string PrivateHosts { get; set; } = "";

    internal IReadOnlyList<string> PrivateHostList => [.. PrivateHosts.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(host => host.ToLowerInvariant())];
}
