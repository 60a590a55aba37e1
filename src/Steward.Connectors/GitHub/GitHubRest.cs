using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Steward.Platform.Http;

namespace Steward.Connectors.GitHub;

/// <summary>
/// GitHub's REST API as all classes here use it: credentials, version and pages. Its methods throw
/// <see cref="ConnectorException"/> when GitHub fails or is not set up.
/// </summary>
internal sealed partial class GitHubRest(
    [FromKeyedServices(GitHubIssues.Vendor)] ProviderHttp http, GitHubApp app, GitHubAllowance allowance, IOptions<GitHubOptions> options, TimeProvider clock)
{
    /// <summary>The version of the API that is asked for, so that GitHub's changes do not surprise.</summary>
    public const string Version = "2022-11-28";

    /// <summary>GitHub's largest page.</summary>
    public const int PageSize = 100;

    private const string LimitOperation = "GetRateLimit";

    // No list ends otherwise when a server links its pages in a ring. Readers stop long before.
    private const int MaxPages = 100;
    private const int Unauthorised = 401;
    private readonly GitHubOptions settings = options.Value;

    public bool IsConfigured => settings.IsConfigured;

    /// <summary>Throws unless there are credentials. For what takes a permit: before it is redeemed.</summary>
    public void Require(string operation)
    {
        if (!IsConfigured)
        {
            throw new ConnectorException(GitHubIssues.Vendor, operation,
                "it is not set up: GitHub:Token is missing, and so are GitHub:AppId, GitHub:InstallationId and GitHub:PrivateKey. One or the other is needed.")
            {
                Effect = CallEffect.None,
            };
        }
    }

    /// <summary>Asks for one thing.</summary>
    public Task<T> GetAsync<T>(string operation, string path, CancellationToken cancellationToken) =>
        SendAsync(operation, HttpMethod.Get, path, null, answer => answer.Json<T>(GitHubWire.Options), cancellationToken);

    /// <summary>Asks for one thing; null when there is none (404).</summary>
    public Task<T?> FindAsync<T>(string operation, string path, CancellationToken cancellationToken)
        where T : class =>
        SendAsync(operation, HttpMethod.Get, path, null, answer => (int)answer.Status == 404 ? null : answer.Json<T>(GitHubWire.Options), cancellationToken);

    /// <summary>How much may still be asked in this hour.</summary>
    public async Task<GitHubRateLimit> RateLimitAsync(CancellationToken cancellationToken) =>
        (await GetAsync<GitHubWire.RateLimits>(LimitOperation, "rate_limit", cancellationToken)).ToRateLimit();

    /// <summary>Asks for a list, page by page as GitHub's Link header leads, no further than it is read.</summary>
    /// <param name="operation">The named operation.</param>
    /// <param name="path">The first page's.</param>
    /// <param name="items">What is on a page.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async IAsyncEnumerable<TItem> ListAsync<TPage, TItem>(
        string operation, string path, Func<TPage, IReadOnlyList<TItem>> items, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = path;
        for (var pages = 0; next is not null && pages < MaxPages; pages++)
        {
            (var page, next) = await SendAsync(operation, HttpMethod.Get, next, null,
                answer => (items(answer.Json<TPage>(GitHubWire.Options)), Next(answer)), cancellationToken);
            foreach (var item in page)
            {
                yield return item;
            }
        }
    }

    /// <summary>Sends a request. An App whose token GitHub does not accept any more tries once more with a fresh one.</summary>
    /// <param name="operation">The named operation.</param>
    /// <param name="method">All but GET count as changing something.</param>
    /// <param name="path">Below the root of the API, or the whole address of a page there.</param>
    /// <param name="body">JSON; null for none.</param>
    /// <param name="read">What to make of the answer.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<T> SendAsync<T>(string operation, HttpMethod method, string path, string? body, Func<ProviderAnswer, T> read, CancellationToken cancellationToken)
    {
        Require(operation);
        // Asking for the state of the limits is free.
        if (operation != LimitOperation && allowance.Objection(operation) is { } objection)
        {
            throw objection;
        }

        var token = await app.TokenAsync(cancellationToken);
        try
        {
            return await SendAsync(token);
        }
        catch (ConnectorException e) when ((int?)e.Status == Unauthorised && app.Drop(token))
        {
            return await SendAsync(await app.TokenAsync(cancellationToken));
        }

        Task<T> SendAsync(string credentials) => http.SendAsync(
            new ProviderCall(operation, method != HttpMethod.Get, () => Request(method, Address(path), credentials, body)), answer => read(GitHubLimits.Judged(allowance.Noted(answer), clock, allowance)), cancellationToken);
    }

    /// <summary>
    /// The end of a file that GitHub keeps elsewhere and points to; empty when it is gone. Our token stays here: what the
    /// address needs is in the address.
    /// </summary>
    public async Task<ReadOnlyMemory<byte>> DownloadTailAsync(string operation, string path, int maxBytes, CancellationToken cancellationToken)
    {
        var place = await SendAsync(operation, HttpMethod.Get, path, null, answer => (int)answer.Status is 404 or 410 ? null : Place(path, answer), cancellationToken);
        return place is null ? default : await http.SendAsync(
            new ProviderCall($"{operation}Content", false, () => new HttpRequestMessage(HttpMethod.Get, place)) { TailBytes = maxBytes }, Content, cancellationToken);
    }

    /// <summary>The time of GitHub's clock at the answer, to the second.</summary>
    public static DateTimeOffset? Date(ProviderAnswer answer) =>
        DateTimeOffset.TryParseExact(answer.Header("Date"), "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;

    /// <summary>Asks as the App itself, for what is the App's and not its installation's.</summary>
    public Task<T> GetAsAppAsync<T>(string operation, string path, Func<ProviderAnswer, T> read, CancellationToken cancellationToken) => http.SendAsync(
        new ProviderCall(operation, false, () => Request(HttpMethod.Get, Address(path), app.Claims())), answer => read(GitHubLimits.Judged(answer, clock)), cancellationToken);

    /// <summary>A request as GitHub wants it, still without credentials.</summary>
    public static HttpRequestMessage Request(HttpMethod method, Uri address, string? credentials = null, string? body = null)
    {
        var request = new HttpRequestMessage(method, address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/vnd.github+json"));
        request.Headers.Add("X-GitHub-Api-Version", Version);
        request.Headers.UserAgent.ParseAdd("steward");
        request.Headers.Authorization = credentials is null ? null : new AuthenticationHeaderValue("Bearer", credentials);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return request;
    }

    private Uri Address(string path) => new(path.StartsWith("http", StringComparison.Ordinal) ? path : $"{settings.BaseUrl.TrimEnd('/')}/{path}");

    private Uri Place(string path, ProviderAnswer answer)
    {
        if ((int)answer.Status is not (302 or 307) || answer.Header("Location") is not { } location)
        {
            answer.ThrowIfNotOk();
            throw answer.Failure("it was expected to say where the file is and did not.", transient: false, CallEffect.None);
        }

        // Plain http only where GitHub itself is reached so: on this machine.
        return Uri.TryCreate(Address(path), location, out var place) && (place.Scheme == "https" || place.Scheme == new Uri(settings.BaseUrl).Scheme)
            ? place
            : throw answer.Failure("it points to a file that is not at an https address.", transient: false, CallEffect.None);
    }

    private static ReadOnlyMemory<byte> Content(ProviderAnswer answer)
    {
        answer.ThrowIfNotOk();
        return answer.Body;
    }

    // A next page elsewhere would take our token there: then there is none.
    private string? Next(ProviderAnswer answer)
    {
        var link = NextPage().Match(answer.Header("Link") ?? "");
        return link.Success && Uri.TryCreate(link.Groups["url"].Value, UriKind.Absolute, out var next)
            && Uri.Compare(next, new Uri(settings.BaseUrl), UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0
            ? next.AbsoluteUri
            : null;
    }

    [GeneratedRegex(@"<(?<url>[^<>]{1,2048})>\s*;\s*rel=""next""")]
    private static partial Regex NextPage();
}
