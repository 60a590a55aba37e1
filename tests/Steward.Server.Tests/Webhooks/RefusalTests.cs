using System.Net.Http.Headers;
using System.Text;
using Steward.Testing;

namespace Steward.Server.Tests.Webhooks;

public sealed class RefusalTestsOnSqlite(WebhookServerOnSqlite server) : RefusalTests(server), IClassFixture<WebhookServerOnSqlite>;

public sealed class RefusalTestsOnPostgres(WebhookServerOnPostgres server) : RefusalTests(server), IClassFixture<WebhookServerOnPostgres>;

/// <summary>What is not taken: said so with the right status, written into the audit log, and never processed.</summary>
public abstract class RefusalTests(WebhookServer server)
{
    private const string Form = "application/x-www-form-urlencoded";

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sha256=")]
    [InlineData("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")]
    [InlineData("sha1=0000000000000000000000000000000000000000")]
    [InlineData("sha256=zz")]
    [InlineData("sha256=ééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé")]
    public async Task A_wrong_signature_is_401(string? signature)
    {
        var before = await server.EventsAsync();
        var body = GitHubEvents.Body("push");
        using var request = GitHubEvents.Request(server.Address(WebhookServer.GitHub), WebhookServer.GitHubSecret, "push", NewDelivery(), body, signature ?? "gone");
        if (signature is null)
        {
            request.Headers.Remove("X-Hub-Signature-256");
        }

        (await server.SendAsync(request)).IsProblem(401, "wrong-signature");

        await IsWrittenDownAsync("github", "wrong-signature", before.Count);
    }

    [Fact]
    public async Task A_signature_of_other_bytes_or_with_another_secret_is_401()
    {
        var body = GitHubEvents.Body("push");
        var altered = body.ToArray();
        altered[^3] ^= 1;

        (await server.GitHubAsync("push", NewDelivery(), altered, GitHubEvents.Sign(WebhookServer.GitHubSecret, body))).IsProblem(401, "wrong-signature");
        (await server.GitHubAsync("push", NewDelivery(), body, GitHubEvents.Sign("another secret of the same length", body))).IsProblem(401, "wrong-signature");
    }

    [Fact]
    public async Task What_is_not_signed_is_not_read_at_all()
    {
        (await server.GitHubAsync("push", NewDelivery(), "{"u8.ToArray(), "sha256=00")).IsProblem(401, "wrong-signature");
        (await server.GitHubAsync("", "", "{"u8.ToArray(), "sha256=00")).IsProblem(401, "wrong-signature");
    }

