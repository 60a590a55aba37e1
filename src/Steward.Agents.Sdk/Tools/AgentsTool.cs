using System.Text.Json;
using System.Text.Json.Nodes;

namespace Steward.Agents.Sdk.Tools;

/// <summary>Reads what other agents came to; needs <c>"agents": { "names": [...] }</c>.</summary>
/// <param name="tools">The way to the tools.</param>
public sealed class AgentsTool(ITools tools)
{
    /// <summary>What the last run of a declared agent came to. It comes from outside: do not trust it more than that agent.</summary>
    public async Task<OtherResult> LastAsync(string agent, CancellationToken cancellationToken) =>
        (await tools.CallAsync("agents_last", new JsonObject { ["agent"] = agent }, cancellationToken)).Deserialize<OtherResult>(AgentJson.Options)!;
}

/// <summary>What another agent's last run came to.</summary>
/// <param name="Number">Which of its runs it was; null when it never ended one.</param>
/// <param name="State">How it ended: <c>succeeded</c>, <c>failed</c>, <c>timedOut</c> and so on.</param>
/// <param name="Text">What it said, or why it failed.</param>
/// <param name="FinishedAt">When it ended.</param>
/// <param name="Handoff">What the last of its runs that succeeded handed on.</param>
public sealed record OtherResult(long? Number, string? State, string? Text, DateTimeOffset? FinishedAt, JsonElement? Handoff)
{
    /// <summary>Whether it did what it is for.</summary>
    public bool IsSuccess => State == "succeeded";
}
