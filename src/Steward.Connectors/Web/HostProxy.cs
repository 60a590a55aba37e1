using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace Steward.Connectors.Web;

/// <summary>A host that a proxy has refused.</summary>
/// <param name="Host">Its name.</param>
/// <param name="Code"><c>not-declared</c>, <c>private-address</c> or <c>invalid</c>.</param>
/// <param name="Reason">For people.</param>
/// <param name="Times">How often it was asked for.</param>
public sealed record RefusedHost(string Host, string Code, string Reason, int Times);

/// <summary>
/// The only way out of a browser that nobody trusts: a proxy (CONNECT and plain http) on a Unix socket, which reaches the hosts
/// that it may and no others. Pages, what they load, where they redirect to and what their scripts open all come by here.
/// </summary>
public sealed class HostProxy : IAsyncDisposable
{
    /// <summary>How many bytes it passes in all, both ways.</summary>
    public const long MostBytes = 100 << 20;

    private const int MostConnections = 64;
    private const int MostRefused = 100;
    private const int LongestHead = 64 << 10;
    private static readonly TimeSpan Dialling = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(2);

    private readonly Dialer dialer;
    private readonly Func<string, bool> mayReach;
    private readonly TimeProvider clock;
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource ending = new();
    private readonly ConcurrentDictionary<string, RefusedHost> refused = new(StringComparer.Ordinal);
    private readonly Task accepting;
    private long passed;
    private int connections;

    /// <summary>Listens at once.</summary>
    /// <param name="path">Where the socket is to be; deleted by whoever made its folder.</param>
    /// <param name="dialer">Opens connections.</param>
    /// <param name="mayReach">Which hosts may be reached.</param>
    /// <param name="clock">For time limits.</param>
    public HostProxy(string path, Dialer dialer, Func<string, bool> mayReach, TimeProvider clock)
    {
        (this.dialer, this.mayReach, this.clock) = (dialer, mayReach, clock);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(MostConnections);
        accepting = AcceptAsync();
    }

    /// <summary>The hosts that it has refused, in no order.</summary>
    public IReadOnlyCollection<RefusedHost> Refused => [.. refused.Values];

    /// <summary>Whether it has passed as much as it may, and passes nothing more.</summary>
    public bool IsSpent => Interlocked.Read(ref passed) >= MostBytes;

    /// <summary>Ends every connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Dispose();
        await accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptAsync(ending.Token);
                if (Interlocked.Increment(ref connections) > MostConnections)
                {
                    Interlocked.Decrement(ref connections);
                    client.Dispose();
                    continue;
                }

