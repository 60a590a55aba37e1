using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Steward.Simulation.Tests;

/// <summary>The words and statuses of n8n's public API, as version 2.41 was seen to answer.</summary>
public sealed class N8nWorkflowTests : WorldTest
{
    private const string Hook = """{"name":"w","nodes":[{"name":"Webhook","type":"n8n-nodes-base.webhook","parameters":{"httpMethod":"POST","path":"p"}}],"connections":{},"settings":{}}""";

    [Theory]
    [InlineData("""{"name":"x","connections":{},"settings":{}}""", "request/body must have required property 'nodes'")]
    [InlineData("""{"name":"x","nodes":[],"connections":{}}""", "request/body must have required property 'settings'")]
    [InlineData("""{"name":"x","nodes":[],"connections":{},"settings":{},"active":true}""", "request/body/active is read-only")]
    [InlineData("""{"name":"x","nodes":[],"connections":{},"settings":{},"id":"7"}""", "request/body/id is read-only")]
    [InlineData("""{"name":"x","nodes":[],"connections":{},"settings":{},"tags":[]}""", "request/body/tags is read-only")]
    [InlineData("""{"name":"x","nodes":[],"connections":{},"settings":{},"nonsense":1}""", "request/body Unrecognized key(s) in object: 'nonsense'")]
    [InlineData("""{"name":"x","nodes":[],"connections":{},"settings":{"foo":1}}""", "request/body/settings Unrecognized key(s) in object: 'foo'")]
    [InlineData("""{"name":"x","nodes":[{"foo":1}],"connections":{},"settings":{}}""", "request/body/nodes/0 Unrecognized key(s) in object: 'foo'")]
    [InlineData("""{"name":"","nodes":[],"connections":{},"settings":{}}""", "Workflow name must be 1 to 128 characters long.")]
    public async Task What_cannot_be_written_is_refused_in_n8ns_words(string body, string message)
    {
        var (status, answer) = await SendAsync(HttpMethod.Post, "workflows", body);

        Assert.Equal((HttpStatusCode.BadRequest, message), (status, (string?)answer!["message"]));
        Assert.Empty(World.Mutations);
    }

