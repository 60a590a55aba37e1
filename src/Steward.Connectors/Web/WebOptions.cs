using System.Net;

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

    /// <summary>True for a host that is told by its name alone to be none of the open internet, and that its owner has not allowed.</summary>
    public bool IsInside(string host) => !IsPrivate(host)
        && (IPAddress.TryParse(host, out var address) ? !PublicAddress.Is(address) : !host.Contains('.', StringComparison.Ordinal) || Inside.Any(end => host.EndsWith(end, StringComparison.OrdinalIgnoreCase)));

    /// <summary>True for a host inside that its owner has allowed: what is read there is not for everybody.</summary>
    public bool IsPrivate(string host) => PrivateHostList.Contains(host.ToLowerInvariant());

    /// <summary>True when its owner has allowed any host inside.</summary>
    public bool HasPrivate => PrivateHostList.Count > 0;

    // RFC 6761, RFC 6762 and what ICANN has set aside.
    private static readonly string[] Inside = [".localhost", ".local", ".internal"];

    internal IReadOnlyList<string> PrivateHostList => [.. PrivateHosts.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(host => host.ToLowerInvariant())];
}
