using System.Text.Json.Nodes;
using Steward.Governance.Calls;
using Steward.Kernel;

namespace Steward.Connectors.Railway;

/// <summary>
/// The exact calls that change something in one environment on Railway: what to ask the gate for, and what a permit is
/// redeemed with. The service of a call is its key, <see cref="RailwayEnvironment.KeyOf"/>.
/// </summary>
public sealed class RailwayCalls(RailwayEnvironment environment)
{
    /// <summary>Deploys a commit.</summary>
    public const string DeployAction = "railway.deployment.create";

    /// <summary>Goes back to an earlier deployment's image.</summary>
    public const string RollbackAction = "railway.deployment.rollback";

    /// <summary>Deploys a deployment's commit once more.</summary>
    public const string RedeployAction = "railway.deployment.redeploy";

    /// <summary>Restarts a deployment's container.</summary>
    public const string RestartAction = "railway.deployment.restart";

    /// <summary>Sets a variable of a service.</summary>
    public const string SetVariableAction = "railway.variable.set";

    /// <summary>Deploy a commit of a service's repository.</summary>
    /// <param name="service">The service.</param>
    /// <param name="commitSha">The commit; null for the newest of the branch that the service follows.</param>
    public Call Deploy(RailwayServiceRef service, string? commitSha) =>
        new(DeployAction, $"service/{service.Id}", Arguments(service, ("commitSha", commitSha)), Key(service));

    /// <summary>Roll a service back to one of its deployments.</summary>
    public Call Rollback(RailwayServiceRef service, string deploymentId) =>
        new(RollbackAction, $"deployment/{deploymentId}", Arguments(service), Key(service));

    /// <summary>Deploy a deployment once more.</summary>
    /// <param name="service">The service that it is of.</param>
    /// <param name="deploymentId">The deployment.</param>
    /// <param name="sameImage">True to start the image that it had, false to build again.</param>
    public Call Redeploy(RailwayServiceRef service, string deploymentId, bool sameImage) =>
        new(RedeployAction, $"deployment/{deploymentId}", Arguments(service, ("sameImage", sameImage)), Key(service));

    /// <summary>Restart a deployment.</summary>
    public Call Restart(RailwayServiceRef service, string deploymentId) =>
        new(RestartAction, $"deployment/{deploymentId}", Arguments(service), Key(service));

    /// <summary>Set a variable. The call holds the value's SHA-256 in place of the value.</summary>
    /// <param name="service">The service that it is of.</param>
    /// <param name="name">The variable's name.</param>
    /// <param name="value">Its new value.</param>
    /// <param name="deploy">True to have Railway deploy the service again with it.</param>
    public Call SetVariable(RailwayServiceRef service, string name, Secret value, bool deploy) =>
        new(SetVariableAction, $"variable/{name}", Arguments(service,
            ("projectId", environment.ProjectId),
            ("valueSha256", TextHash.Of(value.Reveal())),
            ("deploy", deploy)), Key(service));

    private string Key(RailwayServiceRef service) => environment.KeyOf(service.Name);

    private JsonObject Arguments(RailwayServiceRef service, params ReadOnlySpan<(string Name, JsonNode? Value)> more)
    {
        var arguments = new JsonObject { ["serviceId"] = service.Id, ["environmentId"] = environment.Id };
        foreach (var (name, value) in more)
        {
            arguments[name] = value;
        }

        return arguments;
    }
}
