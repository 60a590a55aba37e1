using System.Text.Json.Nodes;
using Steward.Connectors.N8n;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Http;

namespace Steward.Connectors.Tests.N8n;

/// <summary>What the connector relies on. The simulated n8n and a real one both have to hold it.</summary>
public abstract class N8nContract : N8nTest
{
    /// <summary>A Header Auth credential with our header and key, as a node names it.</summary>
    protected abstract Task<JsonObject> HeaderCredentialAsync();

    [Fact]
    public async Task A_workflow_is_made_found_and_is_not_active()
    {
        var document = Document(Unique, Nothing());

        var made = await CreateAsync(document);

        Assert.False(made.Active);
        var found = await Workflows.FindAsync(made.Id, Ending);
        Assert.Equal((made.Id, Unique, made.Version), (found!.Id, found.Name, found.Version));
        Assert.Equal(made.Id, (await Workflows.FindByNameAsync(Unique, Ending)).Value!.Id);
        Assert.Null((await Workflows.FindByNameAsync(Unique[..^1], Ending)).Value);
        Assert.Null(await Workflows.FindAsync(new WorkflowId("nosuchworkflow00"), Ending));
        await DeleteAsync(made);
        Assert.Null(await Workflows.FindAsync(made.Id, Ending));
    }

    [Fact]
    public async Task What_was_written_comes_back_the_same()
    {
        var json = JsonNode.Parse("""
            {"settings":{"timezone":"UTC"},"connections":{"Webhook":{"main":[null,[{"index":0,"type":"main","node":"Näh 🚀"}]]}},
             "nodes":[{"parameters":{"httpMethod":"POST"},"type":"n8n-nodes-base.webhook","typeVersion":2.0,"name":"Webhook","position":[0,0]},
                      {"parameters":{"text":"={{ $json.body.x }}","deep":{"b":[1,2.50,{"z":null}],"a":true}},"type":"n8n-nodes-base.noOp","typeVersion":1,"name":"Näh 🚀","position":[10.5,-3]}]}
            """)!;
        (json["name"], json["nodes"]![0]!["parameters"]!["path"]) = (Unique, Unique);
        var document = Read(json);

        var made = await CreateAsync(document);
        var found = await Workflows.FindAsync(made.Id, Ending);

        Assert.True(document.Over(found!.Document).Says(found.Document));
        Assert.Equal(made.Document.ToText(), found.Document.ToText());
        await DeleteAsync(made);
    }

    [Fact]
    public async Task A_change_keeps_the_ids_that_n8n_gave_and_is_no_change_the_second_time()
    {
        var made = await CreateAsync(Document(Unique, Nothing()));
        var wanted = Document(Unique, Nothing(), Stop("later"));
        Assert.False(wanted.Over(made.Document).Says(made.Document));

        var updated = await UpdateAsync(made, wanted.Over(made.Document));

        Assert.Equal(made.Id, updated.Id);
        Assert.True(wanted.Over(updated.Document).Says(updated.Document));
        var (before, after) = (made.Document.ToJson()["nodes"]![0]!, updated.Document.ToJson()["nodes"]![0]!);
        Assert.Equal(((string?)before["id"], (string?)before["webhookId"]), ((string?)after["id"], (string?)after["webhookId"]));
        await DeleteAsync(updated);
    }

    [Fact]
    public async Task A_change_of_what_somebody_else_has_changed_meanwhile_is_not_made()
    {
        var made = await CreateAsync(Document(Unique, Nothing()));
        var theirs = await UpdateAsync(made, Document(Unique, Nothing("Theirs")).Over(made.Document));

        var error = await Assert.ThrowsAsync<ConnectorException>(() => UpdateAsync(made, Document(Unique, Nothing("Ours")).Over(made.Document)));

        Assert.Equal((CallEffect.None, true), (error.Effect, error.Message.Contains("changed by somebody else", StringComparison.Ordinal)));
        Assert.True((await Workflows.FindAsync(made.Id, Ending))!.Document.Says(theirs.Document));
        await DeleteAsync(theirs);
    }

