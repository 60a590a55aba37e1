using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Steward.Governance.Calls;
using Steward.Platform.Http;

namespace Steward.Connectors.GitHub;

/// <summary>
/// The issues of one repository. An issue that Steward opens carries a label and a hidden marker with its key: after an
/// unknown outcome, <see cref="FindIssueAsync"/> says whether it was opened. Methods throw <see cref="ConnectorException"/>
/// when GitHub fails or is not set up.
/// </summary>
public sealed class GitHubIssues([FromKeyedServices(GitHubIssues.Vendor)] ProviderHttp http, IOptions<GitHubOptions> options, GitHubCalls calls, TimeProvider clock)
{
    /// <summary>The vendor's name, as in <see cref="ConnectorException.Vendor"/> and for its pipeline.</summary>
    public const string Vendor = "github";

    /// <summary>The label of every issue that Steward opens. Only who may label issues of the repository can give it, so a stranger's issue with our marker does not count.</summary>
    public const string Label = "steward";

    // A hundred is GitHub's largest page. Who looks for an issue opened it moments ago: a thousand newer ones of ours do not come between.
    private const int PageSize = 100;
    private const int MaxPages = 10;
    private readonly GitHubOptions settings = options.Value;

    /// <summary>True when there is a token.</summary>
    public bool IsConfigured => settings.Token.Length > 0;

    /// <summary>
    /// The issue of a key, open or closed by now; null when there is none among the thousand newest that have our label.
    /// Also a closed one says that it was opened.
    /// </summary>
    public async Task<GitHubIssue?> FindIssueAsync(string key, CancellationToken cancellationToken)
    {
        const string operation = "ListIssues";
        Require(operation);
        var marker = GitHubCalls.Marker(key);
        for (var page = 1; page <= MaxPages; page++)
        {
            var path = $"issues?state=all&labels={Label}&per_page={PageSize}&page={page}";
            var issues = await http.SendAsync(new ProviderCall(operation, false, () => Request(HttpMethod.Get, path)),
                answer => Judged(answer).Json<IReadOnlyList<GitHubWire.Issue>>(GitHubWire.Options), cancellationToken);
            if (issues.FirstOrDefault(issue => issue.PullRequest is null && issue.Body?.Contains(marker, StringComparison.Ordinal) == true) is { } found)
            {
                return found.ToIssue();
            }

            if (issues.Count < PageSize)
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>Opens an issue.</summary>
    /// <param name="permit">For <see cref="GitHubCalls.CreateIssue"/>.</param>
    /// <param name="draft">What to write.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public async Task<GitHubIssue> CreateIssueAsync(Permit permit, IssueDraft draft, CancellationToken cancellationToken)
    {
        const string operation = "CreateIssue";
        Require(operation);
        var call = calls.CreateIssue(draft);
        var body = call.Arguments.ToJsonString();
        return await permit.RunAsync(call, sending => http.SendAsync(
            new ProviderCall(operation, true, () => Request(HttpMethod.Post, "issues", body)),
            answer => Judged(answer).Json<GitHubWire.Issue>(GitHubWire.Options).ToIssue(), sending),
            issue => $"Issue {issue.Number}: {issue.Url}", cancellationToken);
    }

    private HttpRequestMessage Request(HttpMethod method, string path, string? body = null)
    {
        var request = new HttpRequestMessage(method, $"{settings.BaseUrl.TrimEnd('/')}/repos/{settings.Repository}/{path}");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/vnd.github+json"));
        request.Headers.Add("X-GitHub-Api-Version", "2022-11-28");
        request.Headers.UserAgent.ParseAdd("steward");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", settings.Token);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return request;
    }

    // GitHub says "too often" with 403 as well as with 429: the hourly limit by x-ratelimit-remaining 0 and the time of its
    // end, the secondary limits by Retry-After or by words (GitHub's documentation of rate limits).
    private ProviderAnswer Judged(ProviderAnswer answer)
    {
        if ((int)answer.Status is not (403 or 429))
        {
            return answer;
        }

        var spent = answer.Header("x-ratelimit-remaining") == "0";
        if (!spent && answer.RetryAfter is null && !answer.Text.Contains("rate limit", StringComparison.OrdinalIgnoreCase))
        {
            return answer;
        }

        var wait = answer.RetryAfter ?? (spent && long.TryParse(answer.Header("x-ratelimit-reset"), out var reset) ? Until(reset) : null);
        throw answer.Failure($"it is asked too often. {answer.Quote(answer.Text)}", transient: true, CallEffect.None, wait: wait);
    }

    private TimeSpan? Until(long reset)
    {
        if (reset < 0 || reset > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            return null;
        }

        var left = DateTimeOffset.FromUnixTimeSeconds(reset) - clock.GetUtcNow();
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private void Require(string operation)
    {
        if (!IsConfigured)
        {
            throw new ConnectorException(Vendor, operation, "it is not set up: GitHub:Token is missing.") { Effect = CallEffect.None };
        }
    }
}
