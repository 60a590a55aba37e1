using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Steward.Platform.Http;

namespace Steward.Connectors.Web;

/// <summary>
/// Opens connections for programs that nobody trusts. A name is resolved once, its addresses are checked, and one of those is
/// connected to: what a name means cannot change in between.
/// </summary>
/// <param name="options">Which private hosts may be reached.</param>
/// <param name="lookUp">What the addresses of a name are; the machine's own way when it is left out.</param>
public sealed class Dialer(IOptions<WebOptions> options, Func<string, CancellationToken, Task<IPAddress[]>>? lookUp = null)
{
    private readonly IReadOnlyList<string> privateHosts = options.Value.PrivateHostList;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> lookUp = lookUp ?? Dns.GetHostAddressesAsync;

    /// <summary>Whether an address may be asked: http or https, without a user's name, on a host that may be reached.</summary>
    /// <exception cref="WebFaultException">It may not: <c>invalid</c> or <c>not-declared</c>.</exception>
    public static void Check(Uri url, Func<string, bool> mayReach)
    {
        if (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0)
        {
            throw new WebFaultException("invalid", "The address must begin with http:// or https:// and hold no user name.") { Effect = CallEffect.None };
        }

        if (!mayReach(url.IdnHost.ToLowerInvariant()))
        {
            throw new WebFaultException("not-declared", $"The host {url.IdnHost} is not declared.") { Effect = CallEffect.None };
        }
    }

    /// <summary>Connects.</summary>
    /// <exception cref="WebFaultException">One of its addresses is inside a private network that its owner has not allowed.</exception>
    /// <exception cref="SocketException">It has no address, or nobody answers there.</exception>
    public async Task<Socket> ConnectAsync(string name, int port, CancellationToken cancellationToken)
    {
        var host = name.Trim('[', ']').ToLowerInvariant();
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await lookUp(host, cancellationToken);
        var may = privateHosts.Contains(host) ? addresses : [.. addresses.Where(PublicAddress.Is)];
        if (may.Length == 0 || (may.Length < addresses.Length))
        {
            throw new WebFaultException("private-address", $"{host} is inside a private network. Its owner may allow it with Tools:PrivateHosts.") { Effect = CallEffect.None };
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(may, port, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