    // GitHub's documented secret, body and signature: the signature holds, and the body is no event.
    [Fact]
    public async Task The_documented_signature_is_good_and_its_body_is_no_event() =>
        (await server.GitHubAsync("push", NewDelivery(), "Hello, World!"u8.ToArray(), "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")).IsProblem(400, "invalid");

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("{\"action\":\"opened\"} trailing")]
    [InlineData("payload=%7B%7D")]
    public async Task A_body_that_is_no_json_object_is_400(string body)
    {
        var before = await server.EventsAsync();
        var path = new[] { WebhookServer.Railway, WebhookServer.N8n };

        (await server.GitHubAsync("push", NewDelivery(), Encoding.UTF8.GetBytes(body))).IsProblem(400, "invalid");
        foreach (var other in path)
        {
            (await server.PostAsync(other, body)).IsProblem(400, "invalid");
        }

        await IsWrittenDownAsync("github", "invalid", before.Count);
        await IsWrittenDownAsync("railway", "invalid", before.Count);
        await IsWrittenDownAsync("n8n", "invalid", before.Count);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_and_depths_without_end_are_400()
    {
        byte[] latin = [.. "{\"action\":\""u8, 0xE9, .. "\"}"u8];
        var deep = Encoding.UTF8.GetBytes($"{string.Concat(Enumerable.Repeat("{\"a\":", 500))}1{new string('}', 500)}");

        (await server.GitHubAsync("push", NewDelivery(), latin)).IsProblem(400, "invalid");
        (await server.GitHubAsync("push", NewDelivery(), deep)).IsProblem(400, "invalid");
    }

    [Theory]
    [InlineData("push", "")]
    [InlineData("push", "../../etc")]
    [InlineData("push", "a delivery with spaces")]
    [InlineData("", "0a1b2c3d-0000-4000-8000-000000000000")]
    [InlineData("Push; drop", "0a1b2c3d-0000-4000-8000-000000000000")]
    public async Task A_signed_body_without_the_headers_that_name_it_is_400(string name, string delivery) =>
        (await server.GitHubAsync(name, delivery, GitHubEvents.Body("push"))).IsProblem(400, "invalid");

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/jsonp")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData(Form)]
    public async Task Another_content_type_is_415_and_says_what_to_choose(string type)
    {
        var before = await server.EventsAsync();
        var answer = await server.GitHubAsync("push", NewDelivery(), "payload=%7B%7D"u8.ToArray(), contentType: type);

        answer.IsProblem(415, "unsupported-media-type");
        Assert.Contains("form encoding is not taken", answer.Body, StringComparison.Ordinal);
        (await server.PostAsync(WebhookServer.Railway, "{}", type.Split(';')[0])).IsProblem(415, "unsupported-media-type");
        (await server.PostAsync(WebhookServer.N8n, "{}", type.Split(';')[0])).IsProblem(415, "unsupported-media-type");
        await IsWrittenDownAsync("github", "unsupported-media-type", before.Count);
    }

    [Fact]
    public async Task A_charset_beside_the_content_type_is_no_reason_to_refuse() =>
        Assert.Equal(202, (await server.GitHubAsync("push", NewDelivery(), GitHubEvents.Body("push"), contentType: "application/json; charset=utf-8")).Status);

    [Theory]
    [InlineData(WebhookServer.Railway, 1, true)]
    [InlineData(WebhookServer.Railway, 1, false)]
    [InlineData(WebhookServer.N8n, 1, true)]
    [InlineData(WebhookServer.N8n, 1, false)]
    [InlineData(WebhookServer.GitHub, 5, true)]
    [InlineData(WebhookServer.GitHub, 5, false)]
    public async Task A_body_that_is_too_long_is_413_whether_its_length_is_announced_or_not(string path, int megabytes, bool announced)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"a":"{{new string('x', megabytes * 1024 * 1024)}}"}""");
        using var request = GitHubEvents.Request(server.Address(path), WebhookServer.GitHubSecret, "push", NewDelivery(), body);
        if (!announced)
        {
            request.Content = new StreamContent(new Unannounced(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        (await server.SendAsync(request)).IsProblem(413, "body-too-large");

        Assert.Contains(await server.RefusalsAsync(), row => row.Detail["code"]!.GetValue<string>() == "body-too-large" && path.Contains(row.Target!["webhook/".Length..], StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_body_that_just_fits_is_taken()
    {
        var frame = "{\"type\":\"DEPLOY\",\"a\":\"\"}".Length;
        var body = $$"""{"type":"DEPLOY","a":"{{new string('x', (1024 * 1024) - frame)}}"}""";

        Assert.Equal(202, (await server.PostAsync(WebhookServer.Railway, body)).Status);
        (await server.PostAsync(WebhookServer.Railway, body + " ")).IsProblem(413, "body-too-large");
    }

    [Theory]
    [InlineData("webhooks/railway-webhook/a-guess-that-might-be-right", "railway")]
    [InlineData("webhooks/railway-webhook/n8n-n8n-n8n-n8n-n8n-n8n-n8n", "railway")]
    [InlineData("webhooks/n8n/railway-railway-railway-railway", "n8n")]
    [InlineData("webhooks/n8n/n8n-n8n-n8n-n8n-n8n-n8n-n8", "n8n")]
    public async Task An_address_that_ends_in_another_secret_is_not_there(string path, string source)
    {
        var before = await server.EventsAsync();
        var answer = await server.PostAsync(path, "{");

        answer.IsProblem(404, "not-found");
        Assert.DoesNotContain(path, answer.Body, StringComparison.Ordinal);
        await IsWrittenDownAsync(source, "not-found", before.Count);
    }

    [Theory]
    [InlineData("webhooks/railway-webhook/")]
    [InlineData("webhooks/n8n/")]
    public async Task An_address_without_the_secret_is_not_there(string path) => Assert.Equal(404, (await server.PostAsync(path, "{}")).Status);

    [Fact]
    public async Task No_secret_stands_in_the_log_or_the_audit_log()
    {
        await server.PostAsync(WebhookServer.Railway, "{");
        await server.PostAsync(WebhookServer.N8n, "{");
        await Eventually.HoldsAsync(() => server.Server.Log.Contains("/webhooks/n8n/***", StringComparison.Ordinal), "the request is in the log", TestContext.Current.CancellationToken);

        foreach (var secret in new[] { WebhookServer.RailwaySecret, WebhookServer.N8nSecret, WebhookServer.GitHubSecret })
        {
            Assert.DoesNotContain(secret, server.Server.Log, StringComparison.Ordinal);
            Assert.All(await server.RefusalsAsync(), row => Assert.DoesNotContain(secret, Kernel.Json.Write(row), StringComparison.Ordinal));
        }
    }

    private static string NewDelivery() => Guid.CreateVersion7().ToString();

    private async Task IsWrittenDownAsync(string source, string code, int eventsBefore)
    {
        Assert.Contains(await server.RefusalsAsync(), row => row.Target == $"webhook/{source}" && row.Detail["code"]!.GetValue<string>() == code && row.Detail["count"]!.GetValue<int>() > 0);
        Assert.Equal(eventsBefore, (await server.EventsAsync()).Count);
    }

    private sealed class Unannounced(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
