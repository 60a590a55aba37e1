namespace Steward.Governance.Audit;

/// <summary>Which rows of the audit log are wanted; what is null is not asked for.</summary>
public sealed record AuditFilter(string? Kind = null, string? Actor = null, string? Service = null, string? CorrelationId = null)
{
    internal IEnumerable<(string Column, string Value)> Columns()
    {
        if (Kind is not null)
        {
            yield return ("kind", Kind);
        }

        if (Actor is not null)
        {
            yield return ("actor", Actor);
        }

        if (Service is not null)
        {
            yield return ("service", Service);
        }

        if (CorrelationId is not null)
        {
            yield return ("correlation_id", CorrelationId);
        }
    }
}
