using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Steward.Connectors.Mail;

/// <summary>One conversation with a mail server, line by line. Its answers are bounded.</summary>
internal sealed class SmtpConnection : IAsyncDisposable
{
    // RFC 5321 (4.5.3.1.5) allows 512 characters a line; some servers are more talkative.
    private const int MaxLine = 4096;
    private const int MaxLines = 100;

    private readonly TcpClient client;
    private readonly byte[] buffer = new byte[MaxLine];
    private Stream stream;
    private int begin;
    private int end;

    private SmtpConnection(TcpClient client) => (this.client, stream) = (client, client.GetStream());

    /// <summary>How this side names itself: its address (RFC 5321, 4.1.3).</summary>
    public string Name => ((IPEndPoint)client.Client.LocalEndPoint!).Address is var address && address.IsIPv4MappedToIPv6
        ? $"[{address.MapToIPv4()}]"
        : address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[IPv6:{address}]" : $"[{address}]";

    public static async Task<SmtpConnection> OpenAsync(string host, int port, CancellationToken cancellationToken)
    {
        var client = new TcpClient();
        try
        {
            await client.ConnectAsync(host, port, cancellationToken);
            return new SmtpConnection(client);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>From here on everything is encrypted, with a server that proved its name.</summary>
    /// <param name="host">The name.</param>
    /// <param name="trusted">Whom to trust in place of the system's authorities; empty: those.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The server did not prove its name.</exception>
    public async Task EncryptAsync(string host, X509Certificate2Collection trusted, CancellationToken cancellationToken)
    {
        // What came in the clear before the handshake may be somebody else's and is not taken for the server's word.
        (begin, end) = (0, 0);
        var options = new SslClientAuthenticationOptions { TargetHost = host };
        if (trusted.Count > 0)
        {
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(trusted);
        }

        var secure = new SslStream(stream);
        stream = secure;
        await secure.AuthenticateAsClientAsync(options, cancellationToken);
    }

    /// <summary>Says a line and gives the answer.</summary>
    public async Task<SmtpReply> SayAsync(string line, CancellationToken cancellationToken)
    {
        await WriteAsync(line + "\r\n", cancellationToken);
        return await ReadAsync(cancellationToken);
    }

    /// <summary>Sends a letter, with a dot doubled at the beginning of a line (RFC 5321, 4.5.2), and its end.</summary>
    public async Task<SmtpReply> SendAsync(string letter, CancellationToken cancellationToken)
    {
        var stuffed = letter.Replace("\r\n.", "\r\n..", StringComparison.Ordinal);
        await WriteAsync(stuffed + ".\r\n", cancellationToken);
        return await ReadAsync(cancellationToken);
    }

    /// <summary>Takes leave, and does not wait for the answer.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync("QUIT\r\n", cancellationToken);
        }
        catch (IOException)
        {
            // The server left first.
        }
    }

    /// <summary>The server's next answer.</summary>
    /// <exception cref="IOException">The connection broke, or what came is no answer of a mail server.</exception>
    public async Task<SmtpReply> ReadAsync(CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        while (lines.Count < MaxLines)
        {
            var line = await LineAsync(cancellationToken);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code) || (line.Length > 3 && line[3] is not (' ' or '-')))
            {
                break;
            }

            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] == ' ')
            {
                return new SmtpReply(code, lines);
            }
        }

        throw new IOException("What answers is no mail server.");
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        client.Dispose();
    }

    private async Task WriteAsync(string text, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text), cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    private async Task<string> LineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var at = Array.IndexOf(buffer, (byte)'\n', begin, end - begin);
            if (at >= 0)
            {
                var line = Encoding.UTF8.GetString(buffer, begin, at - begin).TrimEnd('\r');
                begin = at + 1;
                return line;
            }

            if (begin > 0)
            {
                buffer.AsSpan(begin, end - begin).CopyTo(buffer);
                (begin, end) = (0, end - begin);
            }

            if (end == buffer.Length)
            {
                throw new IOException("What answers is no mail server: a line has no end.");
            }

            var count = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken);
            end += count > 0 ? count : throw new IOException("The server closed the connection.");
        }
    }
}
