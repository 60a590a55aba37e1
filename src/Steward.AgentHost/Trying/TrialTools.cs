using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Agents.Sdk.Testing;
using Steward.Agents.Sdk.Tools;
using Steward.Kernel;

namespace Steward.AgentHost.Trying;

/// <summary>How the tools behave in a situation.</summary>
internal sealed record Behaviour
{
    /// <summary>The declared tool that does not behave well; null when all do.</summary>
    public string? Tool { get; init; }

    /// <summary>With which code it fails.</summary>
    public string? Code { get; init; }

    /// <summary>What it answers in place of what it should.</summary>
    public Func<string, JsonObject, JsonNode?>? Garbage { get; init; }

    /// <summary>Whether it does not answer until the run is called off.</summary>
    public bool Hangs { get; init; }

    /// <summary>At which call the run is called off, from 1; 0 for never.</summary>
    public int CancelAt { get; init; }
}

/// <summary>Tools that behave as a situation has it, and remember what was asked of them.</summary>
internal sealed class TrialTools(Behaviour behaviour, Samples samples, SampleTurn turn, ScriptedTools own, CancellationTokenSource run, Action<string> hear) : ITools
{
    // A run may call tools sixty times a minute; where time does not go by, somebody has to say that it is enough.
    private const int MostCalls = 500;
    private const int Shown = 300;

    private readonly List<string> sent = [];
    private readonly List<string> asked = [];
    private int calls;

    /// <summary>What it would have sent, in order.</summary>
    public IReadOnlyList<string> Sent => sent;

    /// <summary>Every call, in order, without its data.</summary>
    public IReadOnlyList<string> Asked => asked;

    /// <summary>Messages to people.</summary>
    public int Messages { get; private set; }

    /// <summary>How many characters the longest of them has.</summary>
    public int LongestMessage { get; private set; }

    /// <summary>What was asked and no sample was there for.</summary>
    public HashSet<string> Missing { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether something was asked with a token that does not end with the run.</summary>
    public bool IgnoresToken { get; private set; }

    /// <summary>Whether a call was ended because the run was called off.</summary>
    public bool WasEnded { get; private set; }

    /// <inheritdoc />
    public async Task<JsonElement> CallAsync(string tool, JsonObject arguments, CancellationToken cancellationToken)
    {
        if (++calls == behaviour.CancelAt)
        {
            await run.CancelAsync();
        }

        IgnoresToken |= run.IsCancellationRequested && !cancellationToken.IsCancellationRequested;
        WasEnded |= cancellationToken.IsCancellationRequested;
        cancellationToken.ThrowIfCancellationRequested();
        if (calls > MostCalls)
        {
            throw new ToolException("too-many", $"More than {MostCalls} calls in one run.");
        }

        foreach (var text in arguments.Select(argument => argument.Value).OfType<JsonValue>())
        {
            hear($"{text}");
        }

        asked.Add($"{tool} {arguments["url"] ?? arguments["key"] ?? arguments["path"] ?? arguments["message"]}");
        if (behaviour.Tool is { } bad && (tool == bad || tool.StartsWith($"{bad}_", StringComparison.Ordinal)))
        {
            if (behaviour.Hangs)
            {
                WasEnded = true;
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }

            if (behaviour.Code is { } code)
            {
                throw new ToolException(code, $"The trial lets {bad} fail with '{code}'.");
            }

            if (behaviour.Garbage?.Invoke(tool, arguments) is { } garbage)
            {
                return JsonSerializer.SerializeToElement(garbage);
            }
        }

        Note(tool, arguments);
        if (samples.Answer(tool, arguments, turn) is { } sample)
        {
            return JsonSerializer.SerializeToElement(sample);
        }

        if (tool.StartsWith("http", StringComparison.Ordinal) || tool is "browser_open" or "model_ask")
        {
            Missing.Add($"{tool} {arguments["url"]}".TrimEnd());
        }

        return Answers.Of(tool, arguments) is { } answer ? JsonSerializer.SerializeToElement(answer) : await own.CallAsync(tool, arguments, cancellationToken);
    }

    private void Note(string tool, JsonObject arguments)
    {
        var what = tool switch
        {
            "notify" => $"notify [{arguments["severity"] ?? "info"}] {arguments["message"]}",
            "http_post" => string.Create(CultureInfo.InvariantCulture, $"POST {arguments["url"]} ({((string?)arguments["body"] ?? "").Length} characters)"),
            "browser_click" => $"click {arguments["selector"]}",
            "browser_fill" => string.Create(CultureInfo.InvariantCulture, $"fill {arguments["selector"]} ({((string?)arguments["value"] ?? "").Length} characters)"),
            "model_ask" => string.Create(CultureInfo.InvariantCulture, $"ask the model ({((string?)arguments["instructions"] ?? "").Length + ((string?)arguments["data"] ?? "").Length} characters)"),
            _ => null,
        };
        Messages += tool == "notify" ? 1 : 0;
        LongestMessage = Math.Max(LongestMessage, tool == "notify" ? ((string?)arguments["message"] ?? "").Length : 0);
        if (what is not null)
        {
            sent.Add(what.Cut(Shown, " ..."));
        }
    }
}
