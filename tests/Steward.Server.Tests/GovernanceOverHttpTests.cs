using System.Text.Json.Nodes;
using Steward.Governance.Calls;

namespace Steward.Server.Tests;

public sealed class GovernanceOverHttpTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_waiting_call_is_shown_approved_by_a_person_and_then_permitted()
    {
        var request = Request("approve-me");
        var waiting = Assert.IsType<GateAnswer.Waiting>(await server.Get<Gate>().AskAsync(request, Cancellation));
        var (_, key) = await server.MakeKeyAsync("anna", "approve");

        var shown = (await server.GetAsync($"/api/approvals/{waiting.ApprovalId}")).Json;
        Assert.Equal("github.pull-request.merge", (string?)shown["action"]);
        Assert.Equal(42, (int?)shown["arguments"]!["number"]);
        Assert.Contains((await server.GetAsync("/api/approvals?state=pending")).Json["items"]!.AsArray(), item => (string?)item!["id"] == waiting.ApprovalId.ToString());
        var decided = await server.PostAsync($"/api/approvals/{waiting.ApprovalId}/approve", new JsonObject { ["reason"] = "looked at it" }, key);

        Assert.Equal(200, decided.Status);
        Assert.Equal(("approved", "person:anna", "looked at it"), ((string?)decided.Json["state"], (string?)decided.Json["decidedBy"], (string?)decided.Json["decisionReason"]));
        Assert.IsType<GateAnswer.Permitted>(await server.Get<Gate>().AskAsync(request, Cancellation));
        (await server.PostAsync($"/api/approvals/{waiting.ApprovalId}/deny", key: key)).IsProblem(409, "already-decided");
    }

    [Fact]
    public async Task A_call_that_a_person_denied_is_denied()
    {
        var request = Request("deny-me");
        var waiting = Assert.IsType<GateAnswer.Waiting>(await server.Get<Gate>().AskAsync(request, Cancellation));

        Assert.Equal(200, (await server.PostAsync($"/api/approvals/{waiting.ApprovalId}/deny")).Status);

        Assert.IsType<GateAnswer.Denied>(await server.Get<Gate>().AskAsync(request, Cancellation));
    }

    [Fact]
    public async Task While_a_service_is_stopped_its_calls_are_held_and_after_the_lift_they_are_not()
    {
        var service = "held-service";
        var request = Request("hold-me", "github.issue.create", service);

        var raised = await server.PostAsync("/api/stop", new JsonObject { ["reason"] = "odd figures", ["service"] = service });
        Assert.Equal(("odd figures", "person:owner"), ((string?)raised.Json["reason"], (string?)raised.Json["raisedBy"]));
        Assert.IsType<GateAnswer.Held>(await server.Get<Gate>().AskAsync(request, Cancellation));
        var status = (await server.GetAsync("/api/stop")).Json;
        Assert.False((bool)status["stopped"]!);
        Assert.Contains(status["switches"]!.AsArray(), on => (string?)on!["subject"] == service);

        Assert.Equal(200, (await server.SendAsync(HttpMethod.Delete, $"/api/stop?service={service}&reason=fine")).Status);
        Assert.IsType<GateAnswer.Permitted>(await server.Get<Gate>().AskAsync(request, Cancellation));
    }

    [Fact]
    public async Task An_elevation_is_granted_listed_and_ended()
    {
        var granted = await server.PostAsync("/api/elevations", new JsonObject { ["actor"] = "agent:x", ["target"] = "web", ["level"] = "autonomous", ["reason"] = "tonight", ["minutes"] = 5 });

        Assert.Equal(201, granted.Status);
        var id = (string)granted.Json["id"]!;
        Assert.Contains((await server.GetAsync("/api/elevations")).Json["items"]!.AsArray(), item => (string?)item!["id"] == id);
        Assert.NotNull((await server.SendAsync(HttpMethod.Delete, $"/api/elevations/{id}")).Json["endedAt"]);
        (await server.SendAsync(HttpMethod.Delete, $"/api/elevations/{id}")).IsProblem(409, "ended");
    }

    [Fact]
    public async Task Pages_follow_each_other_without_a_gap()
    {
        for (var i = 0; i < 5; i++)
        {
            await server.Get<Gate>().AskAsync(Request($"page-{i}", "github.issue.create"), Cancellation);
        }

        var all = (await server.GetAsync("/api/audit?limit=500")).Json["items"]!.AsArray().Select(row => (long)row!["seq"]!).ToList();
        List<long> paged = [];
        string? next = null;
        do
        {
            var page = (await server.GetAsync($"/api/audit?limit=2&after={next}")).Json;
            paged.AddRange(page["items"]!.AsArray().Select(row => (long)row!["seq"]!));
            next = (string?)page["next"];
        }
        while (next is not null);

        Assert.Equal(all, paged.Take(all.Count));
        Assert.Equal(1, paged[^1]);
    }

    [Fact]
    public async Task The_policy_in_force_can_be_read()
    {
        var policy = (await server.GetAsync("/api/policy")).Json;

        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(server.DataDirectory, "policy.yaml"), Cancellation), (string?)policy["text"]);
        Assert.Matches("^[0-9a-f]{16}$", (string)policy["version"]!);
    }

    private static CallRequest Request(string key, string action = "github.pull-request.merge", string? service = null) =>
        new(key, new Actor("operations"), new Call(action, $"pull/{key}", new JsonObject { ["number"] = 42 }, service), "it is time", "correlation-1");
}
