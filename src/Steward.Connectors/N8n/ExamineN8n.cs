using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Steward.Platform.Http;

namespace Steward.Connectors.N8n;

/// <summary>Looks whether Steward can work with n8n. Nothing is changed by it, and no workflow is started.</summary>
public sealed partial class ExamineN8n([FromKeyedServices(N8nAlerts.Vendor)] ProviderHttp http, IOptions<N8nOptions> options, TimeProvider clock)
{
    /// <summary>What Steward needs the key for, by n8n's names of the scopes.</summary>
    public static IReadOnlyList<(string Scope, string Purpose)> Needed { get; } =
    [
        ("workflow:list", "list, export and import workflows"),
        ("workflow:read", "list, export and import workflows"),
        ("workflow:create", "import workflows"),
        ("workflow:update", "import workflows"),
        ("workflow:activate", "activate workflows"),
        ("workflow:deactivate", "deactivate and delete workflows"),
        ("workflow:delete", "delete workflows"),
        ("execution:list", "see failing workflows, find what was started, look whether an alert arrived"),
        ("execution:read", "see why a workflow failed"),
        ("execution:retry", "run failed executions again"),
        ("execution:stop", "stop executions"),
    ];

    // Approvals, executions and keys end by the clock.
    private static readonly TimeSpan ClockDrift = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ExpiresSoon = TimeSpan.FromDays(14);
    private readonly N8nOptions settings = options.Value;

    /// <summary>Looks.</summary>
    public async Task<N8nExamination> HandleAsync(CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        if (settings.BaseUrl.Length == 0 || settings.ApiKey.Length == 0)
        {
            problems.Add($"N8n:{(settings.BaseUrl.Length == 0 ? "BaseUrl" : "ApiKey")} is not set: n8n can be sent alerts at the most. See docs/n8n.md.");
        }

        var (reachable, ahead) = settings.BaseUrl.Length == 0 ? (null, null) : await ReachAsync(problems, cancellationToken);
        var version = reachable == true ? await VersionAsync(cancellationToken) : null;
        var (accepted, granted) = reachable == true && settings.ApiKey.Length > 0 ? await KeyAsync(problems, cancellationToken) : (null, null);
        var expires = KeyExpiry();
        if (expires is { } end && end < clock.GetUtcNow() + ExpiresSoon)
        {
            problems.Add(end < clock.GetUtcNow() ? $"The key ended at {end:u}. Make another in n8n under Settings, n8n API." : $"The key ends at {end:u}. Make another in n8n under Settings, n8n API, before that.");
        }

        var live = settings.AlertWebhook.Length == 0 ? null : await AlertWebhookAsync(problems, cancellationToken);
        var scopes = Scopes(granted, problems);
        return new N8nExamination(settings.BaseUrl.Length == 0 ? null : settings.BaseUrl, reachable, version, accepted, expires, scopes, ahead, live, problems);
    }

    private async Task<(bool? Reachable, double? Ahead)> ReachAsync(List<string> problems, CancellationToken cancellationToken)
    {
        try
        {
            var (well, ahead) = await http.SendAsync(Look("Health", "healthz"), answer => (
                answer.IsOk && answer.Text.Contains("\"ok\"", StringComparison.Ordinal),
                DateTimeOffset.TryParse(answer.Header("Date"), CultureInfo.InvariantCulture, out var theirs) ? Math.Round((clock.GetUtcNow() - theirs).TotalSeconds) : default(double?)), cancellationToken);
            if (!well)
            {
                problems.Add("What answers at N8n:BaseUrl is not n8n, or n8n is not well: its /healthz does not say ok. Is the address n8n's root, without /api/v1?");
            }

            if (Math.Abs(ahead ?? 0) > ClockDrift.TotalSeconds)
            {
                problems.Add($"This machine's clock is {Math.Abs(ahead!.Value):0} s {(ahead > 0 ? "ahead of" : "behind")} n8n's. Let both keep their time by NTP.");
            }

            return (well, ahead);
        }
        catch (ConnectorException e)
        {
            problems.Add(e.Message);
            return (false, null);
        }
    }

