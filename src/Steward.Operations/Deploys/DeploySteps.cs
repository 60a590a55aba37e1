using Steward.Governance.Calls;
using Steward.Kernel;

namespace Steward.Operations.Deploys;

/// <summary>What the steps of a deploy have in common.</summary>
internal static class DeploySteps
{
    /// <summary>What the gate is asked for one step.</summary>
    public static CallRequest Asks(this Deploy deploy, string step, Call call, string reason, Guid workItem, params IReadOnlyList<string> facts) =>
        new(deploy.Key(step), new Actor(Cycle.Actor), call, reason, deploy.CorrelationId)
        {
            Evidence = [$"Asked for by {deploy.RequestedBy} at {UtcTime.ToText(deploy.CreatedAt)}"],
            Facts = new HashSet<string>(new Actor(deploy.RequestedBy).IsPerson ? [CallRequest.AskedByAPerson, .. facts] : facts),
            WaitingWork = workItem,
        };

    /// <summary>Why what somebody else merged is not deployed: others came after it, and only what is merged for a deploy is known to be the newest.</summary>
    public static string MovedOn(this Deploy deploy, string branch, string merged, string newest) =>
        $"Pull request {deploy.PullRequest} was merged before, as commit {merged}, and '{branch}' has moved on to {newest} since: deploying it now could put an older version in the place of a newer one. To deploy the newest: steward deploy service {deploy.Service}. To deploy exactly what was merged then, all the same: steward deploy service {deploy.Service} --commit {merged}.";

    /// <summary>The move after a governed step that is not done: refused is the end, anything else waits.</summary>
    public static DeployMove Later(this Deploy deploy, StepOutcome step, TimeProvider clock) => step.Later! is { IsRefusal: true } refused
        ? new DeployMove.End(deploy, DeployState.Refused, refused.Text)
        : new DeployMove.Wait(deploy, step.Later!.Until ?? clock.Now().AddMinutes(1), step.Later.Text) { IsRetry = step.Later.IsRetry, IsHeld = step.Blocked is GateAnswer.Held };
}
