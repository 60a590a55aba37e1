using Microsoft.Extensions.DependencyInjection;
using Steward.Connectors.Deployed;
using Steward.Operations.Deploys;
using Steward.Operations.Findings;
using Steward.Platform.Telemetry;
using Steward.Simulation;
using Steward.Simulation.Faults;
using Steward.Simulation.Railway;
using Steward.Testing;
using static Steward.Operations.Tests.Deploys.DeployScene;

namespace Steward.Operations.Tests.Deploys;

/// <summary>A service of which nobody said where it tells how it is: it is asked below the provider's address.</summary>
public sealed class AddressTests
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";

    [Fact]
    public async Task One_that_never_answered_there_is_not_undone_for_it_and_not_called_verified()
    {
        // Nobody answers below the simulated provider's domain.
        await using var rig = await StartAsync(isHealthUrlSet: false);

        var deploy = await DeployedAsync(rig, new DeployRequest(Service: "web", Commit: Commit));
        await rig.UntilQuietAsync();

        Assert.True(deploy.State == DeployState.Unverified, $"{deploy.State}: {deploy.Note}");
        Assert.All(["/health was asked", "did not answer well: ", "Operations:Services:web:HealthUrl"], piece => Assert.Contains(piece, deploy.Note, StringComparison.Ordinal));
        Assert.Equal((Commit, 0), (rig.World.Railway.Active("web")!.Commit, rig.Mutations("DeploymentRollback")));
        Assert.Empty(await rig.FindingsAsync());
    }

    [Fact]
    public async Task One_that_answered_well_there_and_does_not_any_more_is_undone()
    {
        await using var rig = await StartAsync(isHealthUrlSet: false, services: ServeTheDomain);
        rig.World.Railway.SetFate(Commit, DeploymentFate.ServesErrors);

        var deploy = await DeployedAsync(rig, new DeployRequest(Service: "web", Commit: Commit));

        Assert.True(deploy.State == DeployState.RolledBack, $"{deploy.State}: {deploy.Note}");
        Assert.Equal(("good", 1), (rig.World.Railway.Active("web")!.Commit, rig.Mutations("DeploymentRollback")));
    }

    [Fact]
    public async Task One_that_answers_well_there_is_verified()
    {
        await using var rig = await StartAsync(isHealthUrlSet: false, services: ServeTheDomain);

        var deploy = await DeployedAsync(rig, new DeployRequest(Service: "web", Commit: Commit));

        Assert.True(deploy.State == DeployState.Succeeded, $"{deploy.State}: {deploy.Note}");
    }

    [Fact]
    public async Task One_that_a_person_merged_meanwhile_and_that_does_not_answer_well_there_is_undone()
    {
        await using var rig = await StartAsync(rule: AskingForMerges, isHealthUrlSet: false, services: ServeTheDomain);
        var number = GreenPullRequest(rig);
        var asked = await AskedAsync(rig, new DeployRequest(number));
        await rig.PendingApprovalAsync();
        // The provider follows the branch, and is done before Steward sees the merge.
        rig.World.Faults.Add(Fault.ServerError(), Systems.GitHub, "GetPullRequest");
        var merged = rig.World.GitHub.MergePullRequest(number);
        rig.World.Railway.SetFate(merged, DeploymentFate.ServesErrors);
        var begun = rig.World.Railway.Deploy("web", merged, DeploymentFate.ServesErrors);
        await Eventually.HoldsAsync(() => rig.World.Railway.Status(begun) is RailwayStatus.Success, "it is up", CancellationToken.None);
        rig.World.Faults.Clear();

        var deploy = await EndedAsync(rig, asked.Id);

        Assert.True(deploy.State == DeployState.RolledBack, $"{deploy.State}: {deploy.Note}");
        Assert.Equal(("good", 1), (rig.World.Railway.Active("web")!.Commit, rig.Mutations("DeploymentRollback")));
    }

    [Fact]
    public async Task One_that_did_not_answer_well_there_is_not_gone_back_to_because_another_one_served_well()
    {
        await using var rig = await StartAsync(isHealthUrlSet: false, services: ServeTheDomain);
        rig.World.Railway.SetFate(Commit, DeploymentFate.ServesErrors);
        rig.World.Faults.Add(Fault.ServerError(400), Systems.Railway, "DeploymentRollback");
        await DeployedAsync(rig, new DeployRequest(Service: "web", Commit: Commit));
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Stuck, "it could not be undone");
        await rig.UntilQuietAsync();
        rig.World.Faults.Clear();

        await PushedAsync(rig, "mended");
        await rig.UntilFindingAsync(finding => finding.State == FindingState.Recovered, "it is over");
        await rig.CrashAsync("worse");
        await Eventually.HoldsAsync(() => rig.Mutations("DeploymentRollback") == 1, "the next one is undone", CancellationToken.None);
        await rig.UntilQuietAsync();
        Assert.Equal("mended", rig.World.Railway.Active("web")!.Commit);

        rig.World.Railway.ForceStatus(rig.World.Railway.Active("web")!.Id, RailwayStatus.Crashed);
        await rig.LookAsync();
        await Eventually.HoldsAsync(() => rig.Mutations("DeploymentRollback") == 2, "that is undone as well", CancellationToken.None);
        await rig.UntilQuietAsync();
        Assert.Equal("good", rig.World.Railway.Active("web")!.Commit);
    }

    // The provider's domain, with its TLS, stands in front of the simulated service.
    private static void ServeTheDomain(World world, IServiceCollection services) => services.AddSingleton(given =>
        new HealthProbe(given.GetRequiredService<Redactor>(), TimeProvider.System, new Domain(world.Railway.HealthUrl("web"))));

    private sealed class Domain(Uri service) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.Equal(("https", "/health"), (request.RequestUri!.Scheme, request.RequestUri.AbsolutePath));
            request.RequestUri = service;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
