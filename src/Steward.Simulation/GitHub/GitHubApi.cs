using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.GitHub;

/// <summary>A request that came in: who sent it, and what it says.</summary>
internal sealed record Visit(HttpRequest Request, Account Account, JsonObject Body)
{
    /// <summary>A part of the path; clients may write its slashes as they are or as %2F.</summary>
    public string Route(string name) => $"{Request.RouteValues[name]}".Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    public string? Query(string name) => Request.Query[name] is [{ Length: > 0 } value, ..] ? value : null;
}

/// <summary>The door of GitHub's REST API: credentials, permissions, limits; version 2022-11-28. What is behind it is in the routes.</summary>
internal sealed class GitHubApi(Repository repository, Credentials credentials, RateMeter meter, Func<DateTimeOffset> now, Exchange exchange)
{
    public const string Repo = "/repos/{owner}/{name}";

    private IEndpointRouteBuilder routes = null!;

    public void Map(IEndpointRouteBuilder builder, IEnumerable<Action<GitHubApi>> parts)
    {
        routes = builder;
        foreach (var part in parts)
        {
            part(this);
        }
    }

    /// <summary>Opens a path to who has a permission, such as "issues" at "write".</summary>
    public void On(string method, string path, string operation, (string Name, string Level)? permission, Func<Visit, Reply> perform) =>
        Map(method, path, operation, (request, body) => Enter(request, body, permission, perform));

    /// <summary>Opens a path to the App itself.</summary>
    public void OnApp(string method, string path, string operation, Func<Visit, Reply> perform) => Map(method, path, operation, (request, body) =>
        credentials.Fault(request.Headers.Authorization) ?? (IsElsewhere(request) ? Wire.NotFound : Locked(new Visit(request, credentials.App, body), perform)));

    /// <summary>Opens a path to everybody who knows it.</summary>
    public void OnPublic(string method, string path, string operation, Func<HttpRequest, Reply> perform) =>
        Map(method, path, operation, (request, _) => perform(request));

    private void Map(string method, string path, string operation, Func<HttpRequest, JsonObject, Reply> answer) =>
        routes.MapMethods(path, [method], async (HttpContext context) =>
        {
            var bytes = await RequestBody.BytesAsync(context.Request, context.RequestAborted);
            context.Response.Headers.Date = now().ToString("r");
            await exchange.AnswerAsync(context, Systems.GitHub, operation, () =>
                (bytes.Length == 0 ? [] : RequestBody.Object(bytes)) is { } body ? answer(context.Request, body) : Reply.Message(400, "Problems parsing JSON"));
        });

    private Reply Enter(HttpRequest request, JsonObject body, (string Name, string Level)? permission, Func<Visit, Reply> perform)
    {
        if (credentials.Find(request.Headers.Authorization) is not { } caller)
        {
            return Reply.Message(401, "Bad credentials");
        }

        // Asking for the state of the limits is free.
        var tooOften = request.Path == "/rate_limit" ? null : meter.Count();
        return meter.Mark(tooOften ?? (
            IsElsewhere(request) ? Wire.NotFound
            : permission is var (name, level) && !caller.May(name, level) ? Reply.Message(403, "Resource not accessible by integration").With("X-Accepted-GitHub-Permissions", $"{name}={level}")
            : Locked(new Visit(request, caller.Account, body), perform)));
    }

    private bool IsElsewhere(HttpRequest request) => request.RouteValues.TryGetValue("owner", out var owner)
        && !string.Equals($"{owner}/{request.RouteValues["name"]}", repository.Name, StringComparison.OrdinalIgnoreCase);

    private Reply Locked(Visit visit, Func<Visit, Reply> perform)
    {
        lock (repository.Sync)
        {
            return perform(visit);
        }
    }
}
