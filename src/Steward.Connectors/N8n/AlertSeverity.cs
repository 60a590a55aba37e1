namespace Steward.Connectors.N8n;

/// <summary>How urgently a person must hear of it.</summary>
public enum AlertSeverity
{
    /// <summary>Good to know.</summary>
    Info,

    /// <summary>Look at it today.</summary>
    Warning,

    /// <summary>Look at it now.</summary>
    Critical,
}