    // <meta name="n8n:config:sentry" content="base64 of {"release":"n8n@2.41.1"}">
    private async Task<string?> VersionAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await http.SendAsync(Look("Editor", ""), answer => About().Match(answer.Text) is { Success: true } about
                && Base64(about.Groups[1].Value) is { } text && Release().Match(text) is { Success: true } release ? release.Groups[1].Value : null, cancellationToken);
        }
        catch (ConnectorException)
        {
            return null;
        }
    }

    private async Task<(bool? Accepted, IReadOnlySet<string>? Scopes)> KeyAsync(List<string> problems, CancellationToken cancellationToken)
    {
        try
        {
            var (status, scopes) = await http.SendAsync(Look("Discover", "api/v1/discover", withKey: true), answer => (answer.Status, answer.IsOk ? Listed(answer.Text) : null), cancellationToken);
            if (status == HttpStatusCode.NotFound)
            {
                // An n8n before 2.x does not tell; a list says at least whether the key is good.
                status = await http.SendAsync(Look("ListWorkflows", "api/v1/workflows?limit=1", withKey: true), answer => answer.Status, cancellationToken);
            }

            if (status == HttpStatusCode.Unauthorized)
            {
                problems.Add("n8n does not accept N8n:ApiKey. Make one in n8n under Settings, n8n API; it must be of this n8n.");
            }
            else if ((int)status >= 400 && status != HttpStatusCode.Forbidden)
            {
                problems.Add($"n8n's API answers {(int)status} at N8n:BaseUrl/api/v1. Is the address n8n's root, and is the API not disabled (N8N_PUBLIC_API_DISABLED)?");
            }

            return (status != HttpStatusCode.Unauthorized && (int)status is < 400 or 403, scopes);
        }
        catch (ConnectorException e)
        {
            problems.Add(e.Message);
            return (null, null);
        }
    }

    private async Task<bool?> AlertWebhookAsync(List<string> problems, CancellationToken cancellationToken)
    {
        try
        {
            var methods = await http.SendAsync(new ProviderCall("LookAtWebhook", false, () => N8nWebhooks.LiveRequest(settings.AlertWebhook, "POST", settings.AlertWebhook)),
                answer => answer.Header("Access-Control-Allow-Methods"), cancellationToken);
            var live = methods?.Contains("POST", StringComparison.OrdinalIgnoreCase);
            if (live == false)
            {
                problems.Add("No workflow listens at N8n:AlertWebhook. Import the alert workflow ('steward n8n import workflows/n8n'), give it its credentials, activate it, and check the address.");
            }

            return live;
        }
        catch (ConnectorException e)
        {
            problems.Add($"N8n:AlertWebhook: {e.Message}");
            return false;
        }
    }

    private static List<N8nScope> Scopes(IReadOnlySet<string>? granted, List<string> problems)
    {
        var needed = Needed.Select(one => new N8nScope(one.Scope, one.Purpose, granted?.Contains(one.Scope))).ToList();
        if (needed.Where(one => one.Granted == false).ToList() is { Count: > 0 } missing)
        {
            problems.Add($"The key may not {string.Join(", ", missing.Select(one => one.Purpose).Distinct())}: it lacks {string.Join(", ", missing.Select(one => one.Name))}. Make a key with these scopes in n8n, or do without.");
        }

        return [.. needed, .. (granted ?? new HashSet<string>()).Except(needed.Select(one => one.Name)).Order(StringComparer.Ordinal).Select(name => new N8nScope(name, null, true))];
    }

    // The keys of n8n since 1.x are JSON web tokens; only their end is read, and it is not trusted.
    private DateTimeOffset? KeyExpiry() => settings.ApiKey.Split('.') is [_, var payload, _] && Base64(payload.Replace('-', '+').Replace('_', '/')) is { } json
        && Expiry().Match(json) is { Success: true } end && long.TryParse(end.Groups[1].ValueSpan, out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    private static HashSet<string>? Listed(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Discovery>(text, N8nApi.Json)?.Data.Scopes.ToHashSet(StringComparer.Ordinal);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private ProviderCall Look(string operation, string path, bool withKey = false) => new(operation, false, () =>
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"{settings.BaseUrl.TrimEnd('/')}/{path}");
        request.Headers.UserAgent.ParseAdd("steward");
        if (withKey)
        {
            request.Headers.Add("X-N8N-API-KEY", settings.ApiKey);
        }

        return request;
    });

    private static string? Base64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }

    [GeneratedRegex("""<meta name="n8n:config:sentry" content="([A-Za-z0-9+/=]{1,2000})">""", RegexOptions.CultureInvariant)]
    private static partial Regex About();

    [GeneratedRegex("\"release\":\"n8n@([0-9A-Za-z.-]{1,40})\"", RegexOptions.CultureInvariant)]
    private static partial Regex Release();

    [GeneratedRegex("\"exp\":([0-9]{1,11})[,}]", RegexOptions.CultureInvariant)]
    private static partial Regex Expiry();

    private sealed record Discovery(DiscoveryData Data);

    private sealed record DiscoveryData(IReadOnlyList<string> Scopes);
}
