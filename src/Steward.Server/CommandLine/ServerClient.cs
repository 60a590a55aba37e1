using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Kernel;
using Steward.Server.Startup;

namespace Steward.Server.CommandLine;

/// <summary>Talks to a server over its API. The address and the key come from the environment: a key in an argument would stand in every process list.</summary>
internal sealed class ServerClient : IDisposable
{
    public const string UrlVariable = "STEWARD_Url";
    public const string KeyVariable = "STEWARD_Key";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly HttpClient http;

    public ServerClient()
    {
        var url = Environment.GetEnvironmentVariable(UrlVariable) is { Length: > 0 } named ? named : ServerOptions.DefaultUrls;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || !(address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps))
        {
            throw new CommandFailure(ExitCodes.Usage, $"{UrlVariable} is not an address such as {ServerOptions.DefaultUrls}.");
        }

        Address = address;
        http = new HttpClient { BaseAddress = address, Timeout = Patience };
        var key = Environment.GetEnvironmentVariable(KeyVariable);
        HasKey = !string.IsNullOrWhiteSpace(key);
        if (HasKey)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key!.Trim());
        }
    }

    /// <summary>Where the server is.</summary>
    public Uri Address { get; }

    /// <summary>True when there is a key to show.</summary>
    public bool HasKey { get; }

    /// <summary>Reads.</summary>
    public Task<JsonNode> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, null, cancellationToken);

    /// <summary>Sends, and gives the JSON of the answer.</summary>
    /// <exception cref="CommandFailure">The server cannot be reached, or said no.</exception>
    public async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        using var answer = await AnswerAsync(method, path, body, cancellationToken);
        try
        {
            return (await JsonNode.ParseAsync(await answer.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken))!;
        }
        catch (JsonException e)
        {
            throw new CommandFailure(ExitCodes.Failed, $"What answers at {Address} is no Steward server: its answer is not JSON ({e.Message}). Check {UrlVariable}.");
        }
    }

    /// <summary>The health of the server, whatever it is.</summary>
    public async Task<JsonNode> HealthAsync(CancellationToken cancellationToken)
    {
        using var answer = await ReachAsync(new HttpRequestMessage(HttpMethod.Get, "health"), HttpCompletionOption.ResponseContentRead, cancellationToken);
        try
        {
            return (await JsonNode.ParseAsync(await answer.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken))!;
        }
        catch (JsonException)
        {
            throw new CommandFailure(ExitCodes.Unreachable, $"What answers at {Address} is no Steward server. Check {UrlVariable}.");
        }
    }

    /// <summary>Sends, and gives the answer to be read as a stream.</summary>
    public async Task<HttpResponseMessage> AnswerAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        if (!HasKey)
        {
            throw new CommandFailure(ExitCodes.NotAuthorised, $"There is no key. Set {KeyVariable} to a key of the server at {Address}; its first start shows the owner's.");
        }

        var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(Json.Options), Encoding.UTF8, "application/json");
        }

        var answer = await ReachAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            throw await RefusalAsync(answer, cancellationToken);
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<HttpResponseMessage> ReachAsync(HttpRequestMessage request, HttpCompletionOption until, CancellationToken cancellationToken)
    {
        try
        {
            return await http.SendAsync(request, until, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new CommandFailure(ExitCodes.Unreachable, $"The server at {Address} cannot be reached: {e.Message}\nStart it with 'steward up', or set {UrlVariable} to where it is.");
        }
    }

    private static async Task<CommandFailure> RefusalAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        JsonNode? problem = null;
        try
        {
            problem = await JsonNode.ParseAsync(await answer.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken);
        }
        catch (JsonException)
        {
            // A proxy's page, perhaps: the status has to do.
        }

        var field = problem.Text("field") is { } named ? $" (field '{named}')" : "";
        var message = problem.Text("detail") is { } detail ? detail + field : $"The server answered {(int)answer.StatusCode} {answer.ReasonPhrase}.";
        return new CommandFailure(answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests => ExitCodes.NotAuthorised,
            HttpStatusCode.BadRequest => ExitCodes.Usage,
            HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout => ExitCodes.Unreachable,
            _ => ExitCodes.Failed,
        }, message, problem);
    }
}
