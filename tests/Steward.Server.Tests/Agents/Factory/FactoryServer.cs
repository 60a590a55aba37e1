using System.Text.Json.Nodes;
using Steward.Simulation.Models;
using Steward.Testing;

namespace Steward.Server.Tests.Agents.Factory;

/// <summary>A server whose model says what a test puts into its mouth.</summary>
public sealed class FactoryServer : ProviderServer
{
    // Checks and trials take seconds of processor time, and other tests want the processor, too.
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);
    internal static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    public SimulatedModel Model => World.Model;

    public RunningServer Server => Agents.Server;

    /// <summary>Asks for a build; gives its id.</summary>
    public async Task<string> AskAsync(string description, bool yes = true, bool planOnly = false, string? name = null)
    {
        var answer = await Server.PostAsync("/api/agents", new JsonObject { ["description"] = description, ["yes"] = yes, ["planOnly"] = planOnly, ["name"] = name });
        Assert.True(answer.Status == 202, answer.Body);
        Assert.Equal($"/api/builds/{answer.Json["id"]}", answer.Headers.Location!.ToString());
        return (string)answer.Json["id"]!;
    }

    public async Task<JsonNode> ShowAsync(string id) => (await Server.GetAsync($"/api/builds/{id}?code=true")).Json;

    /// <summary>The build when it has ended.</summary>
    public Task<JsonNode> EndOfAsync(string id) => UntilAsync(id, build => build["closedAt"] is not null, "it ends");

    /// <summary>The build when it is in a state.</summary>
    public Task<JsonNode> UntilAsync(string id, string state) => UntilAsync(id, build => (string?)build["state"] == state, $"it is {state}");

    public async Task<JsonNode> UntilAsync(string id, Func<JsonNode, bool> holds, string what)
    {
        JsonNode? detail = null;
        await Eventually.HoldsAsync(async () => holds((detail = await ShowAsync(id))["build"]!), $"of build {id}: {what}", Patience, Look, AgentServer.Ending);
        return detail!;
    }

    /// <summary>The approval that a build waits for.</summary>
    public async Task<JsonNode> ApprovalAsync(string id)
    {
        JsonNode? approval = null;
        await Eventually.HoldsAsync(async () => (approval = (await Server.GetAsync("/api/approvals?state=pending&limit=200")).Json["items"]!.AsArray().FirstOrDefault(one => (string?)one!["correlationId"] == id)) is not null,
            $"build {id} asks a person", Patience, Look, AgentServer.Ending);
        return approval!;
    }

    /// <summary>What a person is shown of a build that waits for one, also after a yes; calls the build off.</summary>
    public async Task<string> ShownAsync(string id)
    {
        var detail = await UntilAsync(id, build => build["closedAt"] is not null || ((string?)build["state"] == "publishing" && build["note"] is not null), "it waits for a person or ends");
        Assert.True(detail["build"]!["closedAt"] is null, detail.ToJsonString());
        var shown = string.Join('\n', (await ApprovalAsync(id))["evidence"]!.AsArray().Select(line => line!.ToString()));
        Assert.Equal(200, (await Server.PostAsync($"/api/builds/{id}/cancel")).Status);
        return shown;
    }

    /// <summary>What was asked last, as the model saw it.</summary>
    public string LastQuestion => Words(Model.Questions[^1]);

    /// <summary>The user's turn of a question.</summary>
    public static string Words(JsonObject question) =>
        string.Concat(question["messages"]!.AsArray().Select(message => message!["content"] is JsonArray blocks ? string.Concat(blocks.Select(block => (string?)block!["text"])) : message["content"]!.ToString()));
}
