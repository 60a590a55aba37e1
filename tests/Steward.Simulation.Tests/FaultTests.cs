using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Simulation.Faults;
using Steward.Testing;

namespace Steward.Simulation.Tests;

public sealed class FaultTests : WorldTest
{
    private string target = "";

    [Fact]
    public async Task A_counted_rate_limit_goes_away_and_performs_nothing()
    {
        SetUpTarget();
        World.Faults.Add(Fault.RateLimit(TimeSpan.FromSeconds(2.5)), Systems.Railway, "DeploymentRollback", times: 1);

        using var limited = await RollbackAsync();
        Assert.Equal(HttpStatusCode.TooManyRequests, limited.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(3), limited.Headers.RetryAfter!.Delta);
        Assert.Empty(World.Mutations);
        using var answered = await RollbackAsync();
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        Assert.Single(World.Mutations);
        Assert.Equal(2, World.Calls.Of(Systems.Railway, "DeploymentRollback"));
    }

    [Fact]
    public async Task A_fault_without_a_count_lasts_until_it_is_cleared_and_spares_other_operations()
    {
        SetUpTarget();
        World.Faults.Add(Fault.ServerError(503), Systems.Railway, "DeploymentRollback");

        for (var i = 0; i < 3; i++)
        {
            using var failed = await RollbackAsync();
            Assert.Equal(HttpStatusCode.ServiceUnavailable, failed.StatusCode);
        }

        Assert.Null(Error(await RailwayAsync(OneDeployment, "Deployment", new() { ["id"] = target })));
        World.Faults.Clear();
        using var answered = await RollbackAsync();
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
    }

    [Fact]
    public async Task A_dropped_connection_leaves_the_effect_or_not_as_asked()
    {
        SetUpTarget();
        World.Faults.Add(Fault.DropBeforeEffect, Systems.Railway, times: 1);
        await Assert.ThrowsAsync<HttpRequestException>(RollbackAsync);
        Assert.Empty(World.Mutations);

        World.Faults.Add(Fault.DropAfterEffect, Systems.Railway, times: 1);
        await Assert.ThrowsAsync<HttpRequestException>(RollbackAsync);
        Assert.Single(World.Mutations);
    }

    [Fact]
    public async Task An_answer_can_be_cut_be_a_page_be_errors_or_be_huge()
    {
        SetUpTarget();
        foreach (var fault in new[] { Fault.Truncated, Fault.NotJson, Fault.ErrorsWith200, Fault.Huge })
        {
            World.Faults.Add(fault, Systems.Railway, times: 1);
        }

        Assert.ThrowsAny<JsonException>(() => JsonNode.Parse(Text()));
        Assert.StartsWith("<html>", Text());
        Assert.NotNull(Error(JsonNode.Parse(Text())!));
        Assert.True(Text().Length > 16 * 1024 * 1024);

        string Text()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, World.RailwayEndpoint)
            {
                Content = new StringContent("""{"query":"query TokenScope { projectToken { projectId environmentId } }"}"""),
                Headers = { { "Project-Access-Token", Options.RailwayToken } },
            };
            using var response = Client.Send(request, Ending);
            using var reader = new StreamReader(response.Content.ReadAsStream(Ending));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return reader.ReadToEnd();
        }
    }

    [Fact]
    public async Task A_timeout_holds_the_request_until_the_client_leaves_and_performs_nothing()
    {
        SetUpTarget();
        World.Faults.Add(Fault.Timeout, Systems.Railway, "DeploymentRollback", times: 1);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ending);
        using var leaving = new HttpClient();

        var held = leaving.SendAsync(RollbackRequest(), patience.Token);
        await Eventually.HoldsAsync(() => World.Calls.Of(Systems.Railway) == 1, "the request arrived", Ending);
        Assert.False(held.IsCompleted);
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => held);
        Assert.Empty(World.Mutations);
    }

    [Fact]
    public async Task A_slow_answer_comes_when_the_clock_says_so()
    {
        SetUpTarget();
        World.Faults.Add(Fault.Slow(TimeSpan.FromSeconds(10)), Systems.Railway, times: 1);
        var slow = RollbackAsync();
        await Eventually.HoldsAsync(() => World.Calls.Of(Systems.Railway) == 1, "the request arrived", Ending);
        Assert.Empty(World.Mutations);

        await Eventually.HoldsAsync(AfterTenMoreSeconds, "the answer came", Ending);

        bool AfterTenMoreSeconds()
        {
            Clock.Advance(TimeSpan.FromSeconds(10));
            return slow.IsCompleted;
        }

        using var answered = await slow;
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
    }

    [Fact]
    public async Task A_gate_before_the_effect_holds_it_back_though_the_client_has_left()
    {
        SetUpTarget();
        var gate = World.Faults.HoldBeforeEffect(Systems.Railway, "DeploymentRollback");
        var performed = World.NextMutationAsync("DeploymentRollback", Ending);
        using (var killed = new HttpClient())
        {
            var request = killed.SendAsync(RollbackRequest(), Ending);
            await gate.Reached.WaitAsync(Ending);
            killed.CancelPendingRequests();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        }

        Assert.Empty(World.Mutations);
        gate.Release();
        Assert.Equal(target, (await performed).Target);
    }

    [Fact]
    public async Task A_gate_after_the_effect_holds_back_the_answer_alone()
    {
        SetUpTarget();
        var gate = World.Faults.HoldAfterEffect(Systems.Railway, "DeploymentRollback");
        var request = RollbackAsync();
        await gate.Reached.WaitAsync(Ending);

        Assert.Single(World.Mutations);
        Assert.False(request.IsCompleted);
        gate.Drop();
        await Assert.ThrowsAsync<HttpRequestException>(() => request);
        Assert.Single(World.Mutations);
    }

    [Fact]
    public async Task The_end_of_the_world_breaks_what_is_held_and_nothing_is_performed()
    {
        SetUpTarget();
        var gate = World.Faults.HoldBeforeEffect(Systems.Railway, "DeploymentRollback");
        var request = RollbackAsync();
        await gate.Reached.WaitAsync(Ending);

        await World.DisposeAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => request);
        Assert.Empty(World.Mutations);
    }

    private void SetUpTarget()
    {
        World.Railway.AddService("web", "a1");
        target = World.Railway.Active("web")!.Id;
        World.Railway.ForceStatus(World.Railway.Deploy("web", "b2"), "SUCCESS");
    }

    private Task<HttpResponseMessage> RollbackAsync() => SendToRailwayAsync(Rollback, "DeploymentRollback", new() { ["id"] = target });

    private HttpRequestMessage RollbackRequest() => new(HttpMethod.Post, World.RailwayEndpoint)
    {
        Content = new StringContent(new JsonObject
        {
            ["query"] = Rollback,
            ["operationName"] = "DeploymentRollback",
            ["variables"] = new JsonObject { ["id"] = target },
        }.ToJsonString()),
        Headers = { { "Authorization", $"Bearer {Options.RailwayToken}" } },
    };
}
