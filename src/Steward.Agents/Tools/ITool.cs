using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Agents.Catalogue;
using Steward.Agents.Declarations;

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
internal sealed record ToolCall(ToolCaller Caller, int Number, IReadOnlyDictionary<string, JsonElement> Arguments)
{
    /// <summary>An argument that has to be a text.</summary>
    /// <exception cref="ToolFaultException">It is missing, none, or too long.</exception>
    public string Text(string name, int longest = 4000) =>
        !Arguments.TryGetValue(name, out var value) || value.ValueKind != JsonValueKind.String ? throw new ToolFaultException("invalid", $"'{name}' must be a text.")
        : value.GetString()!.Length > longest ? throw new ToolFaultException("too-large", $"'{name}' has more than {longest} characters.")
        : value.GetString()!;
}

/// <summary>Who calls a tool.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Declaration">What it may.</param>
/// <param name="RunId">The run.</param>
/// <param name="CorrelationId">Ties the run to its cause.</param>
internal sealed record ToolCaller(Agent Agent, Declaration Declaration, Guid RunId, string CorrelationId);

/// <summary>A tool was refused or failed; the agent gets to know.</summary>
/// <param name="code">Why, as the kit lists it.</param>
/// <param name="message">For people.</param>
internal sealed class ToolFaultException(string code, string message) : Exception(message)
{
    /// <summary>Why, as the kit lists it.</summary>
    public string Code { get; } = code;
}