    [Fact]
    public async Task Settings_that_a_change_does_not_speak_of_stay()
    {
        var json = Document(Unique).ToJson();
        json["settings"] = new JsonObject { ["timezone"] = "UTC" };
        var made = await CreateAsync(Read(json));
        json["settings"] = new JsonObject { ["executionOrder"] = "v1" };

        var updated = await UpdateAsync(made, Read(json));

        Assert.Equal(("UTC", "v1"), ((string?)updated.Document.ToJson()["settings"]!["timezone"], (string?)updated.Document.ToJson()["settings"]!["executionOrder"]));
        await DeleteAsync(updated);
    }

    [Fact]
    public async Task An_active_workflow_listens_when_activation_returns_and_its_execution_is_found_and_awaited()
    {
        var active = await ActivateAsync(await CreateAsync(Document(Unique, Nothing())));

        var started = await StartAsync(active, "key/1", new JsonObject { ["status"] = "FAILED" });
        var over = await Executions.WaitAsync(started.Execution!.Id, TimeSpan.FromMinutes(1), Ending);

        Assert.Equal((200, active.Id, "webhook", true), (started.Status, over!.WorkflowId, over.Mode, over.IsOver));
        Assert.Equal((ExecutionStatus.Success, "Nothing", (string?)null), (over.Status, over.LastNode, over.Error));
        Assert.Contains("\"FAILED\"", over.Data!.Value.GetRawText(), StringComparison.Ordinal);
        await DeleteAsync(active);
    }

    [Fact]
    public async Task A_change_of_an_active_workflow_is_live_when_it_returns()
    {
        var active = await ActivateAsync(await CreateAsync(Document(Unique)));
        var moved = active.Document.ToJson();
        moved["nodes"]![0]!["parameters"]!["path"] = $"{Unique}-moved";

        var updated = await UpdateAsync(active, Read(moved));

        Assert.True(updated.Active);
        Assert.NotNull((await StartAsync(updated, "key/moved")).Execution);
        await DeleteAsync(updated);
    }

    [Fact]
    public async Task A_failing_workflow_was_started_and_says_which_node_failed_with_what()
    {
        var active = await ActivateAsync(await CreateAsync(Read(Answering("lastNode", Stop("boom, password=hunter2hunter2")))));

        var started = await StartAsync(active, "key/fails");
        var over = await Executions.WaitAsync(started.Execution!.Id, TimeSpan.FromMinutes(1), Ending);

        Assert.Equal((500, ExecutionStatus.Error, "Stop", true), (started.Status, over!.Status, over.LastNode, over.IsFailure));
        Assert.Equal("boom, password=[redacted]", over.Error);
        var errors = await Executions.ListAsync(new ExecutionQuery { Workflow = active.Id, Status = ExecutionStatus.Error, Since = over.StartedAt }, Ending);
        Assert.Equal(over.Id, Assert.Single(errors.Items).Id);
        Assert.Empty((await Executions.ListAsync(new ExecutionQuery { Workflow = active.Id, Status = ExecutionStatus.Error, Since = over.StartedAt!.Value.AddSeconds(1) }, Ending)).Items);
        await DeleteAsync(active);
    }

