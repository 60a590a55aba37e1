using Steward.Connectors.Railway;
using Steward.Platform.Http;
using Steward.Simulation;
using Steward.Simulation.Railway;
using RailwayStatus = Steward.Connectors.Railway.RailwayStatus;

namespace Steward.Connectors.Tests.Railway;

public sealed class RailwayReadTests : ConnectorTest
{
    // The rate limiter in front of Railway lets a bare address pass no more.
    protected override WorldOptions Options => base.Options with { RailwayWantsQueryString = true };

    [Fact]
    public async Task Services_come_with_what_serves_and_what_came_last()
    {
        var id = World.Railway.AddService("web", "a1");
        World.Railway.Deploy("web", "b2", DeploymentFate.FailsInBuild);
        World.Railway.AddService("empty");

        var services = await Railway.ListServicesAsync(Ending);

        Assert.Equal(["web", "empty"], services.Select(service => service.Name));
        Assert.Equal((id, RailwayStatus.Failed, "FAILED", "b2"),
            (services[0].Id, services[0].LatestDeployment!.Status, services[0].LatestDeployment!.RawStatus, services[0].LatestDeployment!.Version));
        var active = Assert.Single(services[0].ActiveDeployments);
        Assert.Equal((RailwayStatus.Active, "a1", "deploy", id, true), (active.Status, active.Version, active.Reason, active.ServiceId, active.CanRollback));
        Assert.Null(services[1].LatestDeployment);
        Assert.Empty(services[1].ActiveDeployments);
    }

    [Fact]
    public async Task All_pages_of_services_are_read()
    {
        var ids = Enumerable.Range(0, 120).Select(number => World.Railway.AddService($"service-{number}")).ToList();

        var services = await Railway.ListServicesAsync(Ending);

        Assert.Equal(ids, services.Select(service => service.Id));
        Assert.Equal(3, World.Calls.Of(Systems.Railway, "EnvironmentServices"));
    }

    [Fact]
    public async Task Deployments_of_one_service_come_newest_first_and_no_more_than_asked()
    {
        var web = World.Railway.AddService("web", "a1");
        World.Railway.AddService("postgres", "p1");
        World.Railway.Deploy("web", "b2");
        World.Railway.Deploy("web", "c3");

        var deployments = await Railway.ListDeploymentsAsync(web, 2, Ending);

        Assert.Equal(["c3", "b2"], deployments.Select(deployment => deployment.Version));
        Assert.Equal(deployments[0], await Railway.GetDeploymentAsync(deployments[0].Id, Ending));
    }

    [Fact]
    public async Task Logs_come_as_they_were_written_and_no_more_than_asked()
    {
        World.Railway.AddService("web", "a1");
        var crashed = World.Railway.Deploy("web", "b2", DeploymentFate.CrashesAfterStart);

        var lines = await Railway.DeploymentLogsAsync(crashed, 2, null, Ending);
        var build = await Railway.BuildLogsAsync(crashed, 10_000, Ending);
        var filtered = await Railway.DeploymentLogsAsync(crashed, RailwayClient.MaxLogLines, "exited", Ending);

        Assert.Equal(2, lines.Count);
        Assert.Equal(("Container exited with code 139", "error"), (lines[1].Message, lines[1].Severity));
        Assert.NotNull(lines[1].At);
        Assert.Equal("Using Dockerfile", build[0].Message);
        Assert.Equal(lines[1], Assert.Single(filtered));
    }

    [Fact]
    public async Task Metrics_come_by_service()
    {
        var web = World.Railway.AddService("web", "a1");
        World.Railway.SetMetric("web", "CPU_USAGE", 0.5);
        World.Railway.SetMetric("web", "MEMORY_USAGE_GB", 2);
        var since = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

        var metrics = await Railway.MetricsAsync(
            web, [RailwayMeasurement.CpuUsage, RailwayMeasurement.MemoryUsageGb], since, since.AddMinutes(2), TimeSpan.FromMinutes(1), Ending);

        Assert.Equal([RailwayMeasurement.CpuUsage, RailwayMeasurement.MemoryUsageGb], metrics.Select(metric => metric.Measurement));
        Assert.All(metrics, metric => Assert.Equal(web, metric.ServiceId));
        Assert.Equal([new(since, 0.5), new(since.AddMinutes(1), 0.5), new(since.AddMinutes(2), 0.5)], metrics[0].Points);
    }

