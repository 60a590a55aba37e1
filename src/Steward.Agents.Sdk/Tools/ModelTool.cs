using System.Text.Json.Nodes;

namespace Steward.Agents.Sdk.Tools;

/// <summary>Asks a language model, within the agent's budget. What it answers is data from outside.</summary>
/// <param name="tools">The way to the tools.</param>
public sealed class ModelTool(ITools tools)
{
    /// <summary>Asks.</summary>
    /// <param name="instructions">What it is to do.</param>
    /// <param name="data">What it is to do it with.</param>
    /// <param name="cancellationToken">Cancels; what was asked already is paid for.</param>
    /// <exception cref="ToolException"><c>not-set-up</c> without a model, <c>too-many</c> when the budget is used up.</exception>
    public async Task<string> AskAsync(string instructions, string data, CancellationToken cancellationToken) =>
        (await tools.CallAsync("model_ask", new JsonObject { ["instructions"] = instructions, ["data"] = data }, cancellationToken)).GetProperty("text").GetString()!;
}
