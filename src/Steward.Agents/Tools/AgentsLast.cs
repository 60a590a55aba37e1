using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Agents.Catalogue;
using Steward.Agents.Runs;
using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Agents.Tools;

/// <summary>Gives what another agent's last run came to. What it says is data, as everything from outside.</summary>
internal sealed class AgentsLast(Database database) : ITool
{
    private const int LongestName = 60;

    public string Name => "agents_last";

    public string Grant => "agents";

    public string About => "What the last run of a declared agent came to: { agent } gives { number, state, text, finishedAt, handoff }, of nulls where it never ended one.";

    public async Task<JsonNode> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var name = call.Text("agent", LongestName);
        List<string> declared = [.. call.Caller.Declaration.Tools.Agents.SelectMany(call.Caller.Meant)];
        if (!declared.Contains(name))
        {
            throw new ToolFaultException("not-declared", $"The agent's declaration does not name the agent '{name}': there are {string.Join(", ", declared)}.");
        }

        return await database.ReadAsync<JsonNode>(async session =>
        {
            var other = await AgentStore.FindAsync(session, name) ?? throw new ToolFaultException("not-found", $"There is no agent '{name}'.");
            var last = await RunStore.LastEndedAsync(session, other.Id);
            var handoff = (await AgentStore.HandoffAsync(session, other.Id)).Handoff;
            return JsonSerializer.SerializeToNode(new { last?.Number, last?.State, last?.Text, last?.FinishedAt, handoff = handoff is null ? null : JsonNode.Parse(handoff) }, Json.Options)!;
        }, cancellationToken);
    }
}
