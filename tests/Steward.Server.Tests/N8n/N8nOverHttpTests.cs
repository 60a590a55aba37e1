using System.Text.Json.Nodes;
using Steward.Kernel;
using Steward.Simulation;
using Steward.Simulation.Faults;

namespace Steward.Server.Tests.N8n;

public sealed class N8nOverHttpTests : N8nServer
{
    [Fact]
    public async Task An_import_waits_for_a_person_and_goes_through_when_it_is_repeated()
    {
        var asked = await ImportAsync(false, Workflow("a"));

        Assert.Equal((200, "waiting", false), (asked.Status, State(asked), (bool)asked.Json["isComplete"]!));
        Assert.NotNull(asked.Json["items"]![0]!["import"]!["approvalId"]);
        Assert.Equal("waiting", State(await ImportAsync(false, Workflow("a"))));
        Assert.Empty(World.Mutations);
        var approval = Assert.Single((await Server.GetAsync("/api/approvals?state=pending")).Json["items"]!.AsArray());
        Assert.Equal(("n8n.workflow.create", "workflow-name/a", "person:owner"), ((string?)approval!["action"], (string?)approval["target"], (string?)approval["actor"]));
        Assert.Equal("hello", (string?)approval["arguments"]!["document"]!["nodes"]![1]!["parameters"]!["text"]);
        Assert.Equal(1, await ApproveAllAsync());

        var done = await ImportAsync(false, Workflow("a"));

        Assert.Equal(("created", true), (State(done), (bool)done.Json["isComplete"]!));
        Assert.NotNull(done.Json["items"]![0]!["id"]);
        Assert.Equal("unchanged", State(await ImportAsync(false, Workflow("a"))));
        Assert.Equal("CreateWorkflow", Assert.Single(World.Mutations).Operation);
    }

    [Fact]
    public async Task A_change_and_an_activation_are_calls_of_their_own()
    {
        await ImportWholeAsync(true, Workflow("a"));
        Assert.Equal(["CreateWorkflow", "ActivateWorkflow"], World.Mutations.Select(one => one.Operation));

        var changed = await ImportAsync(true, Workflow("a", "bye"), Workflow("b"));

        Assert.Equal(("waiting", "waiting"), (State(changed, 0), State(changed, 1)));
        Assert.Contains("live at once", (string?)(await Server.GetAsync("/api/approvals?state=pending")).Json["items"]!.AsArray()
            .Single(one => (string?)one!["action"] == "n8n.workflow.update")!["reason"], StringComparison.Ordinal);
        await ApproveAllAsync();
        var half = await ImportAsync(true, Workflow("a", "bye"), Workflow("b"));
        Assert.Equal(("updated", "unchanged"), (State(half, 0), State(half, 0, "activation")));
        Assert.Equal(("created", "waiting"), (State(half, 1), State(half, 1, "activation")));
        await ApproveAllAsync();
        Assert.Equal("activated", State(await ImportAsync(true, Workflow("a", "bye"), Workflow("b")), 1, "activation"));
        var whole = await ImportAsync(true, Workflow("a", "bye"), Workflow("b"));
        Assert.True((bool)whole.Json["isComplete"]!);
        Assert.Equal(("unchanged", "unchanged"), (State(whole, 1), State(whole, 1, "activation")));
        Assert.Equal(5, World.Mutations.Count);
    }

    [Fact]
    public async Task A_yes_is_for_what_was_seen_and_not_for_what_it_became_meanwhile()
    {
        await ImportAsync(false, Workflow("a"));
        await ApproveAllAsync();

        Assert.Equal("waiting", State(await ImportAsync(false, Workflow("a", "something else"))));
        Assert.Empty(World.Mutations);
    }

    [Fact]
    public async Task A_no_is_heard_and_a_stop_holds()
    {
        await ImportAsync(false, Workflow("a"));
        var waiting = (await Server.GetAsync("/api/approvals?state=pending")).Json["items"]![0]!;
        await Server.PostAsync($"/api/approvals/{waiting["id"]}/deny", new JsonObject(), Ada);
        Assert.Equal("denied", State(await ImportAsync(false, Workflow("a"))));

        await Server.PostAsync("/api/stop", new JsonObject { ["reason"] = "test" });
        Assert.Equal("held", State(await ImportAsync(false, Workflow("b"))));
        Assert.Empty(World.Mutations);
    }

