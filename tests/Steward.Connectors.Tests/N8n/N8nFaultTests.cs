using System.Text.Json.Nodes;
using Steward.Connectors.N8n;
using Steward.Kernel;
using Steward.Platform.Http;
using Steward.Simulation;
using Steward.Simulation.Faults;

namespace Steward.Connectors.Tests.N8n;

public sealed class N8nFaultTests : N8nTest
{
    protected override WorldOptions Options => new() { Speed = WorldOptions.Instant };

    [Fact]
    public async Task A_lost_answer_to_a_change_leaves_its_outcome_open_and_the_workflow_tells()
    {
        var document = Document(Unique);
        World.Faults.Add(Fault.DropAfterEffect, Systems.N8n, "CreateWorkflow");

        var error = await Assert.ThrowsAsync<ConnectorException>(() => CreateAsync(document));

        Assert.Equal(CallEffect.Unknown, error.Effect);
        Assert.True((await Workflows.FindByNameAsync(Unique, Ending)).Value!.Document.Says(document.Over((await Workflows.FindByNameAsync(Unique, Ending)).Value!.Document)));
        Assert.Single(World.Mutations);
    }

    [Fact]
    public async Task A_start_whose_answer_was_lost_is_found_by_its_key_and_not_repeated()
    {
        var active = await ActivateAsync(await CreateAsync(Document(Unique, Nothing())));
        World.Faults.Add(Fault.DropAfterEffect, Systems.N8n, "Webhook");

        var started = await StartAsync(active, "key/lost");

        Assert.Equal((null, ExecutionStatus.Success), (started.Status, started.Execution!.Status));
        Assert.Single(World.Mutations, one => one.Operation == "Webhook");
        Assert.Null(await Runs.FindAsync(Runs.Plan(active, "key/other").Value!, Ending));
    }

    [Fact]
    public async Task A_start_after_which_nobody_can_look_is_not_known_to_have_failed()
    {
        var active = await ActivateAsync(await CreateAsync(Document(Unique, Nothing())));
        World.N8n.KeyScopes = new HashSet<string> { "workflow:read" };

        var error = await Assert.ThrowsAsync<ConnectorException>(() => StartAsync(active, "key/blind"));

        Assert.Equal(CallEffect.Unknown, error.Effect);
        Assert.Single(World.N8n.Deliveries);
    }

    [Fact]
    public async Task A_retry_after_which_nobody_can_look_is_not_known_to_have_failed()
    {
        var active = await ActivateAsync(await CreateAsync(Document(Unique, Stop("boom"))));
        var failed = (await StartAsync(active, "key/fails")).Execution!;
        var held = World.Faults.HoldAfterEffect(Systems.N8n, "RetryExecution");
        var retrying = Executions.RetryAsync(await NextPermitAsync(N8nWorkflowCalls.Retry(failed)), failed, Ending);
        await held.Reached.WaitAsync(Ending);
        World.N8n.KeyScopes = new HashSet<string>();
        held.Drop();

        Assert.Equal(CallEffect.Unknown, (await Assert.ThrowsAsync<ConnectorException>(() => retrying)).Effect);
    }

