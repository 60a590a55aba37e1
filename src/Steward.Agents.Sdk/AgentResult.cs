using System.Text.Json;

namespace Steward.Agents.Sdk;

/// <summary>How a run went. Made with <see cref="Success"/> or <see cref="Failure"/>.</summary>
public sealed record AgentResult
{
    private AgentResult(bool isSuccess, string text, JsonElement? handoff) => (IsSuccess, Text, Handoff) = (isSuccess, text, handoff);

    /// <summary>True when the agent did what it is for.</summary>
    public bool IsSuccess { get; }

    /// <summary>What came of it, or why it failed, for people; the first 10,000 characters are kept.</summary>
    public string Text { get; }

    /// <summary>What the next run finds in <see cref="AgentContext.Handoff"/>; null leaves what was there.</summary>
    public JsonElement? Handoff { get; }

    /// <summary>The agent did what it is for, also when there was nothing to tell.</summary>
    /// <param name="output">What came of it, for people.</param>
    /// <param name="handoff">What the next run is to know: a record or an anonymous object, at most 10,000 characters as JSON. Null leaves what was there.</param>
    public static AgentResult Success(string output, object? handoff = null) => new(true, output, ToJson(handoff));

    /// <summary>The agent could not do what it is for. It is tried again after 2, 4 and 8 seconds.</summary>
    /// <param name="reason">Why, for people, and what could be done.</param>
    /// <param name="handoff">As for <see cref="Success"/>; the next attempt finds it, too.</param>
    public static AgentResult Failure(string reason, object? handoff = null) => new(false, reason, ToJson(handoff));

    /// <summary>What stands in the place of a result that there is not.</summary>
    public static AgentResult None { get; } = Failure("The agent's run gave no result: return AgentResult.Success(...) or AgentResult.Failure(...).");

    private static JsonElement? ToJson(object? value) => value is null ? null : JsonSerializer.SerializeToElement(value, AgentJson.Options);
}
