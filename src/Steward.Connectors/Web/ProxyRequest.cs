using System.Globalization;
using System.Text;

namespace Steward.Connectors.Web;

/// <summary>What a client asks a proxy for: the head of one request, as RFC 9112 writes it.</summary>
/// <param name="Url">Whom it is for: of a tunnel <c>https</c>, otherwise <c>http</c>.</param>
/// <param name="IsTunnel">Whether it is CONNECT.</param>
/// <param name="Forwarded">The head as it goes on to the server, which is to close after its answer; empty for a tunnel.</param>
/// <param name="BodyLength">How many bytes of body follow.</param>
internal sealed record ProxyRequest(Uri Url, bool IsTunnel, byte[] Forwarded, long BodyLength)
{
    // They speak of one connection and not of the request.
    private static readonly string[] OfConnection = ["connection", "proxy-connection", "keep-alive", "upgrade", "te"];

    /// <summary>Reads a head; null when it is none that a proxy can do something with.</summary>
    public static ProxyRequest? Read(ReadOnlySpan<byte> head)
    {
        var lines = Encoding.Latin1.GetString(head).Split("\r\n");
        if (lines[0].Split(' ') is not [var method, var target, "HTTP/1.1" or "HTTP/1.0"])
        {
            return null;
        }

        var isTunnel = method == "CONNECT";
        if (!Uri.TryCreate(isTunnel ? $"https://{target}/" : target, UriKind.Absolute, out var url) || (!isTunnel && url.Scheme != "http"))
        {
            return null;
        }

        // A body whose end only a second reading of it could tell is one that two could read differently.
        var lengths = Values(lines, "content-length");
        var length = 0L;
        return Values(lines, "transfer-encoding").Count > 0 || lengths.Count > 1 || (lengths is [var said] && !long.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out length))
            ? null
            : new ProxyRequest(url, isTunnel, isTunnel ? [] : Closing([$"{method} {url.PathAndQuery} HTTP/1.1", .. lines[1..]]), length);
    }

    /// <summary>A head that says that its connection ends after this message.</summary>
    public static byte[] Closing(IEnumerable<string> lines) =>
        Encoding.Latin1.GetBytes(string.Join("\r\n", [.. lines.Where(line => line.Length > 0 && !OfConnection.Contains(Name(line))), "Connection: close", "", ""]));

    private static List<string> Values(string[] lines, string name) => [.. lines.Skip(1).Where(line => Name(line) == name).Select(line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim())];

    private static string Name(string line) => line.IndexOf(':', StringComparison.Ordinal) is > 0 and var end ? line[..end].Trim().ToLowerInvariant() : "";
}
