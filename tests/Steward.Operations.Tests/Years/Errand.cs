using System.Text.Json.Nodes;
using Steward.Simulation;

namespace Steward.Operations.Tests.Years;

/// <summary>What one request of Steward is about.</summary>
/// <param name="System">One of <see cref="Systems"/>.</param>
/// <param name="Operation">The operation.</param>
/// <param name="ChangesSomething">True when the world is another one afterwards.</param>
/// <param name="Subject">The deployment's or service's id or name, where there is one.</param>
/// <param name="Body">The request's body, as it was sent.</param>
internal sealed record Errand(string System, string Operation, bool ChangesSomething, string Subject, byte[] Body)
{
    /// <summary>Which system an address is of.</summary>
    public static string SystemOf(Uri address) => address.AbsolutePath switch
    {
        "/graphql/v2" => Systems.Railway,
        var path when path.StartsWith("/webhook/", StringComparison.Ordinal) || path.StartsWith("/api/v1/", StringComparison.Ordinal) => Systems.N8n,
        var path when path.EndsWith("/health", StringComparison.Ordinal) => Systems.Deployed,
        _ => Systems.GitHub,
    };

    /// <summary>Reads a request.</summary>
    public static async Task<Errand> ReadAsync(HttpRequestMessage request)
    {
        var system = SystemOf(request.RequestUri!);
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(CancellationToken.None);
        var isPost = request.Method == HttpMethod.Post;
        return system switch
        {
            Systems.Railway => Railway(body),
            Systems.N8n => new Errand(system, isPost ? "Webhook" : "ListExecutions", isPost, "", body),
            Systems.Deployed => new Errand(system, "Health", false, request.RequestUri!.Segments[^2].TrimEnd('/'), body),
            _ => GitHub(request, body),
        };
    }

    /// <summary>True for an answer of Railway that holds what services there are and how their deployments stand.</summary>
    public bool ShowsDeployments => System == Systems.Railway && Operation is "EnvironmentServices" or "Deployments";

    private static Errand GitHub(HttpRequestMessage request, byte[] body)
    {
        // GET and what is asked for: "issues", "runs", "pulls".
        var last = request.RequestUri!.Segments.Last(part => !part.All(char.IsAsciiDigit)).TrimEnd('/');
        var isRead = request.Method == HttpMethod.Get;
        return new Errand(Systems.GitHub, request.Method == HttpMethod.Post && last == "issues" ? "CreateIssue" : $"{request.Method} {last}", !isRead, "", body);
    }

    private static Errand Railway(byte[] body)
    {
        var request = JsonNode.Parse(body)!;
        var operation = (string)request["operationName"]!;
        var variables = request["variables"]!;
        var subject = (string?)(variables["id"] ?? variables["serviceId"] ?? variables["input"]?["serviceId"]) ?? "";
        return new Errand(Systems.Railway, operation, operation is "DeploymentRollback" or "DeploymentRestart" or "DeploymentRedeploy" or "ServiceInstanceDeployV2" or "VariableUpsert", subject, body);
    }
}
