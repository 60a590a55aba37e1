namespace Steward.Simulation.N8n;

/// <summary>A request that a registered webhook received, and so a workflow that ran.</summary>
/// <param name="ExecutionId">The id of the execution that it started.</param>
/// <param name="At">When it arrived, on the world's clock.</param>
/// <param name="Path">The webhook's path, without "/webhook/".</param>
/// <param name="Headers">The request's headers with lower-case names, as n8n shows them.</param>
/// <param name="Body">The request's body as it came.</param>
public sealed record WebhookDelivery(
    string ExecutionId, DateTimeOffset At, string Path, IReadOnlyDictionary<string, string> Headers, string Body);
