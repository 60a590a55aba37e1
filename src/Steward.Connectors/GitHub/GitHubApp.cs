using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Steward.Platform.Http;

namespace Steward.Connectors.GitHub;

/// <summary>
/// Who we are to GitHub: the App with its signed claims, or one of its installation with a token of an hour. Tokens are
/// kept and renewed here. Thread-safe.
/// </summary>
internal sealed class GitHubApp([FromKeyedServices(GitHubIssues.Vendor)] ProviderHttp http, IOptions<GitHubOptions> options, TimeProvider clock) : IDisposable
{
    // GitHub takes at most ten minutes, by its own clock: a minute is left on either side for clocks that differ.
    private static readonly TimeSpan Back = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(540);
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(5);

    private readonly GitHubOptions settings = options.Value;
    private readonly SemaphoreSlim renewing = new(1, 1);
    private volatile Grant? current;

    /// <summary>What GitHub's documentation calls a JSON web token of the App: RS256, good for nine minutes.</summary>
    public string Claims()
    {
        var now = clock.GetUtcNow();
        var head = Part(new { alg = "RS256", typ = "JWT" });
        var body = Part(new { iat = (now - Back).ToUnixTimeSeconds(), exp = (now + Ahead).ToUnixTimeSeconds(), iss = settings.AppId });
        var signed = $"{head}.{body}";
        using var key = settings.ReadKey();
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(System.Text.Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    /// <summary>
    /// The token to send now. From five minutes before its end one caller renews it while the others go on with it; only
    /// without a good one do all wait.
    /// </summary>
    /// <exception cref="ConnectorException">GitHub gives none. Nothing was sent with it.</exception>
    public async Task<string> TokenAsync(CancellationToken cancellationToken)
    {
        if (!settings.IsApp)
        {
            return settings.Token;
        }

        var grant = current;
        if (grant is null || grant.ExpiresAt <= clock.GetUtcNow())
        {
            await renewing.WaitAsync(cancellationToken);
        }
        else if (grant.ExpiresAt - Early > clock.GetUtcNow() || !await renewing.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            return grant.Token;
        }

        try
        {
            return await RenewAsync(cancellationToken);
        }
        finally
        {
            renewing.Release();
        }
    }

    /// <summary>GitHub did not accept this token: it is not used again. False when there is nothing to renew.</summary>
    public bool Drop(string token)
    {
        var grant = current;
        if (grant?.Token == token)
        {
            Interlocked.CompareExchange(ref current, null, grant);
        }

        return settings.IsApp;
    }

    /// <inheritdoc />
    public void Dispose() => renewing.Dispose();

    private async Task<string> RenewAsync(CancellationToken cancellationToken)
    {
        var grant = current;
        if (grant?.ExpiresAt - Early > clock.GetUtcNow())
        {
            return grant!.Token;
        }

        try
        {
            // Another token is made each time and the old ones stay good: a repeat after a lost answer harms nothing.
            var fresh = await http.SendAsync(new ProviderCall("CreateInstallationToken", false, Request),
                answer => GitHubLimits.Judged(answer, clock).Json<GitHubWire.InstallationToken>(GitHubWire.Options), cancellationToken);
            current = new Grant(fresh.Token, fresh.ExpiresAt);
            return fresh.Token;
        }
        catch (ConnectorException) when (grant?.ExpiresAt > clock.GetUtcNow())
        {
            return grant!.Token;
        }
    }

    private HttpRequestMessage Request()
    {
        var request = GitHubRest.Request(HttpMethod.Post, new Uri($"{settings.BaseUrl.TrimEnd('/')}/app/installations/{settings.InstallationId}/access_tokens"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Claims());
        return request;
    }

    private static string Part<T>(T value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));

    private sealed record Grant(string Token, DateTimeOffset ExpiresAt);
}
