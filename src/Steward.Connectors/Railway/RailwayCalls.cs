using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Steward.Governance.Calls;
using Steward.Kernel;

namespace Steward.Connectors.Railway;

/// <summary>The exact calls that change something on Railway: what to ask the gate for, and what a permit is redeemed with.</summary>
public sealed class RailwayCalls(IOptions<RailwayOptions> options)
{
    /// <summary>Goes back to an earlier deployment's image.</summary>
    public const string RollbackAction = "railway.deployment.rollback";

    /// <summary>Deploys a deployment's commit once more.</summary>
    public const string RedeployAction = "railway.deployment.redeploy";

    /// <summary>Restarts a deployment's container.</summary>
    public const string RestartAction = "railway.deployment.restart";

    /// <summary>Sets a variable of a service.</summary>
    public const string SetVariableAction = "railway.variable.set";

    /// <summary>Roll a service back to one of its deployments.</summary>
    public Call Rollback(RailwayServiceRef service, string deploymentId) =>
        new(RollbackAction, $"deployment/{deploymentId}", Arguments(service), service.Name);

    /// <summary>Deploy a deployment once more.</summary>
    /// <param name="service">The service that it is of.</param>
    /// <param name="deploymentId">The deployment.</param>
    /// <param name="sameImage">True to start the image that it had, false to build again.</param>
    public Call Redeploy(RailwayServiceRef service, string deploymentId, bool sameImage) =>
        new(RedeployAction, $"deployment/{deploymentId}", Arguments(service, ("sameImage", sameImage)), service.Name);

    /// <summary>Restart a deployment.</summary>
    public Call Restart(RailwayServiceRef service, string deploymentId) =>
        new(RestartAction, $"deployment/{deploymentId}", Arguments(service), service.Name);

    /// <summary>Set a variable. The call holds the value's SHA-256 in place of the value.</summary>
    /// <param name="service">The service that it is of.</param>
    /// <param name="name">The variable's name.</param>
    /// <param name="value">Its new value.</param>
    /// <param name="deploy">True to have Railway deploy the service again with it.</param>
    public Call SetVariable(RailwayServiceRef service, string name, Secret value, bool deploy) =>
        new(SetVariableAction, $"variable/{name}", Arguments(service,
            ("projectId", options.Value.ProjectId),
            ("valueSha256", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value.Reveal())))),
            ("deploy", deploy)), service.Name);

    private JsonObject Arguments(RailwayServiceRef service, params ReadOnlySpan<(string Name, JsonNode Value)> more)
    {
        var arguments = new JsonObject { ["serviceId"] = service.Id, ["environmentId"] = options.Value.EnvironmentId };
        foreach (var (name, value) in more)
        {
            arguments[name] = value;
        }

        return arguments;
    }
}
