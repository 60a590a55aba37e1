using Steward.Connectors.Railway;
using Steward.Simulation;
using Steward.Simulation.Railway;

namespace Steward.Connectors.Tests.Railway;

/// <summary>Production and staging of one project, and another project's environment, each with a project token of its own; "web" runs in all.</summary>
public abstract class TwoEnvironments : ConnectorTest
{
    protected const string StagingToken = "simulated-staging-token";
    protected const string OtherToken = "simulated-other-token";
    protected const string StagingId = "0197c5a0-0000-7000-8000-000000000003";
    protected const string OtherId = "0197c5a0-0000-7000-8000-000000000004";
    protected const string OtherProject = "0197c5a0-0000-7000-8000-000000000005";

    protected override WorldOptions Options => base.Options with
    {
        RailwayEnvironments =
        [
            new SimulatedEnvironment("staging", StagingId) { ProjectToken = StagingToken },
            new SimulatedEnvironment("other", OtherId) { ProjectToken = OtherToken, ProjectId = OtherProject },
        ],
    };

    protected RailwayEnvironments Environments => Get<RailwayEnvironments>();

    protected RailwayClient Staging => Environments.Find("staging")!;

    protected SimulatedRailway StagingWorld => World.RailwayIn("staging");

    protected string WebId { get; private set; } = "";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        WebId = World.Railway.AddService("web", "a1");
        StagingWorld.AddService("web", "s1");
        World.RailwayIn("other").AddService("web", "o1");
    }

    protected override void Configure(IDictionary<string, string?> settings)
    {
        base.Configure(settings);
        settings["Railway:TokenKind"] = "project";
        settings["Railway:Environments:staging:EnvironmentId"] = StagingId;
        settings["Railway:Environments:staging:Token"] = StagingToken + "\n";
        settings["Railway:Environments:other:EnvironmentId"] = OtherId;
        settings["Railway:Environments:other:ProjectId"] = OtherProject;
        settings["Railway:Environments:other:Token"] = OtherToken;
    }
}
