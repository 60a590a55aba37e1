using Steward.Kernel;

namespace Steward.Connectors.N8n;

/// <summary>Which executions are wanted.</summary>
public sealed record ExecutionQuery
{
    /// <summary>Only those of one workflow.</summary>
    public WorkflowId? Workflow { get; init; }

    /// <summary>Only those of one status. Without one n8n leaves out the executions that run at the moment.</summary>
    public ExecutionStatus? Status { get; init; }

    /// <summary>Only those that began then or later, by n8n's clock.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Which part of them. n8n gives at most 250 at a time; <see cref="PageRequest.After"/> is n8n's own cursor.</summary>
    public PageRequest Page { get; init; } = new();
}
