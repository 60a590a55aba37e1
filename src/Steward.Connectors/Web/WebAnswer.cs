using Steward.Platform.Http;

namespace Steward.Connectors.Web;

/// <summary>What a web server answered.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Body">The body as text, at most <see cref="WebClient.LongestBody"/> bytes.</param>
/// <param name="ContentType">What the body is, as the server says.</param>
/// <param name="Milliseconds">How long it took, from the first request to the end of the body.</param>
/// <param name="CertificateEnds">Until when the server's certificate is valid; null over plain http.</param>
public sealed record WebAnswer(int Status, string Body, string? ContentType, double Milliseconds, DateTimeOffset? CertificateEnds);

/// <summary>Something that is sent to a web server.</summary>
/// <param name="Url">Where.</param>
/// <param name="Body">What.</param>
/// <param name="ContentType">What it is.</param>
public sealed record WebPost(Uri Url, string Body, string ContentType);

/// <summary>An address was refused or could not be asked.</summary>
/// <param name="code"><c>not-declared</c>, <c>private-address</c>, <c>unreachable</c>, <c>certificate</c> (it does not hold; nothing was sent), <c>timeout</c> or <c>too-large</c>.</param>
/// <param name="message">For people.</param>
public sealed class WebFaultException(string code, string message) : ConnectorException("web", code, message)
{
    /// <inheritdoc />
    public override string Message { get; } = message;

    /// <summary>Why, as a stable word.</summary>
    public string Code { get; } = code;
}
