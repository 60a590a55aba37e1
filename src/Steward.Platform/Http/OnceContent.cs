using System.Net;

namespace Steward.Platform.Http;

/// <summary>
/// A request's body that knows whether it has begun to leave, and that leaves once: the first may have had its effect.
/// .NET 10 was seen not to repeat a request whose body had begun; this does not rely on it.
/// </summary>
internal sealed class OnceContent : HttpContent
{
    private readonly byte[] body;
    private int begun;

    private OnceContent(byte[] body) => this.body = body;

    /// <summary>True once the body may have left the process.</summary>
    public bool HasBegun => Volatile.Read(ref begun) == 1;

    /// <summary>Puts itself in the place of the request's body, if it has one.</summary>
    public static async Task<OnceContent?> WrapAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is not { } original)
        {
            return null;
        }

        var wrapped = new OnceContent(await original.ReadAsByteArrayAsync(cancellationToken));
        foreach (var (name, values) in original.Headers)
        {
            wrapped.Headers.TryAddWithoutValidation(name, values);
        }

        original.Dispose();
        request.Content = wrapped;
        return wrapped;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref begun, 1) == 1)
        {
            throw new IOException("The request had left before and is not sent twice.");
        }

        await stream.WriteAsync(body, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