    [Fact]
    public async Task Two_workflows_of_one_name_are_refused_and_the_others_go_on()
    {
        await ImportWholeAsync(false, Workflow("twin"), Workflow("other"));
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("X-N8N-API-KEY", new WorldOptions().N8nApiKey);
        var twin = Workflow("twin");
        twin["settings"] = new JsonObject();
        using var _ = await client.PostAsync(new Uri(World.N8nUrl, "api/v1/workflows"), new StringContent(twin.ToJsonString(), System.Text.Encoding.UTF8, "application/json"), Ending);

        var answer = await ImportAsync(false, Workflow("twin", "new"), Workflow("other"));

        Assert.Equal(("refused", "unchanged"), (State(answer, 0), State(answer, 1)));
        Assert.Contains("Rename or delete", (string?)answer.Json["items"]![0]!["import"]!["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_answer_makes_no_second_workflow()
    {
        await ImportAsync(false, Workflow("a"));
        await ApproveAllAsync();
        World.Faults.Add(Fault.DropAfterEffect, Systems.N8n, "CreateWorkflow");

        Assert.Equal("created", State(await ImportAsync(false, Workflow("a"))));
        Assert.Equal("unchanged", State(await ImportAsync(false, Workflow("a"))));
        Assert.Single(World.Mutations);
    }

    [Fact]
    public async Task What_n8n_refuses_is_told_in_its_words_and_the_yes_stays_good()
    {
        await ImportAsync(false, Workflow("a"));
        await ApproveAllAsync();
        World.N8n.KeyScopes = new HashSet<string> { "workflow:list" };

        var failed = await ImportAsync(false, Workflow("a"));
        Assert.Equal("failed", State(failed));
        Assert.Contains("do not allow", (string?)failed.Json["items"]![0]!["import"]!["detail"], StringComparison.Ordinal);

        World.N8n.KeyScopes = null;
        Assert.Equal("created", State(await ImportAsync(false, Workflow("a"))));
    }

    [Theory]
    [InlineData("", "workflows")]
    [InlineData("{}", "workflows")]
    [InlineData("""{"workflows":[]}""", "workflows")]
    [InlineData("""{"workflows":{}}""", "workflows")]
    [InlineData("""{"workflows":[{"name":"a","nodes":[],"connections":{}}],"activated":true}""", "activated")]
    [InlineData("""{"workflows":["x"]}""", "workflows[0]")]
    [InlineData("""{"workflows":[{"name":"a","name":"b","nodes":[],"connections":{}}]}""", "workflows[0]")]
    [InlineData("""{"workflows":[{"name":"a","nodes":[],"connections":{}},{"name":"b","connections":{}}]}""", "workflows[1].nodes")]
    [InlineData("""{"workflows":[{"name":"a","nodes":[],"connections":{}},{"name":"a","nodes":[],"connections":{}}]}""", "workflows[1].name")]
    [InlineData("""{"workflows":[{"name":"a","nodes":[{"name":"n","type":"t","parameters":{"apiKey":"abc"}}],"connections":{}}]}""", "workflows[0].nodes")]
    public async Task A_wrong_import_names_the_field_and_does_nothing(string body, string field)
    {
        var content = body.Length == 0 ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        var answer = await Server.SendAsync(HttpMethod.Post, $"{Api}/import", content: content);

        Assert.Equal((400, field), (answer.Status, (string?)answer.Json["field"]));
        Assert.Equal(0, AskedOfN8n);
    }

    [Theory]
    [InlineData("workflows?limit=0", "limit")]
    [InlineData("workflows?after=$$$", "after")]
    [InlineData("workflows?after=bm90IGEgY3Vyc29y", "after")]
    [InlineData("executions?after=bm90IGEgY3Vyc29y", "after")]
    [InlineData("workflows?active=perhaps", "active")]
    [InlineData("workflows/Railway%20Deployment", "id")]
    [InlineData("workflows/..%2F..%2Fusers", "id")]
    [InlineData("executions?status=bad", "status")]
    [InlineData("executions?workflow=a%2Fb", "workflow")]
    [InlineData("executions?since=yesterday", "since")]
    public async Task A_wrong_question_names_the_field(string question, string field)
    {
        (await Server.GetAsync($"{Api}/{question}")).IsProblem(400, "invalid", field);
        Assert.Equal(0, AskedOfN8n);
    }

    [Theory]
    [InlineData("workflows")]
    [InlineData("executions")]
    public async Task A_cursor_that_n8n_refuses_is_the_mistake_of_who_asks(string list)
    {
        var cursor = Convert.ToBase64String("""{"of":"another list"}"""u8);

        (await Server.GetAsync($"{Api}/{list}?after={Uri.EscapeDataString(cursor)}")).IsProblem(400, "invalid", "after");
    }

    [Fact]
    public async Task Workflows_and_executions_are_listed_in_pages()
    {
        World.N8n.Register("good");
        var bad = World.N8n.Register("bad", failure: "boom");
        using var client = new HttpClient();
        using var _ = await client.PostAsync(new Uri(World.N8nUrl, "webhook/bad"), null, Ending);

        var first = (await Server.GetAsync($"{Api}/workflows?limit=1")).Json;
        var second = (await Server.GetAsync($"{Api}/workflows?limit=1&after={Uri.EscapeDataString((string)first["next"]!)}")).Json;

        Assert.Equal(("good", "bad"), ((string?)first["items"]![0]!["name"], (string?)second["items"]![0]!["name"]));
        Assert.Equal("bad", (string?)second["items"]![0]!["webhooks"]![0]!["path"]);
        Assert.Null(second["next"]);
        var failed = Assert.Single((await Server.GetAsync($"{Api}/executions?status=error")).Json["items"]!.AsArray());
        Assert.Equal((bad, "error", true), ((string?)failed!["workflowId"], (string?)failed["status"], (bool?)failed["isFailure"]));
        Assert.Empty((await Server.GetAsync($"{Api}/executions?since=2100-01-01T00:00:00Z")).Json["items"]!.AsArray());
        (await Server.GetAsync($"{Api}/workflows/nosuchworkflow00")).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task A_secret_in_a_node_does_not_leave_with_an_export()
    {
        var secret = Workflow("a");
        secret["settings"] = new JsonObject();
        secret["nodes"]![1]!["parameters"] = new JsonObject { ["apiKey"] = "hunter2hunter2", ["text"] = "sk-ant-0123456789abcdefghijkl" };
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("X-N8N-API-KEY", new WorldOptions().N8nApiKey);
        using var made = await client.PostAsync(new Uri(World.N8nUrl, "api/v1/workflows"), new StringContent(secret.ToJsonString(), System.Text.Encoding.UTF8, "application/json"), Ending);
        var id = (string?)JsonNode.Parse(await made.Content.ReadAsStringAsync(Ending))!["id"];

        var export = await Server.GetAsync($"{Api}/workflows/{id}");

        Assert.DoesNotContain("hunter2", export.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-ant", export.Body, StringComparison.Ordinal);
        Assert.Equal(["node 'Say', parameters.apiKey", "node 'Say', parameters.text"], export.Json["masked"]!.AsArray().Select(place => (string?)place));
    }

    [Fact]
    public async Task A_failing_n8n_is_a_bad_gateway_and_not_a_mistake_of_ours()
    {
        World.N8n.KeyScopes = new HashSet<string>();

        (await Server.GetAsync($"{Api}/workflows")).IsProblem(502, "provider-failed");
        (await ImportAsync(false, Workflow("a"))).IsProblem(502, "provider-failed");
        Assert.DoesNotContain("mistake of ours", Server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Looking_needs_read_and_importing_needs_operate()
    {
        var (_, reader) = await Server.MakeKeyAsync("rita", Scopes.Read);
        var (_, approver) = await Server.MakeKeyAsync("ada", Scopes.Approve);

        Assert.Equal(200, (await Server.GetAsync($"{Api}/workflows", reader)).Status);
        Assert.Equal(200, (await Server.GetAsync($"{Api}/check", reader)).Status);
        Assert.Equal(403, (await Server.PostAsync($"{Api}/import", new JsonObject(), reader)).Status);
        Assert.Equal(403, (await Server.GetAsync($"{Api}/workflows", approver)).Status);
        Assert.Equal(401, (await Server.GetAsync($"{Api}/check", null)).Status);
    }

    // What there is, and what failed lately, the loop asks by itself.
    private int AskedOfN8n => World.Calls.Of(Systems.N8n) - World.Calls.Of(Systems.N8n, "ListExecutions") - World.Calls.Of(Systems.N8n, "ListWorkflows");
}
