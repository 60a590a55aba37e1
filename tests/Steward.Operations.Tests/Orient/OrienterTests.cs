using Steward.Connectors.Deployed;
using Steward.Operations.Deployments;
using Steward.Operations.Observe;
using Steward.Operations.Orient;
using Steward.Operations.Watched;
using static Steward.Operations.Deployments.DeploymentState;

namespace Steward.Operations.Tests.Orient;

public sealed class OrienterTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private readonly OperationsOptions options = new() { SettleTime = TimeSpan.FromMinutes(1), HealthFailures = 3 };
    private IReadOnlyList<WatchedService> services = [];
    private IReadOnlyList<Deployment> deployments = [];

    [Fact]
    public void A_deployment_that_served_for_the_settling_time_becomes_known_good()
    {
        Look(0, Service(Seen("d1", Active, 0)));
        Assert.Null(deployments.Single().GoodAt);

        Look(59, Service(Seen("d1", Active, 0)));
        Assert.Null(deployments.Single().GoodAt);

        Look(60, Service(Seen("d1", Active, 0)));
        Assert.Equal(Noon.AddSeconds(60), deployments.Single().GoodAt);
    }

    [Fact]
    public void A_deployment_that_answers_with_errors_never_becomes_known_good()
    {
        for (var second = 0; second < 600; second += 10)
        {
            Look(second, Service(Seen("d1", Active, 0)), well: false);
        }

        Assert.Null(deployments.Single().GoodAt);
        Assert.Equal(ServiceHealth.Unhealthy, services.Single().Health);
    }

    [Fact]
    public void Health_is_shaky_before_it_is_unhealthy_and_starts_anew_with_another_deployment()
    {
        Look(0, Service(Seen("d1", Active, 0)), well: false);
        Look(10, Service(Seen("d1", Active, 0)), well: false);
        Assert.Equal((ServiceHealth.Shaky, 2), (services.Single().Health, services.Single().HealthFailures));

        Look(20, Service(Seen("d1", Active, 0)), well: false);
        Assert.Equal((ServiceHealth.Unhealthy, Noon), (services.Single().Health, services.Single().HealthSince));

        Look(30, Service(Seen("d2", Active, 30)), well: false);
        Assert.Equal((ServiceHealth.Shaky, 1, Noon.AddSeconds(30)), (services.Single().Health, services.Single().HealthFailures, services.Single().HealthSince));

        Look(40, Service(Seen("d2", Active, 30)), well: true);
        Assert.Equal((ServiceHealth.Healthy, 0), (services.Single().Health, services.Single().HealthFailures));
    }

    [Fact]
    public void The_errors_of_one_deployment_do_not_count_against_the_one_that_takes_its_place()
    {
        Look(0, Service(Seen("d1", Active, 0)), well: true);
        for (var second = 10; second <= 60; second += 10)
        {
            Look(second, Service(Seen("d2", Deploying, 5), Seen("d1", Active, 0)), well: false);
        }

        Assert.Equal((ServiceHealth.Unhealthy, "d1"), (services.Single().Health, services.Single().HealthOf));

        Look(70, Service(Seen("d2", Active, 65)), well: false);
        Assert.Equal((ServiceHealth.Shaky, 1, "d2"), (services.Single().Health, services.Single().HealthFailures, services.Single().HealthOf));
    }

    [Fact]
    public void Silence_while_nothing_serves_does_not_count_against_the_one_that_is_started()
    {
        for (var second = 0; second <= 60; second += 10)
        {
            Look(second, new ObservedService("s1", "web", Seen("d2", Deploying, 5), [Seen("d1", Crashed, 0)], []), well: false);
        }

        Look(70, Service(Seen("d2", Active, 65)), well: false);
        Assert.Equal((ServiceHealth.Shaky, 1), (services.Single().Health, services.Single().HealthFailures));
    }

    [Fact]
    public void Checks_that_events_bring_together_into_a_second_are_not_enough()
    {
        foreach (var moment in new[] { 0, 0.3, 0.6, 0.9, 9.9 })
        {
            Look(moment, Service(Seen("d1", Active, 0)), well: false);
            Assert.Equal(ServiceHealth.Shaky, services.Single().Health);
        }

        Look(10, Service(Seen("d1", Active, 0)), well: false);
        Assert.Equal(ServiceHealth.Unhealthy, services.Single().Health);
    }

    [Fact]
    public void An_answer_is_no_younger_because_the_picture_waited_for_another_source()
    {
        Look(0, Service(Seen("d1", Active, 0)), well: false);
        Look(0.4, Service(Seen("d1", Active, 0)), well: false);
        Look(15, Service(Seen("d1", Active, 0)), well: false, asked: 5);
        Assert.Equal(ServiceHealth.Shaky, services.Single().Health);

        Look(20, Service(Seen("d1", Active, 0)), well: false);
        Assert.Equal(ServiceHealth.Unhealthy, services.Single().Health);
    }

    [Fact]
    public void A_deployment_that_answers_with_errors_is_marked_until_it_answers_well_again()
    {
        Look(0, Service(Seen("d1", Active, 0)), well: true);
        Look(70, Service(Seen("d1", Active, 0)), well: true);
        foreach (var second in new[] { 100, 110, 120 })
        {
            Look(second, Service(Seen("d1", Active, 0)), well: false);
        }

        Assert.Equal(Noon.AddSeconds(100), deployments.Single().UnhealthyAt);

        Look(130, Service(Seen("d1", Active, 0)), well: true);
        Assert.Null(deployments.Single().UnhealthyAt);
    }

    [Fact]
    public void A_good_answer_while_another_takes_over_does_not_clear_the_one_that_was_asked()
    {
        foreach (var second in new[] { 0, 10, 20 })
        {
            Look(second, Service(Seen("d1", Active, 0)), well: false);
        }

        Look(30, Service(Seen("d2", Deploying, 25), Seen("d1", Active, 0)), well: true);
        Assert.Equal(Noon, deployments.Single(deployment => deployment.Id == "d1").UnhealthyAt);

        Look(40, Service(Seen("d2", Failed, 35), Seen("d1", Active, 0)), well: true);
        Assert.Null(deployments.Single(deployment => deployment.Id == "d1").UnhealthyAt);
    }

    [Fact]
    public void One_that_came_up_and_died_again_between_two_looks_has_crashed_twice()
    {
        Look(0, Service(Seen("d1", Active, 0)));
        Look(10, Service(Seen("d1", Crashed, 8)));
        Look(20, Service(Seen("d1", Crashed, 8)));
        Assert.Equal(Noon.AddSeconds(8), deployments.Single().StateAt);

        Look(30, Service(Seen("d1", Crashed, 27)));
        Assert.Equal(Noon.AddSeconds(27), deployments.Single().StateAt);
    }

    [Fact]
    public void One_that_served_and_is_not_listed_any_more_was_replaced()
    {
        Look(0, Service(Seen("d1", Active, 0)));
        Look(70, Service(Seen("d1", Active, 0)));
        Look(80, Service(Seen("d2", Crashed, 75)));

        var old = deployments.Single(deployment => deployment.Id == "d1");
        Assert.Equal(Removed, old.State);
        Assert.NotNull(old.GoodAt);
    }

    [Fact]
    public void While_the_new_one_is_built_the_old_one_serves()
    {
        Look(0, Service(Seen("d1", Active, 0)));
        var situation = Look(10, Service(Seen("d2", Building, 10), Seen("d1", Active, 0))).Situations.Single();

        Assert.Equal(("d2", "d1"), (situation.Latest.Id, situation.Serving?.Id));
    }

    [Fact]
    public void Without_an_answer_of_the_provider_nothing_is_forgotten_and_nothing_is_concluded()
    {
        Look(0, Service(Seen("d1", Active, 0)));
        var orientation = Orienter.Orient(new Picture(Noon.AddSeconds(10), [], new Dictionary<string, HealthCheck>(), ["railway: no answer"]), services, Known(), options);

        Assert.Empty(orientation.Situations);
        Assert.Empty(orientation.Deployments);
        Assert.Empty(orientation.Services);
    }

    [Fact]
    public void A_picture_that_says_nothing_new_changes_nothing()
    {
        Look(0, Service(Seen("d1", Active, 0)), well: true);
        Look(100, Service(Seen("d1", Active, 0)), well: true);
        var orientation = Look(110, Service(Seen("d1", Active, 0)), well: true);

        Assert.Empty(orientation.Deployments);
        Assert.Empty(orientation.Services);
    }

    [Fact]
    public void A_restart_is_forgotten_when_it_has_served_for_the_watch_window_since()
    {
        Look(0, Service(Seen("d1", Active, 0)));
        deployments = [deployments.Single() with { State = Crashed, StateAt = Noon.AddSeconds(60), RestartedAt = Noon.AddSeconds(60), RestartFailedAt = Noon.AddSeconds(70) }];
        Look(80, Service(Seen("d1", Active, 80)));
        Look(80 + options.WatchWindow.TotalSeconds, Service(Seen("d1", Active, 80)));
        Assert.True(deployments.Single().WasRestarted);

        Look(81 + options.WatchWindow.TotalSeconds, Service(Seen("d1", Active, 80)));
        Assert.False(deployments.Single().WasRestarted);
    }

    private static ObservedDeployment Seen(string id, DeploymentState state, int since) =>
        new(id, state, state.ToString(), $"v-{id}", Noon.AddSeconds(since), Noon.AddSeconds(since), true, null);

    private static ObservedService Service(params ObservedDeployment[] newestFirst) =>
        new("s1", "web", newestFirst[0], [.. newestFirst.Where(deployment => deployment.State == Active)], []);

    private Orientation Look(double second, ObservedService service, bool? well = null, double? asked = null)
    {
        var health = well is { } isWell ? new Dictionary<string, HealthCheck> { ["web"] = new(isWell, isWell ? null : "HTTP 500", Noon.AddSeconds(asked ?? second)) } : [];
        var orientation = Orienter.Orient(new Picture(Noon.AddSeconds(second), [service], health, []), services, Known(), options);
        services = [.. orientation.Services.UnionBy(services, one => one.Id)];
        deployments = [.. orientation.Deployments.UnionBy(deployments, one => one.Id).OrderByDescending(one => one.CreatedAt)];
        return orientation;
    }

    private ILookup<string, Deployment> Known() => deployments.ToLookup(deployment => deployment.ServiceId);
}
