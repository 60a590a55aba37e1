using Steward.Simulation.Railway;

namespace Steward.Server.Demo;

/// <summary>A bad version takes over and crashes; Steward goes back.</summary>
internal sealed class RecoveryPlay : Play
{
    private const int Alerts = 2;

    public override string Name => "recovery";

    public override string Summary => "A bad version takes over and crashes; Steward goes back to the last good one.";

    public override async Task<bool> RunAsync(Demonstration show, CancellationToken cancellationToken)
    {
        await show.ServeGreenAsync(cancellationToken);
        Demonstration.Say("\nSomebody pushes version 'broken'. It will take over and then crash.");
        var story = Demonstration.Begin();
        show.World.Railway.Deploy(DemoStage.Service, "broken", DeploymentFate.CrashesAfterStart);
        await show.FollowAsync(story, async () => await show.HasEndedAsync(1) && show.World.N8n.Deliveries.Count >= Alerts, cancellationToken);
        show.TellTimeline(story);
        return (string?)(await show.FindingsAsync())[0]!["state"] == "recovered";
    }
}
