using Steward.Connectors.Railway;
using Steward.Operations.Findings;

namespace Steward.Operations.Act;

/// <summary>Where the deployment that a finding is about is to be found.</summary>
/// <param name="Railway">The environment.</param>
/// <param name="Service">The service there.</param>
/// <param name="DeploymentId">The deployment.</param>
internal sealed record Site(RailwayClient Railway, RailwayServiceRef Service, string DeploymentId)
{
    /// <summary>The site of a finding.</summary>
    /// <exception cref="Platform.Http.ConnectorException">The settings have its environment no more.</exception>
    public static Site Of(RailwayEnvironments environments, Finding finding)
    {
        var (key, deployment) = finding.Deployed();
        var (railway, service) = environments.Locate(key);
        return new Site(railway, new RailwayServiceRef(service, finding.Service), deployment);
    }
}
