using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Steward.Simulation.Tests;

/// <summary>Who comes in at the simulated GitHub, how far and how often.</summary>
public sealed class GitHubDoorTests : WorldTest
{
    private const string Tokens = "app/installations/737373/access_tokens";
    private const string Repository = "repos/acme/shop";
    private readonly RSA key = RSA.Create(2048);

    protected override WorldOptions Options => new() { GitHubAppPublicKey = key.ExportSubjectPublicKeyInfoPem(), GitHubRequestsPerHour = 3 };

    private long Now => Clock.GetUtcNow().ToUnixTimeSeconds();

    [Fact]
    public async Task The_App_gets_a_token_for_its_signed_claims_that_ends_after_an_hour()
    {
        var token = await TokenAsync();
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(Repository, token)).Status);

        Clock.Advance(TimeSpan.FromMinutes(60));

        Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync(Repository, token)).Status);
    }

    [Fact]
    public async Task Claims_that_are_not_the_Apps_get_nothing()
    {
        using var other = RSA.Create(2048);
        var good = Claims(key);
        string[] wrong =
        [
            Claims(other), Claims(key, ahead: 601), Claims(key, ahead: -1), Claims(key, back: -5), Claims(key, alg: "none"), Claims(key, alg: "HS256"),
            good[..^4] + "AAAA", good[..good.LastIndexOf('.')] + ".", "x.y.z", "token",
        ];

        foreach (var claims in wrong)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(Tokens, claims)).Status);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(Tokens, Claims(key, app: 1))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync("app/installations/1/access_tokens", good)).Status);
        Assert.Equal(HttpStatusCode.Created, (await PostAsync(Tokens, good)).Status);
    }

    [Fact]
    public async Task A_token_may_what_was_granted_when_it_was_made()
    {
        World.GitHub.GrantApp(new Dictionary<string, string> { ["metadata"] = "read", ["issues"] = "read" });
        var token = await TokenAsync();

        var (status, body, headers) = await PostAsync($"{Repository}/issues", token, new { title = "x" });

        Assert.Equal((HttpStatusCode.Forbidden, "Resource not accessible by integration"), (status, body["message"]!.GetValue<string>()));
        Assert.Equal("issues=write", Assert.Single(headers.GetValues("X-Accepted-GitHub-Permissions")));
        Assert.Equal(HttpStatusCode.OK, (await GetAsync($"{Repository}/issues", token)).Status);
        Assert.Empty(World.Mutations);
    }

    [Fact]
    public async Task The_hours_requests_are_counted_and_come_back_with_the_next()
    {
        for (var left = 2; left >= 0; left--)
        {
            Assert.Equal($"{left}", Assert.Single((await GetAsync(Repository, Options.GitHubToken)).Headers.GetValues("x-ratelimit-remaining")));
        }

        var (status, body, headers) = await GetAsync(Repository, Options.GitHubToken);
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("rate limit exceeded", body["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal($"{Now + 3600}", Assert.Single(headers.GetValues("x-ratelimit-reset")));
        Assert.Equal(0, (await GetAsync("rate_limit", Options.GitHubToken)).Body["rate"]!["remaining"]!.GetValue<int>());

        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(Repository, Options.GitHubToken)).Status);
    }

    [Fact]
    public async Task The_secondary_limit_refuses_as_often_as_it_is_told()
    {
        World.GitHub.LimitSecondary(1, TimeSpan.FromSeconds(60));

        var (status, _, headers) = await GetAsync(Repository, Options.GitHubToken);

        Assert.Equal((HttpStatusCode.Forbidden, TimeSpan.FromSeconds(60)), (status, headers.RetryAfter!.Delta));
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(Repository, Options.GitHubToken)).Status);
    }

    [Fact]
    public async Task The_date_is_the_worlds()
    {
        World.GitHub.ClockAhead = TimeSpan.FromMinutes(2);

        Assert.Equal(Clock.GetUtcNow() + TimeSpan.FromMinutes(2), (await GetAsync(Repository, Options.GitHubToken)).Headers.Date);
    }

    private async Task<string> TokenAsync() => (await PostAsync(Tokens, Claims(key))).Body["token"]!.GetValue<string>();

    private string Claims(RSA signer, int ahead = 540, int back = 60, long app = 424242, string alg = "RS256")
    {
        var signed = $"{Part(new { alg, typ = "JWT" })}.{Part(new { iat = Now - back, exp = Now + ahead, iss = app })}";
        return $"{signed}.{Base64Url.EncodeToString(signer.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static string Part<T>(T value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));

    private Task<(HttpStatusCode Status, JsonNode Body, System.Net.Http.Headers.HttpResponseHeaders Headers)> GetAsync(string path, string token) => SendAsync(HttpMethod.Get, path, token, null);

    private Task<(HttpStatusCode Status, JsonNode Body, System.Net.Http.Headers.HttpResponseHeaders Headers)> PostAsync(string path, string token, object? body = null) => SendAsync(HttpMethod.Post, path, token, body);

    private async Task<(HttpStatusCode Status, JsonNode Body, System.Net.Http.Headers.HttpResponseHeaders Headers)> SendAsync(HttpMethod method, string path, string token, object? body)
    {
        using var request = new HttpRequestMessage(method, new Uri(World.GitHubUrl, path)) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        using var response = await Client.SendAsync(request, Ending);
        return (response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonNode>(Ending))!, response.Headers);
    }
}