    [Fact]
    public async Task A_failed_execution_is_run_again_and_a_good_one_is_not()
    {
        var bad = await ActivateAsync(await CreateAsync(Document(Unique, Stop("boom"))));
        var failed = await Executions.WaitAsync((await StartAsync(bad, "key/retry")).Execution!.Id, TimeSpan.FromMinutes(1), Ending);

        var retried = await Executions.RetryAsync(await NextPermitAsync(N8nWorkflowCalls.Retry(failed!)), failed!, Ending);

        Assert.Equal((failed!.Id, "retry", ExecutionStatus.Error), (retried.RetryOf, retried.Mode, retried.Status));
        var stop = await Assert.ThrowsAsync<ConnectorException>(async () => await Executions.StopAsync(await NextPermitAsync(N8nWorkflowCalls.Stop(failed)), failed, Ending));
        Assert.Contains("currently error", stop.Message, StringComparison.Ordinal);
        var good = await ActivateAsync(await CreateAsync(Document($"{Unique}-good", Nothing())));
        var fine = await Executions.WaitAsync((await StartAsync(good, "key/good")).Execution!.Id, TimeSpan.FromMinutes(1), Ending);
        var error = await Assert.ThrowsAsync<ConnectorException>(async () => await Executions.RetryAsync(await NextPermitAsync(N8nWorkflowCalls.Retry(fine!)), fine!, Ending));
        Assert.Equal((CallEffect.None, true), (error.Effect, error.Message.Contains("cannot be retried", StringComparison.Ordinal)));
        await DeleteAsync(bad);
        await DeleteAsync(good);
    }

    [Fact]
    public async Task A_running_execution_is_found_stopped_and_not_repeated_while_it_runs()
    {
        var active = await ActivateAsync(await CreateAsync(Document(Unique, Wait(55))));
        var started = await StartAsync(active, "key/running");

        var running = await Executions.FindAsync(started.Execution!.Id, withData: false, Ending);
        Assert.Equal((ExecutionStatus.Running, false), (running!.Status, running.IsOver));
        Assert.Single((await Executions.ListAsync(new ExecutionQuery { Workflow = active.Id, Status = ExecutionStatus.Running }, Ending)).Items);
        var error = await Assert.ThrowsAsync<ConnectorException>(async () => await Executions.RetryAsync(await NextPermitAsync(N8nWorkflowCalls.Retry(running)), running, Ending));
        Assert.Contains("still runs", error.Message, StringComparison.Ordinal);
        Assert.False((await Executions.WaitAsync(running.Id, TimeSpan.Zero, Ending))!.IsOver);

        await Executions.StopAsync(await NextPermitAsync(N8nWorkflowCalls.Stop(running)), running, Ending);

        Assert.Equal(ExecutionStatus.Canceled, (await Executions.WaitAsync(running.Id, TimeSpan.FromMinutes(1), Ending))!.Status);
        await DeleteAsync(active);
    }

    [Fact]
    public async Task A_workflow_that_asks_for_a_header_gets_our_key()
    {
        var document = Document(Unique, Nothing()).ToJson();
        document["nodes"]![0]!["parameters"]!["authentication"] = "headerAuth";
        var bare = await CreateAsync(Read(document));
        var error = await Assert.ThrowsAsync<ConnectorException>(() => ActivateAsync(bare));
        Assert.Contains("no credentials yet: 'Webhook'", error.Message, StringComparison.Ordinal);

        document["nodes"]![0]!["credentials"] = new JsonObject { ["httpHeaderAuth"] = await HeaderCredentialAsync() };
        var active = await ActivateAsync(await UpdateAsync(bare, Read(document).Over(bare.Document)));

        Assert.NotNull((await StartAsync(active, "key/header")).Execution);
        await DeleteAsync(active);
    }

    [Fact]
    public async Task Activation_is_refused_in_n8ns_words_without_a_trigger_and_with_a_path_that_is_taken()
    {
        var idle = await CreateAsync(Read(new JsonObject { ["name"] = $"{Unique}-idle", ["nodes"] = new JsonArray(Nothing()), ["connections"] = new JsonObject() }));
        var first = await ActivateAsync(await CreateAsync(Document(Unique)));
        var twin = await CreateAsync(Document(Unique));

        var triggerless = await Assert.ThrowsAsync<ConnectorException>(() => ActivateAsync(idle));
        var taken = await Assert.ThrowsAsync<ConnectorException>(() => ActivateAsync(twin));

        Assert.Equal((CallEffect.None, true), (triggerless.Effect, triggerless.Message.Contains("no trigger node", StringComparison.Ordinal)));
        Assert.Equal((CallEffect.None, true), (taken.Effect, taken.Message.Contains("conflict with one of the webhooks", StringComparison.Ordinal)));
        var twins = await Workflows.FindByNameAsync(Unique, Ending);
        Assert.Equal("ambiguous-workflow", twins.Refusal?.Code);
        Assert.Contains(twin.Id.Value, twins.Refusal!.Message, StringComparison.Ordinal);
        foreach (var one in new[] { idle, first, twin })
        {
            await DeleteAsync(one);
        }
    }

