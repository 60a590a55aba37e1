using System.Text.Json.Nodes;
using Steward.Agents.Sdk;
using Steward.Kernel;

namespace Steward.AgentHost.Trying;

/// <summary>An agent that does nothing, or that does everything at once with some words.</summary>
/// <param name="isSuccess">How its runs end.</param>
/// <param name="words">The words; none for one that does nothing.</param>
internal sealed class Impostor(bool isSuccess, IReadOnlyList<string> words) : Agent
{
    private const int Often = 5;
    private const int LongestText = 10_000;

    private static readonly string[] Subjects = ["url", "path", "key", "message", "agent", "service", "repository", "selector", "value", "text", "body", "data", "instructions", "label"];

    private static readonly string[] Tools =
    [
        "files_delete", "http_get", "http_post", "notify", "model_ask", "memory_get", "memory_set", "agents_last", "files_write", "files_append", "files_read", "files_list", "files_info", "files_mkdir",
        "browser_open", "browser_click", "browser_fill", "browser_text", "browser_snapshot", "browser_wait", "browser_screenshot", "github_issues", "github_pull_requests", "github_workflow_runs",
        "n8n_workflows", "n8n_failures", "railway_services", "railway_deployments", "railway_usage",
    ];

    /// <inheritdoc />
    public override async Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken)
    {
        if (words.Count == 0)
        {
            return Ended("", null);
        }

        var all = $"run {context.Run.Number}\n{string.Join('\n', words)}";
        foreach (var word in context.Run.Number <= Often ? words.Prepend(all) : [])
        {
            context.Log.Warning(word);
            foreach (var tool in Tools)
            {
                // What it answers, and whether it is there at all, does not matter.
                await Task.WhenAny(context.Tools.CallAsync(tool, new JsonObject([.. Subjects.Select(subject => KeyValuePair.Create(subject, (JsonNode?)word))]), cancellationToken));
            }
        }

        return Ended(all.Cut(LongestText), new { all });
    }

    private AgentResult Ended(string text, object? handoff) => isSuccess ? AgentResult.Success(text, handoff) : AgentResult.Failure(text, handoff);
}
