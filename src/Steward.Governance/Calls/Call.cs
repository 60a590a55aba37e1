using System.Text.Json.Nodes;
using Steward.Kernel;

namespace Steward.Governance.Calls;

/// <summary>
/// One change of the outside world, exactly as it will be made. Permits and approvals are bound to its
/// <see cref="Hash"/>, so a call that differs in anything is another call.
/// </summary>
/// <param name="Action">What is done, in the words of the policy: <c>railway.deployment.rollback</c>.</param>
/// <param name="Target">What it is done to, by the provider's id: <c>deployment/7f3c</c>.</param>
/// <param name="Arguments">Everything else that the request depends on. No secrets.</param>
/// <param name="Service">The watched service that changes by it, where one does: the unit of autonomy, blast radius and stops.</param>
public sealed record Call(string Action, string Target, JsonObject Arguments, string? Service = null)
{
    /// <summary>
    /// SHA-256 over the canonical JSON of action, target, service and arguments, as they are at this moment: a copy made
    /// with another target, or arguments that somebody changed meanwhile, have another hash.
    /// </summary>
    public string Hash => CanonicalJson.Hash(new JsonObject
    {
        ["action"] = Action,
        ["target"] = Target,
        ["service"] = Service,
        ["arguments"] = Arguments.DeepClone(),
    });
}
