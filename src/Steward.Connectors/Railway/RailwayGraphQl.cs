using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Steward.Platform.Http;

namespace Steward.Connectors.Railway;

/// <summary>Carries GraphQL operations about one environment to Railway and makes sense of what comes back.</summary>
internal sealed partial class RailwayGraphQl(ProviderHttp http, RailwayAccess access, TimeProvider clock, ILogger log)
{
    public const string Vendor = "railway";

    public bool IsConfigured => access.Token.Length > 0;

    /// <summary>Sends an operation and gives the data of its answer.</summary>
    public Task<T> SendAsync<T>(RailwayOperation operation, object variables, CancellationToken cancellationToken)
    {
        Require(operation);
        var call = new ProviderCall(operation.Name, operation.ChangesSomething, () => Request(operation, variables, access.TokenKind));
        return http.SendAsync(call, answer => Read<T>(operation, answer), cancellationToken);
    }

    /// <summary>Asks a question to which a refusal is an answer, with the token as one of that kind.</summary>
    /// <exception cref="ConnectorException">It could not be asked, or Railway failed in passing.</exception>
    public Task<RailwayProbe<T>> ProbeAsync<T>(RailwayOperation operation, object variables, RailwayTokenKind kind, CancellationToken cancellationToken)
        where T : class
    {
        var sent = clock.GetUtcNow();
        var call = new ProviderCall(operation.Name, ChangesSomething: false, () =>
        {
            sent = clock.GetUtcNow();
            return Request(operation, variables, kind);
        });
        return http.SendAsync(call, answer =>
        {
            var ahead = RailwayProbe<T>.Compare(answer.Header("Date"), sent, clock.GetUtcNow());
            try
            {
                return new RailwayProbe<T>(Read<T>(operation, answer), null, ahead);
            }
            catch (ConnectorException e) when (!e.IsTransient)
            {
                return new RailwayProbe<T>(null, e.Message, ahead);
            }
        }, cancellationToken);
    }

    /// <summary>Refuses what cannot work with these access.</summary>
    public void Require(RailwayOperation operation, bool project = false)
    {
        var missing = !IsConfigured ? "Railway:Token" : project && access.Environment.ProjectId.Length == 0 ? "Railway:ProjectId" : null;
        if (missing is not null)
        {
            throw new ConnectorException(Vendor, operation.Name, $"it is not set up: {missing} is missing.") { Effect = CallEffect.None };
        }
    }

    private HttpRequestMessage Request(RailwayOperation operation, object variables, RailwayTokenKind kind)
    {
        // The rate limiter in front of Railway (Cloudflare, error 1015) answers repeated requests to one bare address with 429; a query string of its own avoids that.
        var separator = access.Endpoint.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        var address = string.Create(CultureInfo.InvariantCulture, $"{access.Endpoint}{separator}t={clock.GetUtcNow().ToUnixTimeSeconds()}");
        var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = JsonContent.Create(new { query = operation.Document, operationName = operation.Name, variables }, options: RailwayWire.Options),
        };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.UserAgent.ParseAdd("steward");
        if (kind == RailwayTokenKind.Project)
        {
            request.Headers.Add("Project-Access-Token", access.Token);
        }
        else
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", access.Token);
        }

        return request;
    }

    private T Read<T>(RailwayOperation operation, ProviderAnswer answer)
    {
        // GraphQL over HTTP: errors come with 200, or with 400 under application/graphql-response+json. Other statuses speak for themselves.
        if (!answer.IsOk && (int)answer.Status != 400)
        {
            throw IsCloudflareLimit(answer)
                ? answer.Failure("the rate limiter in front of it (Cloudflare 1015) holds us back.", transient: true, CallEffect.None)
                : answer.Refusal();
        }

        GraphQlAnswer? envelope;
        try
        {
            envelope = JsonSerializer.Deserialize<GraphQlAnswer>(answer.Body.Span, RailwayWire.Options);
            if (envelope is { HasData: true, Errors: null or [] })
            {
                return envelope.Data.Deserialize<T>(RailwayWire.Options)!;
            }
        }
        catch (JsonException e)
        {
            throw answer.IsOk ? answer.Unreadable(e) : answer.Refusal();
        }

        return envelope is { Errors: { Count: > 0 } errors }
            ? Partial<T>(operation, answer, envelope, errors)
            : throw (answer.IsOk ? answer.Unreadable(new JsonException("The answer has neither data nor errors.")) : answer.Refusal());
    }

    /// <summary>The data that came beside errors, if it is whole enough to be used and nothing was to be changed.</summary>
    private T Partial<T>(RailwayOperation operation, ProviderAnswer answer, GraphQlAnswer envelope, IReadOnlyList<GraphQlError> errors)
    {
        var text = answer.Quote(string.Join(" / ", errors.Take(3).Select(error => error.Text)));
        if (!operation.ChangesSomething && envelope.HasData)
        {
            try
            {
                var data = envelope.Data.Deserialize<T>(RailwayWire.Options)!;
                LogPartial(log, operation.Name, text);
                return data;
            }
            catch (JsonException)
            {
                // What is missing was essential: the errors say why.
            }
        }

        throw RailwayErrors.Classify(errors) switch
        {
            RailwayErrorKind.NotAllowed => answer.Failure($"the token does not allow it: {text} Check {access.TokenKey}:Token and {access.TokenKey}:TokenKind.", false, CallEffect.None),
            RailwayErrorKind.NotFound => answer.Failure($"there is no such thing: {text}", false, CallEffect.None),
            RailwayErrorKind.Invalid => answer.Failure($"it does not understand the request: {text}", false, CallEffect.None),
            RailwayErrorKind.Throttled => answer.Failure($"it is asked too often: {text}", true, CallEffect.None),
            _ => answer.Failure($"it reports a failure: {text}", true, CallEffect.Unknown),
        };
    }

    // It comes as a web page or a line of text, with status 429 as far as seen; 403 is Cloudflare's other refusal.
    private static bool IsCloudflareLimit(ProviderAnswer answer) => (int)answer.Status is 403 or 429 && CloudflareLimit().IsMatch(answer.Text);

    [GeneratedRegex(@"\berror(?: code)?:?\s+1015\b", RegexOptions.IgnoreCase)]
    private static partial Regex CloudflareLimit();
}
