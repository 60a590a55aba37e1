using System.Text.RegularExpressions;

namespace Steward.Server.Entry;

/// <summary>
/// The paths under which the mission's documents know agents and their runs: without <c>/api</c>, and three for the runs of an
/// agent. They lead to where the API has them, with the same keys and scopes.
/// </summary>
internal static partial class MissionPaths
{
    /// <summary>Lets a request at one of those paths go to where it belongs.</summary>
    public static Task LeadToApi(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path.Value is { } path)
        {
            context.Request.Path = new PathString(ToApi(path));
        }

        return next(context);
    }

    private static string ToApi(string path)
    {
        var below = WithoutApi().IsMatch(path) ? $"/api{path}" : path;
        return RunsOfAgent().Match(below) is { Success: true } runs ? $"/api/agents/{runs.Groups[1].Value}{runs.Groups[2].Value}/tasks" : below;
    }

    [GeneratedRegex("^/(?:agents|tasks)(?:/|$)")]
    private static partial Regex WithoutApi();

    // /tasks/agents/{id}/tasks and /tasks/agent/{id}; the third, /agents/{id}/tasks, is the API's own.
    [GeneratedRegex("^/api/tasks/(?:agents/([^/]+)/tasks|agent/([^/]+))/?$")]
    private static partial Regex RunsOfAgent();
}
