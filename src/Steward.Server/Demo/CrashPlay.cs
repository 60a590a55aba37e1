using Steward.Simulation;
using Steward.Simulation.Railway;

namespace Steward.Server.Demo;

/// <summary>A version that served for long dies, is started once more, dies again and is gone back from.</summary>
internal sealed class CrashPlay : Play
{
    public override string Name => "crash";

    public override string Summary => "A version that served for long dies: it is started once more, and when that does not help, gone back from.";

    // Without a watch window every deployment counts as one that served for long.
    public override IEnumerable<(string Name, string Value)> Settings(World world) => [("STEWARD_Operations__WatchWindow", "00:00:00")];

    public override async Task<bool> RunAsync(Demonstration show, CancellationToken cancellationToken)
    {
        await show.ServeGreenAsync(cancellationToken);
        Demonstration.Say("\nSomebody pushes version 'leaky'. It serves well for a long time.");
        var railway = show.World.Railway;
        var leaky = railway.Deploy(DemoStage.Service, "leaky");
        await Demonstration.UntilAsync(async () => (await show.ListAsync("api/deployments")).Any(one => (string?)one!["version"] == "leaky" && one["goodAt"] is not null), cancellationToken);
        Demonstration.Say("Then it runs out of memory and dies.");
        var story = Demonstration.Begin();
        railway.ChangeFate(leaky, DeploymentFate.CrashesAfterStart);
        railway.ForceStatus(leaky, "CRASHED");
        await show.FollowAsync(story, async () => await show.IsLeftToPeopleAsync() || await show.HasEndedAsync(2) && show.World.N8n.Deliveries.Any(delivery => delivery.Body.Contains("\"RECOVERED\"", StringComparison.Ordinal)), cancellationToken);
        return railway.Active(DemoStage.Service)?.Commit == "green";
    }
}
