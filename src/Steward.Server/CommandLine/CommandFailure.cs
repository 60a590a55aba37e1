using System.Text.Json.Nodes;

namespace Steward.Server.CommandLine;

/// <summary>A command that cannot go on: its message is for people, its code for scripts.</summary>
internal sealed class CommandFailure(int exitCode, string message, JsonNode? problem = null) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    /// <summary>The server's own words, where it said any.</summary>
    public JsonNode? Problem { get; } = problem;
}
