using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using Steward.Kernel;
using Steward.Platform.Http;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;
using ChatResponseFormat = Microsoft.Extensions.AI.ChatResponseFormat;
using ChatFinishReason = Microsoft.Extensions.AI.ChatFinishReason;

namespace Steward.Connectors.Models;

/// <summary>Speaks with a model through its vendor's library, behind the one face that both have.</summary>
internal static partial class ModelWire
{
    // Ours ends a call; the libraries' own limit only has to be longer.
    private static readonly TimeSpan NoLimit = TimeSpan.FromHours(1);

    // Anthropic's own API takes a key as its library sends it; others that speak its words may know the older header alone.
    private const string AnthropicHost = "api.anthropic.com";
    private const string OlderKeyHeader = "x-api-key";

    // A connection on which nothing moves for minutes is cut by whatever stands between: a long answer comes in pieces.
    private const int LongestWhole = 4000;

    /// <summary>Asks once.</summary>
    /// <param name="http">Sends the request.</param>
    /// <param name="route">Whom.</param>
    /// <param name="question">What.</param>
    /// <param name="maxTokens">How long the answer may be.</param>
    /// <param name="onText">Hears the words as they come; null when nobody listens.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<ModelReading> AskAsync(
        HttpClient http, ModelRoute route, ModelQuestion question, int maxTokens, Action<string>? onText, CancellationToken cancellationToken)
    {
        if (route.Server is { Provider: ModelProvider.Anthropic, ApiKey.Length: > 0 } && route.Server.Address.Host != AnthropicHost)
        {
            http.DefaultRequestHeaders.Add(OlderKeyHeader, route.Server.ApiKey);
        }

        using var chat = Chat(http, route);
        var messages = Messages(question, route.Server.Provider);
        var options = Options(route, question, maxTokens);
        if (onText is null && maxTokens <= LongestWhole)
        {
            return Read(route, await chat.GetResponseAsync(messages, options, cancellationToken));
        }

        var (pieces, refused) = (new List<ChatResponseUpdate>(), false);
        try
        {
            await foreach (var piece in chat.GetStreamingResponseAsync(messages, options, cancellationToken))
            {
                pieces.Add(piece);
                // The library makes a content of a refusal in an answer that comes whole, and of none that comes in pieces.
                refused |= piece.RawRepresentation is StreamingChatCompletionUpdate { RefusalUpdate.Length: > 0 };
                if (onText is not null && piece.Text is { Length: > 0 } text)
                {
                    onText(text);
                }
            }
        }
        catch (AnthropicSseException e)
        {
            throw new ConnectorException(route.Server.Vendor, ModelClient.Operation, $"its answer broke off{ErrorOf(e)}.") { IsTransient = true };
        }

        var reading = Read(route, pieces.ToChatResponse());
        return refused ? reading with { IsRefusal = true } : reading;
    }

    // The kind of error is one word of Anthropic's; the rest may quote what was asked.
    private static string ErrorOf(AnthropicSseException error) => ErrorKind().Match(error.Message) is { Success: true, Value: var kind } ? $" with {kind}" : "";

    private static IChatClient Chat(HttpClient http, ModelRoute route) => route.Server.Provider switch
    {
        // What is not set here would be looked for in the environment.
        ModelProvider.Anthropic => new AnthropicClient
        {
            ApiKey = Key(route.Server), BaseUrl = route.Server.Address.ToString().TrimEnd('/'), HttpClient = http, MaxRetries = 0, Timeout = NoLimit, OpenTelemetry = false,
        }.AsIChatClient(route.Model),
        _ => new ChatClient(route.Model, new ApiKeyCredential(Key(route.Server)), new OpenAIClientOptions
        {
            Endpoint = route.Server.Address, Transport = new HttpClientPipelineTransport(http), RetryPolicy = new ClientRetryPolicy(0), NetworkTimeout = NoLimit, EnableDistributedTracing = false,
        }).AsIChatClient(),
    };

    // Servers on this machine want none, and the libraries want one.
    private static string Key(ModelServer server) => server.ApiKey.Length > 0 ? server.ApiKey : "none";

    private static List<ChatMessage> Messages(ModelQuestion question, ModelProvider provider)
    {
        // Not every server that speaks the protocol heeds a schema that stands in the request alone.
        var instructions = question.Schema is { } schema
            ? $"{question.Instructions}\n\nAnswer with one JSON document and nothing else, without Markdown. It has to fit this JSON schema:\n{schema.ToJsonString(Json.Options)}"
            : question.Instructions;
        return
        [
            // A cache holds what stands up to its mark, and is read where all of that is the same again.
            new(ChatRole.System, provider != ModelProvider.Anthropic ? [new TextContent(question.Guide + instructions)]
                : question.Guide.Length == 0 ? [Cached(instructions)] : [Cached(question.Guide), new TextContent(instructions)]),
            new(ChatRole.User, question.Data),
        ];
    }

    private static TextContent Cached(string text) => new TextContent(text).WithCacheControl(new CacheControlEphemeral());

    private static ChatOptions Options(ModelRoute route, ModelQuestion question, int maxTokens) => new()
    {
        MaxOutputTokens = maxTokens,
        ResponseFormat = question.Schema is { } schema
            ? ChatResponseFormat.ForJsonSchema(JsonSerializer.SerializeToElement(schema), "answer")
            : null,
        RawRepresentationFactory = route.Server is { Provider: ModelProvider.OpenAI, IsLocal: true } ? _ => OlderLimit(maxTokens) : null,
    };

#pragma warning disable SCME0001 // The library's way to send what it has no name for.
    // Ollama and others on this machine know the limit by its older name only, and OpenAI itself by the newer one only.
    private static ChatCompletionOptions OlderLimit(int maxTokens)
    {
        var options = new ChatCompletionOptions();
        options.Patch.Set("$.max_tokens"u8, maxTokens);
        return options;
    }
#pragma warning restore SCME0001

    // Other contents than text are of tools and thinking, which were not asked for.
    private static ModelReading Read(ModelRoute route, ChatResponse response)
    {
        var text = new StringBuilder();
        var refusal = response.FinishReason == ChatFinishReason.ContentFilter;
        foreach (var content in response.Messages.SelectMany(message => message.Contents))
        {
            text.Append((content as TextContent)?.Text);
            refusal |= content is ErrorContent { ErrorCode: "Refusal" };
        }

        return new(
            ModelReading.IsName(response.ModelId) ? response.ModelId : route.Model, text.ToString(), response.FinishReason == ChatFinishReason.Stop, refusal,
            Word(route.Server.Provider, response.FinishReason), Usage(response.Usage));
    }

    private static ModelUsage? Usage(UsageDetails? usage) => usage is { InputTokenCount: { } read, OutputTokenCount: { } written }
        ? new(read, written, usage.CachedInputTokenCount ?? 0, usage.AdditionalCounts?.GetValueOrDefault("CacheCreationInputTokens") ?? 0)
        : null;

    // The libraries make one word of both providers'.
    private static string? Word(ModelProvider provider, ChatFinishReason? reason) => (provider, reason?.Value) switch
    {
        (ModelProvider.Anthropic, "stop") => "end_turn",
        (ModelProvider.Anthropic, "length") => "max_tokens",
        (ModelProvider.Anthropic, "content_filter") => "refusal",
        (_, var word) => word,
    };

    [GeneratedRegex("[a-z_]{1,40}_error")]
    private static partial Regex ErrorKind();
}
