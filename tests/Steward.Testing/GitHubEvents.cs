using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Steward.Testing;

/// <summary>Deliveries as GitHub makes them: example bodies (their origin is beside them), headers and signature.</summary>
public static class GitHubEvents
{
    private const string Folder = "GitHubEvents/";

    /// <summary>The events of which there is an example.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. typeof(GitHubEvents).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Select(name => Path.GetFileNameWithoutExtension(name)).Order()];

    /// <summary>The example body of an event.</summary>
    public static byte[] Body(string name)
    {
        using var resource = typeof(GitHubEvents).Assembly.GetManifestResourceStream($"{Folder}{name}.json") ?? throw new ArgumentException($"There is no example of '{name}'.");
        var body = new byte[resource.Length];
        resource.ReadExactly(body);
        return body;
    }

    /// <summary>The signature of a body, as in X-Hub-Signature-256.</summary>
    public static string Sign(string secret, byte[] body) => $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body))}";

    /// <summary>A delivery; another signature or content type where they are given.</summary>
    public static HttpRequestMessage Request(Uri address, string secret, string name, string delivery, byte[] body, string? signature = null, string contentType = "application/json")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        request.Headers.Add("X-GitHub-Event", name);
        request.Headers.Add("X-GitHub-Delivery", delivery);
        request.Headers.TryAddWithoutValidation("X-Hub-Signature-256", signature ?? Sign(secret, body));
        return request;
    }
}