                _ = Task.Run(() => ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It is over, and who comes now is turned away.
            listener.Dispose();
        }
    }

    // One request for each connection: what comes after it could be for somebody else, and is not read.
    private async Task ServeAsync(Socket client)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
        await using var idle = clock.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), over, Idle, Timeout.InfiniteTimeSpan);
        try
        {
            using (client)
            {
                var (head, rest) = await HeadAsync(client, idle, over.Token);
                if (head.Length > 0)
                {
                    await AnswerAsync(client, ProxyRequest.Read(head), rest, idle, over.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One of the two has gone, or it is over.
        }
        finally
        {
            Interlocked.Decrement(ref connections);
        }
    }

    private async Task AnswerAsync(Socket client, ProxyRequest? request, byte[] rest, ITimer idle, CancellationToken cancellationToken)
    {
        if (request is null)
        {
            await RefuseAsync(client, "400 Bad Request", "This is not a request that the proxy understands.", cancellationToken);
            return;
        }

        try
        {
            Dialer.Check(request.Url, mayReach);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await using var timer = clock.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), patience, Dialling, Timeout.InfiniteTimeSpan);
            using var server = await dialer.ConnectAsync(request.Url.IdnHost, request.Url.Port, patience.Token);
            await (request.IsTunnel ? TunnelAsync(client, server, rest, idle, cancellationToken) : ForwardAsync(client, server, request, rest, idle, cancellationToken));
        }
        catch (WebFaultException e)
        {
            Note(request.Url.IdnHost.ToLowerInvariant(), e);
            await RefuseAsync(client, "403 Forbidden", e.Message, cancellationToken);
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            await RefuseAsync(client, "502 Bad Gateway", $"{request.Url.IdnHost} cannot be reached.", cancellationToken);
        }
    }

    private async Task TunnelAsync(Socket client, Socket server, byte[] rest, ITimer idle, CancellationToken cancellationToken)
    {
        await SendAsync(client, "HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray(), cancellationToken);
        await SendAsync(server, rest, cancellationToken);
        var up = PassAsync(client, server, long.MaxValue, idle, cancellationToken);
        var down = PassAsync(server, client, long.MaxValue, idle, cancellationToken);
        await Task.WhenAll(up, down);
    }

    private async Task ForwardAsync(Socket client, Socket server, ProxyRequest request, byte[] rest, ITimer idle, CancellationToken cancellationToken)
    {
        await SendAsync(server, request.Forwarded, cancellationToken);
        var first = rest.AsMemory(0, (int)Math.Min(rest.Length, request.BodyLength));
        await SendAsync(server, first, cancellationToken);
        // A server may answer before it has read everything.
        var up = PassAsync(client, server, request.BodyLength - first.Length, idle, cancellationToken, isLast: false);
        var (head, body) = await HeadAsync(server, idle, cancellationToken);
        while (head.AsSpan().StartsWith("HTTP/1.1 1"u8))
        {
            (head, body) = await HeadAsync(server, idle, cancellationToken, body);
        }

        await SendAsync(client, ProxyRequest.Closing(Encoding.Latin1.GetString(head).Split("\r\n")), cancellationToken);
        await SendAsync(client, body, cancellationToken);
        await PassAsync(server, client, long.MaxValue, idle, cancellationToken);
        await up;
    }

    private async Task PassAsync(Socket from, Socket to, long most, ITimer idle, CancellationToken cancellationToken, bool isLast = true)
    {
        var buffer = new byte[32 << 10];
        try
        {
            for (int read; most > 0 && (read = await from.ReceiveAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, most)), cancellationToken)) > 0; most -= read)
            {
                idle.Change(Idle, Timeout.InfiniteTimeSpan);
                await SendAsync(to, buffer.AsMemory(0, read), cancellationToken);
            }

            if (isLast)
            {
                to.Shutdown(SocketShutdown.Send);
            }
        }
        catch
        {
            // The other direction waits for what will not come.
            from.Dispose();
            to.Dispose();
            throw;
        }
    }

    private static async Task<(byte[] Head, byte[] Body)> HeadAsync(Socket from, ITimer idle, CancellationToken cancellationToken, byte[]? already = null)
    {
        var buffer = new byte[LongestHead];
        already?.CopyTo(buffer, 0);
        for (var length = already?.Length ?? 0; ;)
        {
            if (buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) is >= 0 and var end)
            {
                return (buffer[..end], buffer[(end + 4)..length]);
            }

            if (length == buffer.Length || await from.ReceiveAsync(buffer.AsMemory(length), cancellationToken) is not (> 0 and var read))
            {
                return ([], []);
            }

            idle.Change(Idle, Timeout.InfiniteTimeSpan);
            length += read;
        }
    }

    private async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (Interlocked.Add(ref passed, bytes.Length) > MostBytes)
        {
            await ending.CancelAsync();
            throw new OperationCanceledException("It has passed as much as it may.");
        }

        while (bytes.Length > 0)
        {
            bytes = bytes[await to.SendAsync(bytes, cancellationToken)..];
        }
    }

    private async Task RefuseAsync(Socket client, string status, string reason, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes(reason);
        await SendAsync(client, Encoding.Latin1.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"), cancellationToken);
        await SendAsync(client, body, cancellationToken);
    }

    private void Note(string host, WebFaultException why)
    {
        if (refused.Count < MostRefused || refused.ContainsKey(host))
        {
            refused.AddOrUpdate(host, _ => new RefusedHost(host, why.Code, why.Message, 1), (_, known) => known with { Times = known.Times + 1 });
        }
    }
}
