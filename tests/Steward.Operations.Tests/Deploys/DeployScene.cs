using Microsoft.Extensions.DependencyInjection;
using Steward.Governance.Calls;
using Steward.Operations.Deploys;
using Steward.Operations.Tests.Recovery;
using Steward.Platform.Work;
using Steward.Simulation;
using Steward.Simulation.GitHub;
using Steward.Testing;

namespace Steward.Operations.Tests.Deploys;

/// <summary>A node with one good service, and what the tests of deploys do with it.</summary>
internal static class DeployScene
{
    public static readonly Actor Anna = Actor.Person("anna");

    // What the default policy shows as a comment: a person's wish is enough.
    public const string Trusting =
        """
          - name: deploying-on-request
            decide: allow
            from: supervised
            guarded: false
            when: [asked-by-a-person]
            because: A person asked for it.
            actions: ["github.pull-request.merge", "railway.deployment.create"]
        """;

    /// <summary>A person's wish is enough to deploy, and another person decides about the merge.</summary>
    public const string AskingForMerges =
        """
          - name: asking-for-merges
            decide: approve
            because: A person decides.
            actions: ["github.pull-request.merge"]
        """ + "\n" + Trusting;

    /// <summary>Starts the node; a person's wish to deploy is enough unless the default policy is to hold.</summary>
    public static async Task<RecoveryRig> StartAsync(
        Action<Dictionary<string, string?>>? settings = null, string? rule = Trusting, bool isHealthUrlSet = true, Action<World, IServiceCollection>? services = null)
    {
        var rig = await RecoveryRig.StartAsync(
            settings: change =>
            {
                change["Operations:HealthPatience"] = "00:00:02";
                change["Operations:AutoDeployGrace"] = "00:00:00";
                settings?.Invoke(change);
            },
            prepare: (world, change) =>
            {
                if (isHealthUrlSet)
                {
                    RecoveryRig.WithHealthUrl(world, change);
                }
            },
            rule: rule,
            services: services);
        rig.World.Railway.AddService("web", "good");
        await rig.UntilKnownGoodAsync("web");
        return rig;
    }

    public static int GreenPullRequest(RecoveryRig rig, bool isDraft = false)
    {
        var number = rig.World.GitHub.AddPullRequest(isDraft: isDraft);
        rig.World.GitHub.SetChecks(number, RunState.Green);
        return number;
    }

    public static Task<Deploy> DeployedAsync(RecoveryRig rig, int number) => DeployedAsync(rig, new DeployRequest(number));

    public static async Task<Deploy> DeployedAsync(RecoveryRig rig, DeployRequest request) => await EndedAsync(rig, (await AskedAsync(rig, request)).Id);

    public static async Task<Deploy> AskedAsync(RecoveryRig rig, DeployRequest request)
    {
        var asked = await rig.Get<StartDeploy>().HandleAsync(request, Anna, CancellationToken.None);
        Assert.False(asked.IsRefused, asked.Refusal?.Message);
        return asked.Value!;
    }

    public static Task<Deploy> EndedAsync(RecoveryRig rig, Guid id) => UntilAsync(rig, id, deploy => deploy.ClosedAt is not null, "it ends");

    /// <summary>Has it look again now, as it would by itself within a minute or so.</summary>
    public static Task WakeAsync(RecoveryRig rig, Guid id) => rig.Get<WorkLedger>().WakeAsync(DeploySaga.WorkKind, id.ToString(), CancellationToken.None);

    /// <summary>Asks to go back.</summary>
    public static async Task<Deploy> BackAsync(RecoveryRig rig, RollbackRequest request)
    {
        var asked = await rig.Get<StartDeploy>().HandleAsync(request, Anna, CancellationToken.None);
        Assert.False(asked.IsRefused, asked.Refusal?.Message);
        return asked.Value!;
    }

    /// <summary>Somebody deploys a commit that serves well, past Steward; waits until it is known good. Gives the deployment.</summary>
    public static async Task<string> PushedAsync(RecoveryRig rig, string commit)
    {
        var id = rig.World.Railway.Deploy("web", commit);
        await Eventually.HoldsAsync(async () =>
        {
            await rig.LookAsync();
            return await rig.Database.ReadAsync(session => session.NumberAsync(
                "SELECT COUNT(*) FROM deployment WHERE id = @id AND state = 'active' AND good_at IS NOT NULL", ("id", id)), CancellationToken.None) > 0;
        }, $"{commit} is known good", CancellationToken.None);
        return id;
    }

    /// <summary>Waits until something is so of a deploy.</summary>
    public static async Task<Deploy> UntilAsync(RecoveryRig rig, Guid id, Func<Deploy, bool> isSo, string what)
    {
        Deploy? deploy = null;
        await Eventually.HoldsAsync(async () =>
        {
            deploy = await rig.Database.ReadAsync(session => DeployStore.FindAsync(session, id), CancellationToken.None);
            return deploy is not null && isSo(deploy);
        }, $"{what} ({deploy?.State}: {deploy?.Note})", CancellationToken.None);
        return deploy!;
    }
}