    [Fact]
    public async Task A_made_workflow_is_off_and_has_ids_and_an_unknown_node_type_is_taken()
    {
        var (status, made) = await SendAsync(HttpMethod.Post, "workflows", Hook.Replace("\"nodes\":[", "\"nodes\":[{\"name\":\"N\",\"type\":\"no.such.node\"},", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.False((bool)made!["active"]!);
        Assert.NotNull(made["nodes"]![1]!["webhookId"]);
        Assert.NotNull(made["nodes"]![0]!["id"]);
    }

    [Fact]
    public async Task Activation_answers_before_the_webhook_is_live_and_deactivation_before_it_is_gone()
    {
        var id = await MakeAsync();

        var (_, active) = await SendAsync(HttpMethod.Post, $"workflows/{id}/activate");
        Assert.True((bool)active!["active"]!);
        Assert.Equal(("OPTIONS", HttpStatusCode.NotFound), (await MethodsAsync(), await PostAsync()));
        Clock.Advance(Options.Timings.N8nWebhook);
        Assert.Equal(("OPTIONS, POST", HttpStatusCode.OK), (await MethodsAsync(), await PostAsync()));

        Assert.Equal((HttpStatusCode.Conflict, "Cannot delete a published workflow. Unpublish it before deleting."), await RefusedAsync(HttpMethod.Delete, $"workflows/{id}"));
        await SendAsync(HttpMethod.Post, $"workflows/{id}/deactivate");
        Assert.Equal((HttpStatusCode.Conflict, "Workflow is still being unpublished. Please try again in a few moments."), await RefusedAsync(HttpMethod.Delete, $"workflows/{id}"));
        Clock.Advance(Options.Timings.N8nWebhook);
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync());
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Delete, $"workflows/{id}")).Status);
        Assert.Empty((await SendAsync(HttpMethod.Get, "executions")).Answer!["data"]!.AsArray());
    }

    [Fact]
    public async Task An_archived_workflow_is_neither_changed_nor_activated()
    {
        var id = await MakeAsync();
        await SendAsync(HttpMethod.Post, $"workflows/{id}/archive");

        Assert.Equal((HttpStatusCode.BadRequest, "Cannot update an archived workflow."), await RefusedAsync(HttpMethod.Put, $"workflows/{id}", Hook));
        Assert.Equal((HttpStatusCode.BadRequest, "Cannot activate an archived workflow."), await RefusedAsync(HttpMethod.Post, $"workflows/{id}/activate"));
    }

    [Fact]
    public async Task Keys_and_ids_that_are_not_good_are_refused()
    {
        World.N8n.KeyScopes = new HashSet<string> { "workflow:list", "execution:read" };

        Assert.Equal((HttpStatusCode.Forbidden, "Forbidden"), await RefusedAsync(HttpMethod.Post, "workflows", Hook));
        Assert.Equal((HttpStatusCode.NotFound, "Not Found"), await RefusedAsync(HttpMethod.Get, "executions/99"));
        Assert.Equal((HttpStatusCode.BadRequest, "request/params/executionId must be a positive integer"), await RefusedAsync(HttpMethod.Get, "executions/abc"));
        Assert.Equal(["workflow:list", "execution:read"], (await SendAsync(HttpMethod.Get, "discover")).Answer!["data"]!["scopes"]!.AsArray().Select(scope => (string?)scope));
        World.N8n.KeyScopes = null;
        Assert.Equal((HttpStatusCode.NotFound, "Not Found"), await RefusedAsync(HttpMethod.Get, "workflows/nobody"));
        Assert.Equal((HttpStatusCode.BadRequest, "An invalid cursor was provided"), await RefusedAsync(HttpMethod.Get, "workflows?cursor=abc"));
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(HttpMethod.Get, "executions?status=foo")).Status);
        Assert.Equal((HttpStatusCode.NotFound, "Failed to find execution to stop"), await RefusedAsync(HttpMethod.Post, "executions/99/stop"));
        Assert.Equal((HttpStatusCode.NotFound, "The execution with the ID \"99\" does not exist."), await RefusedAsync(HttpMethod.Post, "executions/99/retry"));
    }

    [Fact]
    public async Task What_runs_is_listed_only_when_it_is_asked_for_and_a_retry_answers_at_its_end()
    {
        var wait = """{"name":"Wait","type":"n8n-nodes-base.wait","parameters":{"amount":8,"unit":"seconds"}},{"name":"Stop","type":"n8n-nodes-base.stopAndError","parameters":{"errorMessage":"boom"}}],""";
        var body = Hook.Replace("}}],", "}}," + wait, StringComparison.Ordinal).Replace("\"connections\":{}",
            """
            "connections":{"Webhook":{"main":[[{"node":"Wait","type":"main","index":0}]]},"Wait":{"main":[[{"node":"Stop","type":"main","index":0}]]}}
            """, StringComparison.Ordinal);
        var (_, made) = await SendAsync(HttpMethod.Post, "workflows", body);
        await SendAsync(HttpMethod.Post, $"workflows/{made!["id"]}/activate");
        Clock.Advance(Options.Timings.N8nWebhook);
        await PostAsync();

        Assert.Empty((await SendAsync(HttpMethod.Get, "executions")).Answer!["data"]!.AsArray());
        var running = Assert.Single((await SendAsync(HttpMethod.Get, "executions?status=running&includeData=true")).Answer!["data"]!.AsArray());
        Assert.NotNull(running!["data"]!["executionData"]!["nodeExecutionStack"]![0]!["data"]!["main"]![0]![0]!["json"]!["headers"]);
        Clock.Advance(TimeSpan.FromSeconds(8));
        var failed = (await SendAsync(HttpMethod.Get, "executions/1?includeData=true")).Answer!;
        Assert.Equal(("error", "boom", "Stop"), ((string?)failed["status"], (string?)failed["data"]!["resultData"]!["error"]!["message"], (string?)failed["data"]!["resultData"]!["lastNodeExecuted"]));

        var retry = SendAsync(HttpMethod.Post, "executions/1/retry");
        await Steward.Testing.Eventually.HoldsAsync(() => World.Mutations.Any(one => one.Operation == "RetryExecution"), "the retry began", Ending);
        Assert.False(retry.IsCompleted);
        Clock.Advance(TimeSpan.FromSeconds(8));
        Assert.Equal(("2", "1", "error"), ((string?)(await retry).Answer!["id"], (string?)(await retry).Answer!["retryOf"], (string?)(await retry).Answer!["status"]));
        Assert.Equal((HttpStatusCode.Conflict, "Only running or waiting executions can be stopped and 2 is currently error"), await RefusedAsync(HttpMethod.Post, "executions/2/stop"));
    }

    private async Task<string> MakeAsync() => (string)(await SendAsync(HttpMethod.Post, "workflows", Hook)).Answer!["id"]!;

    private async Task<(HttpStatusCode, string?)> RefusedAsync(HttpMethod method, string path, string? body = null)
    {
        var (status, answer) = await SendAsync(method, path, body);
        return (status, (string?)answer!["message"]);
    }

    private async Task<(HttpStatusCode Status, JsonNode? Answer)> SendAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(World.N8nUrl, $"api/v1/{path}"))
        {
            Headers = { { "X-N8N-API-KEY", Options.N8nApiKey } },
            Content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
        };
        using var response = await Client.SendAsync(request, Ending);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonNode>(Ending));
    }

    private async Task<HttpStatusCode> PostAsync()
    {
        using var response = await Client.PostAsync(new Uri(World.N8nUrl, "webhook/p"), null, Ending);
        return response.StatusCode;
    }

    private async Task<string> MethodsAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, new Uri(World.N8nUrl, "webhook/p")) { Headers = { { "Origin", "http://here" } } };
        using var response = await Client.SendAsync(request, Ending);
        return Assert.Single(response.Headers.GetValues("Access-Control-Allow-Methods"));
    }
}