    [Fact]
    public async Task Lists_come_in_pages_to_their_end()
    {
        var made = new List<N8nWorkflow>();
        for (var i = 0; i < 3; i++)
        {
            made.Add(await CreateAsync(Document($"{Unique}-{i}")));
        }

        var seen = new List<WorkflowId>();
        string? after = null;
        do
        {
            var page = await Workflows.ListAsync(new PageRequest(2, after), name: Unique, cancellationToken: Ending);
            Assert.InRange(page.Items.Count, 1, 2);
            seen.AddRange(page.Items.Select(one => one.Id));
            after = page.Next;
        }
        while (after is not null);

        Assert.Equal(made.Select(one => one.Id.Value).Order(StringComparer.Ordinal), seen.Select(id => id.Value).Order(StringComparer.Ordinal));
        Assert.Empty((await Workflows.ListAsync(new PageRequest(), active: true, name: Unique, cancellationToken: Ending)).Items);
        var broken = await Assert.ThrowsAsync<ConnectorException>(() => Workflows.ListAsync(new PageRequest(2, "nonsense"), cancellationToken: Ending));
        Assert.Contains("invalid cursor", broken.Message, StringComparison.Ordinal);
        made.ForEach(one => Assert.Equal(one.Name, made.Single(other => other.Id == one.Id).Name));
        foreach (var one in made)
        {
            await DeleteAsync(one);
        }
    }

    [Fact]
    public async Task Executions_come_newest_first_in_pages()
    {
        var active = await ActivateAsync(await CreateAsync(Document(Unique, Nothing())));
        var ids = new List<ExecutionId>();
        for (var i = 0; i < 3; i++)
        {
            ids.Add((await Executions.WaitAsync((await StartAsync(active, $"key/{i}")).Execution!.Id, TimeSpan.FromMinutes(1), Ending))!.Id);
        }

        var first = await Executions.ListAsync(new ExecutionQuery { Workflow = active.Id, Page = new PageRequest(2) }, Ending);
        var second = await Executions.ListAsync(new ExecutionQuery { Workflow = active.Id, Page = new PageRequest(2, first.Next) }, Ending);

        Assert.Equal([ids[2], ids[1]], first.Items.Select(one => one.Id));
        Assert.Equal([ids[0]], second.Items.Select(one => one.Id));
        Assert.Null(second.Next);
        Assert.Null(await Executions.FindAsync(new ExecutionId(int.MaxValue), withData: true, Ending));
        await DeleteAsync(active);
    }

    [Fact]
    public async Task A_permit_for_one_document_does_not_write_another()
    {
        var permit = await NextPermitAsync(N8nWorkflowCalls.Create(Document(Unique)));

        await Assert.ThrowsAsync<PermitRefusedException>(() => Workflows.CreateAsync(permit, Document(Unique, Nothing()), Ending));

        Assert.Null((await Workflows.FindByNameAsync(Unique, Ending)).Value);
    }

    protected JsonObject Answering(string responseMode, JsonObject node) => new()
    {
        ["name"] = Unique,
        ["nodes"] = new JsonArray(Webhook(Unique, responseMode), node),
        ["connections"] = new JsonObject { ["Webhook"] = Leads((string)node["name"]!) },
    };
}
