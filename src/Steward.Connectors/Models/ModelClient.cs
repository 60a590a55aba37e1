using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Http;

namespace Steward.Connectors.Models;

/// <summary>
/// Asks a language model over Anthropic's Messages API, one question at a time, without tools: it can answer and nothing
/// else. Methods throw <see cref="ConnectorException"/> when the model fails or is not set up.
/// </summary>
public sealed class ModelClient([FromKeyedServices(ModelClient.Vendor)] ProviderHttp http, IOptions<ModelOptions> options, ModelCalls calls)
{
    /// <summary>The vendor's name, as in <see cref="ConnectorException.Vendor"/> and for its pipeline.</summary>
    public const string Vendor = "model";

    // The version of the API that its documentation asks for in this header.
    private const string Version = "2023-06-01";

    private const int LongestName = 100;

    private static readonly JsonSerializerOptions Wire = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private readonly ModelOptions settings = options.Value;

    /// <summary>True when there is a key.</summary>
    public bool IsConfigured => settings.ApiKey.Length > 0;

    /// <summary>Asks; gives what the model wrote. A question whose answer is lost was paid for: it is not asked again.</summary>
    /// <param name="permit">For <see cref="ModelCalls.Ask"/>.</param>
    /// <param name="question">What to ask.</param>
    /// <param name="cancellationToken">Cancels; once sent, the outcome then counts as unknown.</param>
    /// <exception cref="PermitRefusedException">The permit is not good for this. Nothing was sent.</exception>
    public async Task<ModelAnswer> AskAsync(Permit permit, ModelQuestion question, CancellationToken cancellationToken)
    {
        const string operation = "AskModel";
        if (!IsConfigured)
        {
            throw new ConnectorException(Vendor, operation, "it is not set up: Models:ApiKey is missing.") { Effect = CallEffect.None };
        }

        var body = new JsonObject
        {
            ["model"] = settings.Model,
            ["max_tokens"] = settings.MaxTokens,
            ["system"] = question.Instructions,
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = question.Data }),
        }.ToJsonString(Json.Options);
        return await permit.RunAsync(calls.Ask(question), sending => http.SendAsync(
            new ProviderCall(operation, true, () => Request(body)), answer => Read(answer.Json<Message>(Wire)), sending),
            answer => $"{answer.Model} answered: {answer.TokensIn} tokens in, {answer.TokensOut} out.", cancellationToken);
    }

    private HttpRequestMessage Request(string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"{settings.BaseUrl.TrimEnd('/')}/v1/messages");
        request.Headers.Add("x-api-key", settings.ApiKey);
        request.Headers.Add("anthropic-version", Version);
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return request;
    }

    // Other blocks than text are of tools and thinking, which were not asked for.
    private ModelAnswer Read(Message message) => new(
        IsName(message.Model) ? message.Model : settings.Model, string.Concat(message.Content.Where(block => block.Type == "text").Select(block => block.Text)),
        message.StopReason is not ("max_tokens" or "model_context_window_exceeded"), message.Usage?.InputTokens ?? 0, message.Usage?.OutputTokens ?? 0)
    {
        Dollars = settings.DollarsPerMillionIn + settings.DollarsPerMillionOut > 0 && message.Usage is { } usage
            ? ((usage.InputTokens * settings.DollarsPerMillionIn) + (usage.OutputTokens * settings.DollarsPerMillionOut)) / 1_000_000
            : null,
    };

    // It is shown outside of fences.
    private static bool IsName([NotNullWhen(true)] string? word) =>
        word is { Length: > 0 and <= LongestName } && word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or ':' or '/');

    private sealed record Message(IReadOnlyList<Block> Content, string? Model = null, string? StopReason = null, Counts? Usage = null);

    private sealed record Block(string Type, string? Text = null);

    private sealed record Counts(int InputTokens = 0, int OutputTokens = 0);
}