    [Fact]
    public async Task A_start_that_reached_nobody_is_known_not_to_have_happened()
    {
        var active = await ActivateAsync(await CreateAsync(Document(Unique)));
        World.N8n.Unregister(Unique);

        var error = await Assert.ThrowsAsync<ConnectorException>(() => StartAsync(active, "key/off"));

        Assert.Equal((CallEffect.None, false), (error.Effect, error.IsTransient));
        Assert.Contains("nothing listens", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_retry_whose_answer_was_lost_is_found_as_well()
    {
        var active = await ActivateAsync(await CreateAsync(Document(Unique, Stop("boom"))));
        var failed = (await StartAsync(active, "key/fails")).Execution!;
        World.Faults.Add(Fault.DropAfterEffect, Systems.N8n, "RetryExecution");

        var retried = await Executions.RetryAsync(await NextPermitAsync(N8nWorkflowCalls.Retry(failed)), failed, Ending);

        Assert.Equal(failed.Id, retried.RetryOf);
        Assert.Single(World.Mutations, one => one.Operation == "RetryExecution");
    }

    [Fact]
    public async Task A_deletion_that_only_turned_the_workflow_off_says_so()
    {
        var active = await ActivateAsync(await CreateAsync(Document(Unique)));
        World.N8n.KeyScopes = new HashSet<string> { "workflow:deactivate" };

        var error = await Assert.ThrowsAsync<ConnectorException>(() => DeleteAsync(active));

        Assert.Equal(CallEffect.Unknown, error.Effect);
        Assert.Contains("turned off and not deleted", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_may_not_do_it_is_told_apart_from_a_wrong_one()
    {
        World.N8n.KeyScopes = new HashSet<string> { "workflow:list" };

        var error = await Assert.ThrowsAsync<ConnectorException>(() => CreateAsync(Document(Unique)));

        Assert.Equal((System.Net.HttpStatusCode.Forbidden, CallEffect.None), (error.Status, error.Effect));
        Assert.Empty((await Workflows.ListAsync(new PageRequest(), cancellationToken: Ending)).Items);
        Assert.Empty(World.Mutations);
    }

    [Fact]
    public async Task All_workflows_are_listed_over_many_pages()
    {
        for (var i = 0; i < 120; i++)
        {
            World.N8n.Register($"path-{i}");
        }

        Assert.Equal(120, (await Workflows.ListAllAsync(cancellationToken: Ending)).Select(one => one.Id).Distinct().Count());
        Assert.InRange(World.Calls.Of(Systems.N8n, "ListWorkflows"), 2, 12);
    }

    [Fact]
    public async Task Since_when_ends_the_pages()
    {
        World.N8n.Register("bad", failure: "no");
        using var client = new HttpClient();
        for (var i = 0; i < 3; i++)
        {
            using var _ = await client.PostAsync(new Uri(World.N8nUrl, "webhook/bad"), null, Ending);
        }

        var all = await Executions.ListAsync(new ExecutionQuery { Status = ExecutionStatus.Error, Page = new PageRequest(2) }, Ending);
        Assert.NotNull(all.Next);
        var late = await Executions.ListAsync(new ExecutionQuery { Status = ExecutionStatus.Error, Since = all.Items[0].StartedAt!.Value.AddTicks(1), Page = new PageRequest(2) }, Ending);

        Assert.Equal((0, null), (late.Items.Count, late.Next));
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("ö")]
    public async Task A_key_that_cannot_travel_is_refused(string key) =>
        Assert.Equal("key", Runs.Plan(await ActivateAsync(await CreateAsync(Document(Unique))), key).Refusal?.Field);

    [Fact]
    public async Task What_cannot_be_started_says_why()
    {
        var off = await CreateAsync(Document(Unique));
        Assert.Equal("inactive-workflow", Runs.Plan(off, "k").Refusal?.Code);
        Assert.Equal("no-webhook", Runs.Plan(off with { Active = true, Document = Read(Json(Nothing())) }, "k").Refusal?.Code);
        var on = off with { Active = true };
        Assert.Equal("no-webhook", Runs.Plan(on, "k", webhook: "Other").Refusal?.Code);
        var second = Webhook("other");
        second["name"] = "Second";
        var two = on with { Document = Read(Json(Webhook("one"), second)) };
        Assert.Equal("several-webhooks", Runs.Plan(two, "k").Refusal?.Code);
        Assert.Equal("other", Runs.Plan(two, "k", webhook: "Second").Value?.Webhook.Path);
        foreach (var path in new[] { "users/:id", "../api/v1/workflows", "a/./b", "={{ $json.path }}" })
        {
            Assert.Equal("open-path", Runs.Plan(on with { Document = Read(Json(Webhook(path))) }, "k").Refusal?.Code);
        }

        foreach (var method in new JsonNode[] { new JsonArray(), "={{ $json.method }}", "no method" })
        {
            var odd = Webhook("a");
            odd["parameters"]!["httpMethod"] = method;
            Assert.Equal("open-path", Runs.Plan(on with { Document = Read(Json(odd)) }, "k").Refusal?.Code);
        }

        var basic = Webhook("a");
        basic["parameters"]!["authentication"] = "basicAuth";
        Assert.Equal("webhook-authentication", Runs.Plan(on with { Document = Read(Json(basic)) }, "k").Refusal?.Code);
        var disabled = Webhook("a");
        disabled["disabled"] = true;
        Assert.Equal("no-webhook", Runs.Plan(on with { Document = Read(Json(disabled)) }, "k").Refusal?.Code);
    }

    [Fact]
    public async Task What_a_webhook_gets_is_redacted_also_in_the_call()
    {
        var active = await ActivateAsync(await CreateAsync(Document(Unique)));

        await StartAsync(active, "key/secret", new JsonObject { ["log"] = "password=hunter2hunter2" });

        Assert.DoesNotContain("hunter2", Assert.Single(World.N8n.Deliveries).Body, StringComparison.Ordinal);
    }

    private static JsonObject Json(params JsonObject[] nodes) => new() { ["name"] = "w", ["nodes"] = new JsonArray([.. nodes]), ["connections"] = new JsonObject() };

    public sealed class NotSetUp : N8nTest
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            settings.Remove("N8n:ApiKey");
        }

        [Fact]
        public async Task Nothing_is_sent_and_the_missing_setting_is_named()
        {
            Assert.False(Workflows.IsConfigured);
            var error = await Assert.ThrowsAsync<ConnectorException>(() => CreateAsync(Document(Unique)));
            Assert.Equal((CallEffect.None, true), (error.Effect, error.Message.Contains("N8n:ApiKey is missing", StringComparison.Ordinal)));
            Assert.Equal(0, World.Calls.Of(Systems.N8n));
        }
    }

    public sealed class WrongHeaderKey : N8nTest
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            settings["N8n:WebhookKey"] = "another-key-than-the-one-in-n8n";
        }

        [Fact]
        public async Task The_webhook_starts_nothing_and_the_setting_is_named()
        {
            var json = Document(Unique).ToJson();
            json["nodes"]![0]!["parameters"]!["authentication"] = "headerAuth";
            json["nodes"]![0]!["credentials"] = new JsonObject { ["httpHeaderAuth"] = new JsonObject { ["id"] = "1", ["name"] = "Steward" } };
            var active = await ActivateAsync(await CreateAsync(Read(json)));

            var error = await Assert.ThrowsAsync<ConnectorException>(() => StartAsync(active, "key/wrong"));

            Assert.Equal((CallEffect.None, true), (error.Effect, error.Message.Contains("N8n:WebhookKey", StringComparison.Ordinal)));
            Assert.Empty(World.N8n.Deliveries);
        }
    }
}