    [Fact]
    public async Task Http_figures_come_as_counts_shares_and_durations_over_time()
    {
        var web = World.Railway.AddService("web", "a1");
        var since = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
        World.Railway.SetHttp("web", errorShare: 0, p95: 100, requestsPerMinute: 0);
        World.Railway.SetHttp("web", errorShare: 0, p95: 100, requestsPerMinute: 30, since: since.AddMinutes(1));
        World.Railway.SetHttp("web", errorShare: 0.5, p95: 900, requestsPerMinute: 120, since: since.AddMinutes(2));

        var points = await Railway.HttpAsync(web, since, since.AddMinutes(2), TimeSpan.FromMinutes(1), Ending);

        Assert.Equal([new(since.AddMinutes(1), 30, 0, 50, 100), new(since.AddMinutes(2), 120, 0.5, 450, 900)], points);
    }

    [Fact]
    public async Task A_service_that_nobody_reaches_has_no_http_figures()
    {
        var worker = World.Railway.AddService("worker", "a1");
        World.Railway.SetHttp("worker", 0, 0, requestsPerMinute: 0);

        Assert.Empty(await Railway.HttpAsync(worker, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddHours(1), null, Ending));
    }

    [Theory]
    [InlineData("acme/shop", "acme/shop")]
    [InlineData("../shop", null)]
    [InlineData("acme/..", null)]
    [InlineData("https://github.com/acme/shop", null)]
    [InlineData(null, null)]
    public async Task The_repository_of_a_service_comes_where_Railway_says_one(string? said, string? repository)
    {
        World.Railway.AddService("web", "a1");
        World.Railway.SetRepository("web", said);

        Assert.Equal(repository, Assert.Single(await Railway.ListServicesAsync(Ending)).Repository);
    }

    [Fact]
    public async Task Usage_comes_by_service_and_as_an_estimate_for_the_project()
    {
        var web = World.Railway.AddService("web", "a1");
        World.Railway.SetMetric("web", "MEMORY_USAGE_GB", 2);
        var since = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

        var usage = await Railway.UsageAsync([RailwayMeasurement.MemoryUsageGb], since, since.AddMinutes(10), Ending);

        Assert.Equal(new RailwayUsageSum(RailwayMeasurement.MemoryUsageGb, web, 20), Assert.Single(usage.Used));
        Assert.Equal(2 * 30 * 24 * 60, Assert.Single(usage.Estimated).Value);
    }

    [Fact]
    public async Task A_word_for_a_status_that_nobody_knows_is_under_way_and_warned_of_once()
    {
        var web = World.Railway.AddService("web", "a1");
        World.Railway.ForceStatus(World.Railway.Active("web")!.Id, "LEVITATING");

        for (var i = 0; i < 3; i++)
        {
            var deployment = Assert.Single(await Railway.ListDeploymentsAsync(web, 10, Ending));
            Assert.Equal((RailwayStatus.InProgress, "LEVITATING", true), (deployment.Status, deployment.RawStatus, deployment.Status.IsUnderWay()));
        }

        Assert.Contains("LEVITATING", Assert.Single(Log.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("QUEUED", RailwayStatus.Pending)]
    [InlineData("WAITING", RailwayStatus.Pending)]
    [InlineData("NEEDS_APPROVAL", RailwayStatus.NeedsApproval)]
    [InlineData("INITIALIZING", RailwayStatus.Building)]
    [InlineData("BUILDING", RailwayStatus.Building)]
    [InlineData("DEPLOYING", RailwayStatus.Deploying)]
    [InlineData("SUCCESS", RailwayStatus.Active)]
    [InlineData("ACTIVE", RailwayStatus.Active)]
    [InlineData("SLEEPING", RailwayStatus.Sleeping)]
    [InlineData("FAILED", RailwayStatus.Failed)]
    [InlineData("CRASHED", RailwayStatus.Crashed)]
    [InlineData("REMOVED", RailwayStatus.Removed)]
    [InlineData("REMOVING", RailwayStatus.Removed)]
    [InlineData("SKIPPED", RailwayStatus.Skipped)]
    public async Task Every_word_of_Railways_has_a_meaning(string word, RailwayStatus status)
    {
        World.Railway.AddService("web", "a1");
        var id = World.Railway.Active("web")!.Id;
        World.Railway.ForceStatus(id, word);

        Assert.Equal(status, (await Railway.GetDeploymentAsync(id, Ending)).Status);
        Assert.Empty(Log.Warnings);
    }

    [Fact]
    public async Task A_deployment_that_is_not_there_is_a_lasting_failure_that_says_so()
    {
        var error = await Assert.ThrowsAsync<ConnectorException>(() => Railway.GetDeploymentAsync("none", Ending));

        Assert.Equal(("railway", "Deployment", false), (error.Vendor, error.Operation, error.IsTransient));
        Assert.Equal(1, World.Calls.Of(Systems.Railway));
    }
}
