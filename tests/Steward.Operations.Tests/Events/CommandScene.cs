using Steward.Kernel;
using Steward.Operations.Deploys;
using Steward.Testing;

namespace Steward.Operations.Tests.Events;

/// <summary>A service that serves well, and what tests of /deploy and /rollback ask about.</summary>
internal static class CommandScene
{
    // A person's wish is enough.
    public const string Trusting =
        """
          - name: deploying-on-request
            decide: allow
            from: supervised
            guarded: false
            when: [asked-by-a-person]
            because: A person asked for it.
            actions: ["github.pull-request.merge", "railway.deployment.create", "railway.deployment.rollback"]
        """;

    public static async Task<CommandRig> StartAsync(string? rule)
    {
        var rig = await CommandRig.StartAsync(rule);
        rig.Node.World.Railway.AddService("web", "good");
        await rig.Node.UntilKnownGoodAsync("web");
        return rig;
    }

    public static async Task<IReadOnlyList<Deploy>> DeploysAsync(CommandRig rig) =>
        (await rig.Node.Database.ReadAsync(session => DeployStore.ListAsync(session, null, null, onlyOpen: false, new PageRequest()), CancellationToken.None)).Items;

    public static async Task<Deploy> EndedAsync(CommandRig rig, DeployKind kind)
    {
        Deploy? deploy = null;
        await Eventually.HoldsAsync(async () => (deploy = (await DeploysAsync(rig)).FirstOrDefault(one => one.Kind == kind)) is { ClosedAt: not null }, $"the {kind} ends", CancellationToken.None);
        return deploy!;
    }
}
