using System.IO.Compression;
using System.Text;
using Steward.Testing;

namespace Steward.Server.Tests.Webhooks;

/// <summary>Bodies and headers that two readers could take for different things: refused at every door, written down, never processed.</summary>
public sealed class OddBodyTests(WebhookServerOnSqlite server) : IClassFixture<WebhookServerOnSqlite>
{
    private const int ManyBytes = 64 * 1024;

    public static TheoryData<string, string> Doors => new()
    {
        { WebhookServer.GitHub, "github" },
        { WebhookServer.Railway, "railway" },
        { WebhookServer.N8n, "n8n" },
    };

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task An_empty_body_is_400(string path, string source) => await IsRefusedAsync(path, source, [], 400, "invalid");

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task Bytes_that_are_no_text_are_400(string path, string source)
    {
        await IsRefusedAsync(path, source, [.. "{\"type\":\""u8, 0xE9, .. "\"}"u8], 400, "invalid");
        // A surrogate, and a slash that takes two bytes where one is enough.
        await IsRefusedAsync(path, source, [.. "{\"type\":\""u8, 0xED, 0xA0, 0x80, .. "\"}"u8], 400, "invalid");
        await IsRefusedAsync(path, source, [.. "{\"type\":\""u8, 0xC0, 0xAF, .. "\"}"u8], 400, "invalid");
        await IsRefusedAsync(path, source, Encoding.Unicode.GetBytes("{\"type\":\"DEPLOY\"}"), 400, "invalid");
    }

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task Depths_without_end_are_400(string path, string source)
    {
        await IsRefusedAsync(path, source, Encoding.UTF8.GetBytes($"{string.Concat(Enumerable.Repeat("{\"a\":", 65))}1{new string('}', 65)}"), 400, "invalid");
        await IsRefusedAsync(path, source, Encoding.UTF8.GetBytes($"{{\"a\":{new string('[', 500_000)}"), 400, "invalid");
    }

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task A_member_that_is_there_twice_is_400(string path, string source)
    {
        await IsRefusedAsync(path, source, """{"type":"DEPLOY","type":"ALERT"}"""u8.ToArray(), 400, "invalid");
        await IsRefusedAsync(path, source, """{"comment":{"id":1,"\u0069d":2}}"""u8.ToArray(), 400, "invalid");
    }

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task A_compressed_body_is_415_and_not_unpacked(string path, string source)
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync("""{"type":"DEPLOY"}"""u8.ToArray(), TestContext.Current.CancellationToken);
        }

        await IsRefusedAsync(path, source, packed.ToArray(), 415, "unsupported-media-type", request => request.Content!.Headers.ContentEncoding.Add("gzip"));
        await IsRefusedAsync(path, source, """{"type":"DEPLOY"}"""u8.ToArray(), 415, "unsupported-media-type", request => request.Content!.Headers.ContentEncoding.Add("gzip"));
    }

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task No_content_type_is_415(string path, string source) =>
        await IsRefusedAsync(path, source, """{"type":"DEPLOY"}"""u8.ToArray(), 415, "unsupported-media-type", request => request.Content!.Headers.ContentType = null);

    // The server ends that itself, before anybody is asked: there is nothing to write down.
    [Theory]
    [MemberData(nameof(Doors))]
    public async Task A_header_without_end_is_431(string path, string source)
    {
        var before = await server.EventsAsync();
        using var request = Request(path, """{"type":"DEPLOY"}"""u8.ToArray());
        request.Headers.Add("X-Long", new string('x', ManyBytes));
        using var answer = await server.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal((431, source), ((int)answer.StatusCode, source));
        Assert.Equal(before.Count, (await server.EventsAsync()).Count);
    }

    [Fact]
    public async Task A_signature_that_is_there_twice_is_401_though_one_is_right()
    {
        var body = """{"type":"DEPLOY"}"""u8.ToArray();
        await IsRefusedAsync(WebhookServer.GitHub, "github", body, 401, "wrong-signature", request => request.Headers.Add("X-Hub-Signature-256", GitHubEvents.Sign("another secret", body)));
    }

    private async Task IsRefusedAsync(string path, string source, byte[] body, int status, string code, Action<HttpRequestMessage>? change = null)
    {
        var (before, refused) = ((await server.EventsAsync()).Count, await CountAsync(source, code));
        using var request = Request(path, body);
        change?.Invoke(request);

        (await server.SendAsync(request)).IsProblem(status, code);

        // Those of one minute become one row: the first is there at once.
        Assert.True(refused > 0 || await CountAsync(source, code) > 0);
        Assert.Equal(before, (await server.EventsAsync()).Count);
    }

    private async Task<int> CountAsync(string source, string code) =>
        (await server.RefusalsAsync()).Where(row => row.Target == $"webhook/{source}" && (string?)row.Detail["code"] == code).Sum(row => (int)row.Detail["count"]!);

    // Signed rightly: the others do not mind.
    private HttpRequestMessage Request(string path, byte[] body) =>
        GitHubEvents.Request(server.Address(path), WebhookServer.GitHubSecret, "push", Guid.CreateVersion7().ToString(), body);
}
