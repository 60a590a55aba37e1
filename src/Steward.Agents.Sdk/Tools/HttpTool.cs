using System.Text.Json;
using System.Text.Json.Nodes;

namespace Steward.Agents.Sdk.Tools;

/// <summary>Asks web servers on the declared hosts. Redirects are followed to declared hosts only, at most five.</summary>
/// <param name="tools">The way to the tools.</param>
public sealed class HttpTool(ITools tools)
{
    /// <summary>Gets an address. An answer with an error status is an answer, not an exception.</summary>
    /// <param name="url">http or https.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ToolException">The host is not declared, is inside a private network, or cannot be reached.</exception>
    public Task<HttpAnswer> GetAsync(Uri url, CancellationToken cancellationToken) => AskAsync("http_get", new JsonObject { ["url"] = url.OriginalString }, cancellationToken);

    /// <summary>Sends something to an address.</summary>
    /// <param name="url">http or https.</param>
    /// <param name="body">What is sent, at most 1 MB.</param>
    /// <param name="contentType">What it is.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ToolException">As for <see cref="GetAsync"/>; also when the policy says no.</exception>
    public Task<HttpAnswer> PostAsync(Uri url, string body, string contentType, CancellationToken cancellationToken) =>
        AskAsync("http_post", new JsonObject { ["url"] = url.OriginalString, ["body"] = body, ["contentType"] = contentType }, cancellationToken);

    private async Task<HttpAnswer> AskAsync(string tool, JsonObject arguments, CancellationToken cancellationToken) =>
        (await tools.CallAsync(tool, arguments, cancellationToken)).Deserialize<HttpAnswer>(AgentJson.Options)!;
}

/// <summary>What a web server answered.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Body">The body as text, at most 5 MB.</param>
/// <param name="ContentType">What the body is, as the server says.</param>
/// <param name="Milliseconds">How long it took, from the request to the end of the body.</param>
/// <param name="CertificateEnds">Until when the server's certificate is valid; null over plain http.</param>
public sealed record HttpAnswer(int Status, string Body, string? ContentType = null, double Milliseconds = 0, DateTimeOffset? CertificateEnds = null)
{
    /// <summary>True for 200 to 299.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The body as JSON.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public JsonElement Json() => JsonSerializer.Deserialize<JsonElement>(Body);
}
