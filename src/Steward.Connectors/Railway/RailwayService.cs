namespace Steward.Connectors.Railway;

/// <summary>A service of the environment as it stands.</summary>
/// <param name="Id">Railway's id of it.</param>
/// <param name="Name">Its name.</param>
/// <param name="LatestDeployment">The newest deployment, whatever became of it; null before the first.</param>
/// <param name="ActiveDeployments">What serves now; empty when nothing does.</param>
public sealed record RailwayService(string Id, string Name, RailwayDeployment? LatestDeployment, IReadOnlyList<RailwayDeployment> ActiveDeployments)
    : RailwayServiceRef(Id, Name)
{
    /// <summary>The GitHub repository that it is built from, as "owner/name"; null when it is built from none, or Railway does not say.</summary>
    public string? Repository { get; init; }
}
