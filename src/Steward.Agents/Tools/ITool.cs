using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Agents.Browsing;
using Steward.Agents.Catalogue;
using Steward.Agents.Declarations;
using Steward.Connectors.Web;
using Steward.Governance.Calls;

namespace Steward.Agents.Tools;

/// <summary>A tool that agents may use. It checks what it is given: the agent is a stranger.</summary>
internal interface ITool
{
    /// <summary>Its name, as the agent calls it.</summary>
    string Name { get; }

    /// <summary>The name under which a declaration asks for it.</summary>
    string Grant { get; }

    /// <summary>What it does, for whoever lists the tools.</summary>
    string About { get; }

    /// <summary>Does it.</summary>
    /// <exception cref="ToolFaultException">It is refused or it failed.</exception>
    Task<JsonNode> CallAsync(ToolCall call, CancellationToken cancellationToken);
}

/// <summary>One call of a tool.</summary>
/// <param name="Caller">Which agent calls, in which run.</param>
/// <param name="Number">Which call of the run it is, from 1.</param>
/// <param name="Arguments">What it was given.</param>
/// <param name="BeforeLarge">Waits for the room that a large answer needs; asked before the answer is in memory.</param>
internal sealed record ToolCall(ToolCaller Caller, int Number, IReadOnlyDictionary<string, JsonElement> Arguments, Func<CancellationToken, Task> BeforeLarge)
{
    /// <summary>The room for a large body that it reads from a web server.</summary>
    public LargeBodies Bodies => new(Caller.Reading, BeforeLarge);

    /// <summary>An argument that has to be a text.</summary>
    /// <exception cref="ToolFaultException">It is missing, none, or too long.</exception>
    public string Text(string name, int longest = 4000) =>
        !Arguments.TryGetValue(name, out var value) || value.ValueKind != JsonValueKind.String ? throw new ToolFaultException("invalid", $"'{name}' must be a text.")
        : value.GetString()!.Length > longest ? throw new ToolFaultException("too-large", $"'{name}' has more than {longest} characters.")
        : value.GetString()!;

    /// <summary>An argument that may be left out; null when it is, or is empty.</summary>
    /// <exception cref="ToolFaultException">It is something else than a text, or too long.</exception>
    public string? TextOrNull(string name, int longest = 4000) =>
        Arguments.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null && Text(name, longest) is { Length: > 0 } text ? text : null;

    /// <summary>A whole number that may be left out.</summary>
    /// <exception cref="ToolFaultException">It is something else, or out of its range.</exception>
    public int Count(string name, int preset, int least, int most) =>
        !Arguments.TryGetValue(name, out var value) || value.ValueKind == JsonValueKind.Null ? preset
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most ? number
        : throw new ToolFaultException("invalid", $"'{name}' must be a whole number from {least} to {most}.");

    /// <summary>A yes or no that may be left out, which is a no.</summary>
    /// <exception cref="ToolFaultException">It is something else.</exception>
    public bool Flag(string name) =>
        Arguments.TryGetValue(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False)
        && (value.ValueKind == JsonValueKind.True ? true : throw new ToolFaultException("invalid", $"'{name}' must be true or false."));

    /// <summary>Texts that may be left out.</summary>
    /// <exception cref="ToolFaultException">It is something else than a list of texts, or too many.</exception>
    public IReadOnlyList<string> Texts(string name, int most) =>
        !Arguments.TryGetValue(name, out var value) || value.ValueKind == JsonValueKind.Null ? []
        : value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= most && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) ? [.. value.EnumerateArray().Select(item => item.GetString()!)]
        : throw new ToolFaultException("invalid", $"'{name}' must be a list of at most {most} texts.");

    /// <summary>A time that may be left out.</summary>
    /// <exception cref="ToolFaultException">It is no time.</exception>
    public DateTimeOffset? TimeOrNull(string name) =>
        TextOrNull(name, 60) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time
        : throw new ToolFaultException("invalid", $"'{name}' is not a time, such as 2030-01-01T08:00:00Z.");
}

/// <summary>Who calls a tool.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Declaration">What it may.</param>
/// <param name="RunId">The run.</param>
/// <param name="CorrelationId">Ties the run to its cause.</param>
/// <param name="Attempt">Which attempt of it.</param>
internal sealed record ToolCaller(Agent Agent, Declaration Declaration, Guid RunId, string CorrelationId, int Attempt = 1)
{
    /// <summary>Tells its calls apart.</summary>
    public required RunOccasions Occasions { get; init; }

    /// <summary>Held while the run reads a large body from a web server: one at a time.</summary>
    public required SemaphoreSlim Reading { get; init; }

    /// <summary>The run's browser, which is started when it is first used.</summary>
    public RunBrowser? Browser { get; init; }

    /// <summary>What the agent's owner set for a setting that a declaration names in braces; the word itself where it names none.</summary>
    public IEnumerable<string> Meant(string word) => SettingValues.Meant(word, SettingValues.Of(Declaration, Agent.Settings));
}

/// <summary>A tool was refused or failed; the agent gets to know.</summary>
/// <param name="code">Why, as the kit lists it.</param>
/// <param name="message">For people.</param>
internal sealed class ToolFaultException(string code, string message) : Exception(message)
{
    /// <summary>Why, as the kit lists it.</summary>
    public string Code { get; } = code;

    /// <summary>Why a call was not done.</summary>
    public static ToolFaultException Of(DirectOutcome outcome) => new("refused", outcome switch
    {
        DirectOutcome.Waiting waiting => $"A person has to decide (approval {waiting.ApprovalId}): {waiting.Reason}",
        DirectOutcome.Held held => held.Reason,
        DirectOutcome.Denied denied => denied.Reason,
        DirectOutcome.Unknown unknown => unknown.Reason,
        _ => "It was done before; it is not repeated.",
    });
}
