namespace Steward.Connectors.N8n;

/// <summary>What became of one workflow of an import, or of its activation.</summary>
public enum ImportState
{
    /// <summary>There was none of this name; it was made.</summary>
    Created,

    /// <summary>It did something else before.</summary>
    Updated,

    /// <summary>It was turned on.</summary>
    Activated,

    /// <summary>It is as wanted already.</summary>
    Unchanged,

    /// <summary>A person has to decide; the same import goes on after that.</summary>
    Waiting,

    /// <summary>A kill switch keeps it back; the same import goes on when it is lifted.</summary>
    Held,

    /// <summary>It may not be done.</summary>
    Denied,

    /// <summary>It cannot be done as things are: two workflows of one name, for instance.</summary>
    Refused,

    /// <summary>n8n failed, or said no.</summary>
    Failed,

    /// <summary>It was not tried, because something before it failed.</summary>
    NotTried,
}

/// <summary>One step of an import.</summary>
/// <param name="State">What became of it.</param>
/// <param name="Detail">For people: why, and what to do.</param>
/// <param name="ApprovalId">The approval that is waited for.</param>
public sealed record ImportStep(ImportState State, string? Detail = null, Guid? ApprovalId = null)
{
    /// <summary>True when nothing is left to do.</summary>
    public bool IsDone => State is ImportState.Created or ImportState.Updated or ImportState.Activated or ImportState.Unchanged;
}

/// <summary>What became of one workflow of an import.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its id; null while there is none.</param>
/// <param name="Import">What became of the document.</param>
/// <param name="Activation">What became of the activation, where that was wanted.</param>
public sealed record ImportedWorkflow(string Name, WorkflowId? Id, ImportStep Import, ImportStep? Activation);

/// <summary>What became of an import.</summary>
/// <param name="Items">Each workflow, in the order in which they were given.</param>
public sealed record WorkflowImport(IReadOnlyList<ImportedWorkflow> Items)
{
    /// <summary>True when nothing is left to do.</summary>
    public bool IsComplete => Items.All(item => item.Import.IsDone && item.Activation is null or { IsDone: true });
}
