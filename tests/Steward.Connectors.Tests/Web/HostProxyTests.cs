using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Options;
using Steward.Connectors.Web;
using Steward.Testing;

namespace Steward.Connectors.Tests.Web;

public sealed class HostProxyTests
{
    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_passes_as_much_as_it_may_and_then_nothing_more()
    {
        using var folder = new TempDirectory();
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var port = ((IPEndPoint)server.LocalEndpoint).Port;
        var sending = SendForEverAsync(server);
        await using var proxy = new HostProxy(folder["way-out"], new Dialer(Options.Create(new WebOptions { PrivateHosts = "localhost" })), host => host == "localhost", TimeProvider.System);

        var got = await ReadAsync(folder["way-out"], string.Create(CultureInfo.InvariantCulture, $"CONNECT localhost:{port} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n"));
        Assert.InRange(got, HostProxy.MostBytes - (1 << 20), HostProxy.MostBytes);
        Assert.True(proxy.IsSpent);
        Assert.Equal(0, await ReadAsync(folder["way-out"], string.Create(CultureInfo.InvariantCulture, $"CONNECT localhost:{port} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n")));
        await sending;
    }

    // How many bytes come back until the proxy hangs up.
    private static async Task<long> ReadAsync(string path, string request)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var (all, buffer) = (0L, new byte[1 << 16]);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), Ending);
            await socket.SendAsync(Encoding.ASCII.GetBytes(request), Ending);
            while (await socket.ReceiveAsync(buffer, Ending) is > 0 and var read)
            {
                all += read;
            }
        }
        catch (SocketException)
        {
            // It was hung up in the middle.
        }

        return all;
    }

    private static async Task SendForEverAsync(TcpListener server)
    {
        using var client = await server.AcceptSocketAsync(Ending);
        var block = new byte[1 << 16];
        try
        {
            while (true)
            {
                await client.SendAsync(block, Ending);
            }
        }
        catch (SocketException)
        {
            // The proxy has had enough.
        }
    }
}
