namespace Steward.Simulation.Railway;

/// <summary>The statuses that a deployment goes through and when, as fractions of the whole duration.</summary>
internal sealed record DeploymentCourse(TimeSpan Duration, IReadOnlyList<(string Status, double At)> Steps)
{
    /// <summary>Builds the commit, then starts it.</summary>
    public static DeploymentCourse Build(DeploymentFate fate, TimeSpan duration) => new(duration,
    [
        (RailwayStatus.Initializing, 0.0125),
        (RailwayStatus.Building, 0.025),
        .. fate switch
        {
            DeploymentFate.NeverFinishes => [],
            DeploymentFate.FailsInBuild => [(RailwayStatus.Failed, 1)],
            _ => (IEnumerable<(string, double)>)[(RailwayStatus.Deploying, 0.8), .. Outcome(fate)],
        },
    ]);

    /// <summary>Starts an image that exists.</summary>
    public static DeploymentCourse StartImage(DeploymentFate fate, TimeSpan duration) => new(duration,
    [
        (RailwayStatus.Initializing, 0),
        (RailwayStatus.Deploying, 0.1),
        .. Outcome(fate),
    ]);

    /// <summary>Starts the same container again.</summary>
    public static DeploymentCourse Restart(DeploymentFate fate, TimeSpan duration) => new(duration,
    [
        (RailwayStatus.Deploying, 0),
        .. Outcome(fate),
    ]);

    private static IEnumerable<(string, double)> Outcome(DeploymentFate fate) => fate switch
    {
        DeploymentFate.NeverFinishes => [],
        DeploymentFate.CrashesAfterStart => [(RailwayStatus.Success, 0.95), (RailwayStatus.Crashed, 1)],
        _ => [(RailwayStatus.Success, 1)],
    };
}
