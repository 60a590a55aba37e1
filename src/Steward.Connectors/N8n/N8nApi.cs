using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Steward.Platform.Http;

namespace Steward.Connectors.N8n;

/// <summary>Carries calls to n8n's public API, version 1.</summary>
internal sealed partial class N8nApi(ProviderHttp http, N8nOptions settings)
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, AllowDuplicateProperties = false,
    };

    // n8n's own largest page.
    public const int MaxPage = 250;

    public bool IsConfigured => settings.BaseUrl.Length > 0 && settings.ApiKey.Length > 0;

    /// <summary>Reads what is at the path.</summary>
    public Task<T> GetAsync<T>(string operation, string path, CancellationToken cancellationToken) =>
        SendAsync(operation, changes: false, HttpMethod.Get, path, null, answer => answer.Json<T>(Json), cancellationToken);

    /// <summary>Reads what is at the path; null when n8n says that there is no such thing.</summary>
    public Task<T?> FindAsync<T>(string operation, string path, CancellationToken cancellationToken)
        where T : class => SendAsync(operation, changes: false, HttpMethod.Get, path, null,
            answer => answer.Status == HttpStatusCode.NotFound ? null : answer.Json<T>(Json), cancellationToken);

    /// <summary>Changes something and reads the answer.</summary>
    public Task<T> ChangeAsync<T>(string operation, HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken) =>
        SendAsync(operation, changes: true, method, path, body, answer => Judged(answer).Json<T>(Json), cancellationToken);

    /// <summary>Refuses what cannot work with these settings.</summary>
    public void Require(string operation)
    {
        if (!IsConfigured)
        {
            throw new ConnectorException(N8nAlerts.Vendor, operation, $"it is not set up: N8n:{(settings.BaseUrl.Length == 0 ? "BaseUrl" : "ApiKey")} is missing.") { Effect = CallEffect.None };
        }
    }

    // "Cannot publish workflow: ...\n\nNode "Send":\n  - Missing required credential: telegramApi"
    private static ProviderAnswer Judged(ProviderAnswer answer)
    {
        if (answer.Status == HttpStatusCode.BadRequest && Message(answer) is { } message && message.Contains("Missing required credential", StringComparison.Ordinal))
        {
            var nodes = string.Join(", ", NodeName().Matches(message).Select(match => $"'{answer.Quote(match.Groups[1].Value)}'").Distinct());
            throw answer.Failure($"nodes of the workflow have no credentials yet: {nodes}. Open it in n8n and choose them there.", transient: false, CallEffect.None);
        }

        return answer;
    }

    private static string? Message(ProviderAnswer answer)
    {
        try
        {
            return JsonSerializer.Deserialize<Said>(answer.Body.Span, Json)?.Message;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex("Node \"(.{1,200}?)\":", RegexOptions.CultureInvariant)]
    private static partial Regex NodeName();

    /// <summary>A failure of a look that was to tell how a change had ended: now nobody knows.</summary>
    public static ConnectorException Open(ConnectorException look, string message) =>
        new(look.Vendor, look.Operation, $"{message}. {look.Message}", look) { Status = look.Status, IsTransient = look.IsTransient, RetryAfter = look.RetryAfter, Effect = CallEffect.Unknown };

    private Task<T> SendAsync<T>(string operation, bool changes, HttpMethod method, string path, JsonObject? body, Func<ProviderAnswer, T> read, CancellationToken cancellationToken)
    {
        Require(operation);
        var text = body?.ToJsonString();
        return http.SendAsync(new ProviderCall(operation, changes, () =>
        {
            var request = new HttpRequestMessage(method, $"{settings.BaseUrl.TrimEnd('/')}/api/v1/{path}");
            request.Headers.Add("X-N8N-API-KEY", settings.ApiKey);
            request.Headers.UserAgent.ParseAdd("steward");
            request.Content = text is null ? null : new StringContent(text, Encoding.UTF8, "application/json");
            return request;
        }), read, cancellationToken);
    }

    private sealed record Said(string? Message = null);
}
