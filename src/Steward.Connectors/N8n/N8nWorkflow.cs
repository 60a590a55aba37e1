namespace Steward.Connectors.N8n;

/// <summary>A workflow in n8n.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Active">Whether its triggers and webhooks are on. Read-only in n8n: activation is a call of its own.</param>
/// <param name="Document">What it does.</param>
/// <param name="Version">n8n's word for this state of it; another one after every change. Null where n8n tells none.</param>
/// <param name="UpdatedAt">When it was last changed, by n8n's clock.</param>
public sealed record N8nWorkflow(WorkflowId Id, bool Active, WorkflowDocument Document, string? Version, DateTimeOffset? UpdatedAt)
{
    /// <summary>Its name.</summary>
    public string Name => Document.Name;

    /// <summary>Whether it was put aside in n8n; such a one can be neither changed nor activated.</summary>
    public bool IsArchived { get; init; }
}
