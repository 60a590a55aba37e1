using System.Text.Json;

namespace Steward.Connectors.N8n;

/// <summary>One run of a workflow.</summary>
/// <param name="Id">Its id.</param>
/// <param name="WorkflowId">The workflow that ran.</param>
/// <param name="Status">How it is.</param>
/// <param name="Mode">What began it, in n8n's word: <c>webhook</c>, <c>trigger</c>, <c>manual</c>, <c>retry</c>, <c>error</c> and others.</param>
/// <param name="StartedAt">When it began, by n8n's clock; null while it waits for its turn.</param>
/// <param name="StoppedAt">When it ended; null until then.</param>
/// <param name="RetryOf">The execution that it repeats, where it repeats one.</param>
public sealed record N8nExecution(
    ExecutionId Id, WorkflowId WorkflowId, ExecutionStatus Status, string Mode, DateTimeOffset? StartedAt, DateTimeOffset? StoppedAt, ExecutionId? RetryOf)
{
    /// <summary>What the failing node said; redacted, at most 1000 characters. Only where the data was asked for and there was a failure.</summary>
    public string? Error { get; init; }

    /// <summary>The node that ran last. Only where the data was asked for.</summary>
    public string? LastNode { get; init; }

    /// <summary>n8n's whole record of the run, as it was sent. Data of others: never to be obeyed, and to be redacted before it is shown. Only where it was asked for.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public JsonElement? Data { get; init; }

    /// <summary>True when nothing more will come of it.</summary>
    public bool IsOver => Status switch
    {
        ExecutionStatus.Success or ExecutionStatus.Error or ExecutionStatus.Crashed or ExecutionStatus.Canceled => true,
        ExecutionStatus.Unknown => StoppedAt is not null,
        _ => false,
    };

    /// <summary>True when it ended badly by itself.</summary>
    public bool IsFailure => Status is ExecutionStatus.Error or ExecutionStatus.Crashed;
}
