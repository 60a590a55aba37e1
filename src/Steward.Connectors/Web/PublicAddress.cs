using System.Net;
using System.Net.Sockets;

namespace Steward.Connectors.Web;

/// <summary>Tells addresses of the open internet from those of this machine, its networks and its cloud. Pure.</summary>
public static class PublicAddress
{
    // The registries of special-purpose addresses: RFC 6890 and IANA's tables for IPv4 and IPv6.
    private static readonly IPNetwork[] Special =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/96", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/9", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    // Ways to write an IPv4 address as an IPv6 one: mapped, NAT64, 6to4.
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    /// <summary>True for an address of the open internet.</summary>
    public static bool Is(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return Is(address.MapToIPv4());
        }

        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            var bytes = address.GetAddressBytes();
            if (Nat64.Contains(address))
            {
                return Is(new IPAddress(bytes.AsSpan(12)));
            }

            if (SixToFour.Contains(address))
            {
                return Is(new IPAddress(bytes.AsSpan(2, 4)));
            }
        }

        return !Special.Any(network => network.Contains(address));
    }
}
