using System.Text.Json;
using System.Text.Json.Nodes;

namespace Steward.Agents.Sdk.Tools;

/// <summary>The way to the tools. In a run it leads to Steward, in a test to what the test has scripted.</summary>
public interface ITools
{
    /// <summary>Calls a tool.</summary>
    /// <param name="tool">Its name, such as <c>http_get</c>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellationToken">Cancels the waiting; the call itself may still come to effect.</param>
    /// <returns>What it answers.</returns>
    /// <exception cref="ToolException">It was refused or it failed.</exception>
    Task<JsonElement> CallAsync(string tool, JsonObject arguments, CancellationToken cancellationToken);
}
