namespace Steward.Simulation;

/// <summary>One change that the world performed because a client asked for it: what really happened, whatever the client saw.</summary>
/// <param name="At">The world's time of the change.</param>
/// <param name="System">One of <see cref="Systems"/>.</param>
/// <param name="Operation">The operation, such as <c>DeploymentRollback</c> or <c>CreateIssue</c>.</param>
/// <param name="Target">What was changed: an id, a path or "owner/name#number".</param>
/// <param name="Detail">What came of it, such as the id of the new deployment.</param>
public sealed record Mutation(DateTimeOffset At, string System, string Operation, string Target, string Detail);
