using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Steward.Simulation.Railway;

namespace Steward.Simulation.Tests;

public sealed class RailwayEnvironmentTests : WorldTest
{
    private const string StagingId = "0197c5a0-0000-7000-8000-000000000003";
    private const string StagingToken = "simulated-staging-token";
    private const string Services = "query Services($id: String!) { environment(id: $id) { name serviceInstances { edges { node { serviceId latestDeployment { id } } } } } }";
    private const string Own = "query Own { projectToken { environmentId } }";

    protected override WorldOptions Options => new() { RailwayEnvironments = [new SimulatedEnvironment("staging", StagingId) { ProjectToken = StagingToken }] };

    private SimulatedRailway Staging => World.RailwayIn("staging");

    [Fact]
    public async Task Environments_share_a_services_id_and_nothing_else()
    {
        Assert.Equal(World.Railway.AddService("web", "a1"), Staging.AddService("web"));
        Staging.Deploy("web", "b2", DeploymentFate.CrashesAfterStart);
        Clock.Advance(TimeSpan.FromSeconds(80));

        Assert.Equal("a1", World.Railway.Active("web")!.Commit);
        Assert.Equal(HttpStatusCode.OK, await HealthAsync("web"));
        using var health = await Client.GetAsync(Staging.HealthUrl("web"), Ending);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Throws<ArgumentException>(() => World.RailwayIn("preview"));
    }

    [Fact]
    public async Task A_bearer_sees_every_environment_and_is_no_project_token()
    {
        Assert.Equal("staging", (await RailwayAsync(Services, "Services", new() { ["id"] = StagingId }))["data"]!["environment"]!["name"]!.GetValue<string>());
        Assert.Equal("Environment not found", Error(await RailwayAsync(Services, "Services", new() { ["id"] = "nowhere" })));
        Assert.Equal("Project Token not found", Error(await RailwayAsync(Own)));
        Assert.Null(Error(await RailwayAsync("query Context { apiToken { workspaces { id } } }")));
    }

    [Fact]
    public async Task A_project_token_sees_its_own_environment_alone()
    {
        World.Railway.AddService("web", "a1");
        var foreign = World.Railway.Active("web")!.Id;

        Assert.Equal(StagingId, (await WithAsync(StagingToken, Own))["data"]!["projectToken"]!["environmentId"]!.GetValue<string>());
        Assert.Null(Error(await WithAsync(StagingToken, Services, new() { ["id"] = StagingId })));
        Assert.Equal("Not Authorized", Error(await WithAsync(StagingToken, Services, new() { ["id"] = Options.RailwayEnvironmentId })));
        Assert.Equal("Not Authorized", Error(await WithAsync(StagingToken, OneDeployment, new() { ["id"] = foreign })));
        Assert.Equal("Not Authorized", Error(await WithAsync(StagingToken, Rollback, new() { ["id"] = foreign })));
        Assert.Equal("Not Authorized", Error(await WithAsync(StagingToken, "query Context { apiToken { workspaces { id } } }")));
        Assert.Equal("Project Token not found", Error(await WithAsync("nobodys", Own)));
    }

    [Fact]
    public async Task A_project_token_hears_of_no_deployments_where_it_does_not_belong()
    {
        const string list = "query Deployments($input: DeploymentListInput!) { deployments(input: $input) { edges { node { id } } } }";
        World.Railway.AddService("web", "a1");
        var input = new JsonObject { ["environmentId"] = Options.RailwayEnvironmentId };

        var mine = await WithAsync(Options.RailwayToken, list, new() { ["input"] = input.DeepClone() });
        var foreign = await WithAsync(StagingToken, list, new() { ["input"] = input });

        Assert.Single(mine["data"]!["deployments"]!["edges"]!.AsArray());
        Assert.Empty(foreign["data"]!["deployments"]!["edges"]!.AsArray());
    }

    [Fact]
    public async Task A_client_deploys_a_commit_as_its_fate_says()
    {
        const string deploy = "mutation Deploy($s: String!, $e: String!, $c: String) { serviceInstanceDeployV2(serviceId: $s, environmentId: $e, commitSha: $c) }";
        var web = Staging.AddService("web", "a1");
        World.Railway.SetFate("b2", DeploymentFate.FailsInBuild);

        var id = (await RailwayAsync(deploy, "Deploy", new() { ["s"] = web, ["e"] = StagingId, ["c"] = "b2" }))["data"]!["serviceInstanceDeployV2"]!.GetValue<string>();
        Assert.Equal("ServiceInstance not found", Error(await RailwayAsync(deploy, "Deploy", new() { ["s"] = web, ["e"] = Options.RailwayEnvironmentId, ["c"] = "b2" })));
        Clock.Advance(TimeSpan.FromSeconds(80));

        Assert.Equal(RailwayStatus.Failed, Staging.Status(id));
        Assert.Equal("a1", Staging.Active("web")!.Commit);
        var mutation = Assert.Single(World.Mutations);
        Assert.Equal(("ServiceInstanceDeployV2", "web@staging", id), (mutation.Operation, mutation.Target, mutation.Detail));
    }

    [Fact]
    public void A_push_deploys_the_services_that_follow_it_in_every_environment()
    {
        World.Railway.AddService("web", "a1");
        World.Railway.AddService("postgres", "p1");
        Staging.AddService("web", "a1");
        World.Railway.AutoDeploy("web");
        Staging.AutoDeploy("web");
        World.Railway.SetFate("b2", DeploymentFate.CrashesAfterStart);

        Staging.Pushed("b2");
        Clock.Advance(TimeSpan.FromSeconds(80));

        Assert.Equal([RailwayStatus.Crashed, RailwayStatus.Crashed], [World.Railway.Deployments("web")[0].Status, Staging.Deployments("web")[0].Status]);
        Assert.Single(World.Railway.Deployments("postgres"));
        Assert.Empty(World.Mutations);
    }

    private async Task<JsonNode> WithAsync(string projectToken, string query, JsonObject? variables = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, World.RailwayEndpoint)
        {
            Content = JsonContent.Create(new { query, variables }),
            Headers = { { "Project-Access-Token", projectToken } },
        };
        using var response = await Client.SendAsync(request, Ending);
        return (await response.Content.ReadFromJsonAsync<JsonNode>(Ending))!;
    }
}
