using System.Net;
using System.Text.Json.Nodes;
using Steward.Simulation.Railway;

namespace Steward.Simulation.Tests;

public sealed class RailwayDeploymentTests : WorldTest
{
    private static JsonObject Id(string id) => new() { ["id"] = id };

    [Fact]
    public async Task A_good_deployment_replaces_the_one_before_it_after_eighty_seconds()
    {
        World.Railway.AddService("web", "a1");
        var first = World.Railway.Active("web")!;
        var second = World.Railway.Deploy("web", "b2");

        Clock.Advance(TimeSpan.FromSeconds(79));
        Assert.Equal(RailwayStatus.Deploying, World.Railway.Status(second));
        Assert.Equal(first.Id, World.Railway.Active("web")!.Id);
        Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(RailwayStatus.Success, World.Railway.Status(second));
        var replaced = (await RailwayAsync(OneDeployment, "Deployment", Id(first.Id)))["data"]!["deployment"]!;
        Assert.Equal(RailwayStatus.Removed, replaced["status"]!.GetValue<string>());
        Assert.True(replaced["canRollback"]!.GetValue<bool>());
        Assert.Empty(World.Mutations);
    }

    [Theory]
    [InlineData(DeploymentFate.FailsInBuild, RailwayStatus.Failed, HttpStatusCode.OK, false)]
    [InlineData(DeploymentFate.CrashesAfterStart, RailwayStatus.Crashed, HttpStatusCode.ServiceUnavailable, true)]
    [InlineData(DeploymentFate.ServesErrors, RailwayStatus.Success, HttpStatusCode.InternalServerError, true)]
    [InlineData(DeploymentFate.NeverFinishes, RailwayStatus.Building, HttpStatusCode.OK, false)]
    public async Task A_bad_deployment_ends_and_serves_as_its_fate_says(
        DeploymentFate fate, string status, HttpStatusCode health, bool canRollback)
    {
        World.Railway.AddService("web", "a1");
        var bad = World.Railway.Deploy("web", "b2", fate);

        Clock.Advance(TimeSpan.FromSeconds(80));

        Assert.Equal(status, World.Railway.Status(bad));
        Assert.Equal(health, await HealthAsync("web"));
        var seen = (await RailwayAsync(OneDeployment, "Deployment", Id(bad)))["data"]!["deployment"]!;
        Assert.Equal(canRollback, seen["canRollback"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_rollback_starts_a_new_deployment_of_the_old_commit_and_heals_after_twenty_one_seconds()
    {
        World.Railway.AddService("web", "a1");
        var good = World.Railway.Active("web")!;
        World.Railway.Deploy("web", "b2", DeploymentFate.CrashesAfterStart);
        Clock.Advance(TimeSpan.FromSeconds(80));

        var answer = await RailwayAsync(Rollback, "DeploymentRollback", Id(good.Id));

        Assert.True(answer["data"]!["deploymentRollback"]!.GetValue<bool>());
        var mutation = Assert.Single(World.Mutations);
        Assert.Equal(("DeploymentRollback", good.Id), (mutation.Operation, mutation.Target));
        var latest = World.Railway.Deployments("web")[0];
        Assert.Equal((mutation.Detail, "a1", "rollback"), (latest.Id, latest.Commit, latest.Reason));
        Clock.Advance(TimeSpan.FromSeconds(20.9));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await HealthAsync("web"));
        Clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(HttpStatusCode.OK, await HealthAsync("web"));
        Assert.Equal(latest.Id, World.Railway.Active("web")!.Id);
    }

    [Fact]
    public async Task A_rollback_is_refused_and_not_recorded_where_it_is_impossible()
    {
        World.Railway.AddService("web", "a1");
        var active = World.Railway.Active("web")!.Id;
        var broken = World.Railway.Deploy("web", "b2", DeploymentFate.FailsInBuild);
        Clock.Advance(TimeSpan.FromSeconds(80));

        Assert.Equal("Deployment not found", Error(await RailwayAsync(Rollback, "DeploymentRollback", Id("nowhere"))));
        Assert.Equal("Deployment cannot be rolled back to", Error(await RailwayAsync(Rollback, "DeploymentRollback", Id(broken))));
        Assert.Equal("Deployment is already active", Error(await RailwayAsync(Rollback, "DeploymentRollback", Id(active))));
        World.Railway.Deploy("web", "c3");
        Clock.Advance(TimeSpan.FromSeconds(80));
        World.Railway.ForbidRollback(active);
        Assert.Equal("Deployment cannot be rolled back to", Error(await RailwayAsync(Rollback, "DeploymentRollback", Id(active))));
        Assert.Empty(World.Mutations);
    }

    [Fact]
    public async Task A_restart_cures_what_has_become_good_and_only_the_active_deployment_can_be_restarted()
    {
        const string restart = "mutation DeploymentRestart($id: String!) { deploymentRestart(id: $id) }";
        World.Railway.AddService("web", "a1");
        var old = World.Railway.Active("web")!.Id;
        var crashed = World.Railway.Deploy("web", "b2", DeploymentFate.CrashesAfterStart);
        Clock.Advance(TimeSpan.FromSeconds(80));

        Assert.NotNull(Error(await RailwayAsync(restart, "DeploymentRestart", Id(old))));
        World.Railway.ChangeFate(crashed, DeploymentFate.Good);
        Assert.Null(Error(await RailwayAsync(restart, "DeploymentRestart", Id(crashed))));
        Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(HttpStatusCode.OK, await HealthAsync("web"));
        Assert.Equal("DeploymentRestart", Assert.Single(World.Mutations).Operation);
    }

    [Fact]
    public async Task A_redeployment_of_an_image_gives_back_a_new_deployment_that_skips_the_build()
    {
        World.Railway.AddService("web", "a1");
        var active = World.Railway.Active("web")!.Id;

        var answer = await RailwayAsync(
            "mutation DeploymentRedeploy($id: String!) { deploymentRedeploy(id: $id, usePreviousImageTag: true) { id status } }",
            "DeploymentRedeploy", Id(active));
        var next = answer["data"]!["deploymentRedeploy"]!["id"]!.GetValue<string>();
        Clock.Advance(TimeSpan.FromSeconds(21));

        Assert.NotEqual(active, next);
        Assert.Equal(next, World.Railway.Active("web")!.Id);
        Assert.Equal((active, next), (World.Mutations[0].Target, World.Mutations[0].Detail));
    }

    [Fact]
    public async Task A_failed_build_says_so_in_its_log_and_never_started()
    {
        const string query = """
            query Logs($id: String!) { build: buildLogs(deploymentId: $id) { message } run: deploymentLogs(deploymentId: $id) { message } }
            """;
        World.Railway.AddService("web");
        var id = World.Railway.Deploy("web", "b2", DeploymentFate.FailsInBuild);
        Clock.Advance(TimeSpan.FromSeconds(80));

        var logs = (await RailwayAsync(query, "Logs", Id(id)))["data"]!;

        Assert.Equal("Build failed with exit code 1", logs["build"]!.AsArray()[^1]!["message"]!.GetValue<string>());
        Assert.Empty(logs["run"]!.AsArray());
    }

    [Fact]
    public void A_forced_status_ends_the_course_of_a_deployment()
    {
        World.Railway.AddService("web");
        var id = World.Railway.Deploy("web", "a1");

        World.Railway.ForceStatus(id, "TELEPORTING");
        Clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal("TELEPORTING", World.Railway.Status(id));
    }
}
