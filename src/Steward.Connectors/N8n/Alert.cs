namespace Steward.Connectors.N8n;

/// <summary>Something that a person must hear of.</summary>
/// <param name="Key">What it is the one alert about; n8n gets it as <c>Idempotency-Key</c>. 1 to 200 printable ASCII characters without spaces.</param>
/// <param name="Severity">How urgent it is.</param>
/// <param name="Title">One line.</param>
/// <param name="Text">The rest, as plain text.</param>
public sealed record Alert(string Key, AlertSeverity Severity, string Title, string Text)
{
    /// <summary>The service that it is about, where it is about one.</summary>
    public string? Service { get; init; }

    /// <summary>What happened, in the mission's words: <c>FAILED</c>, <c>RECOVERED</c>, <c>STUCK</c>.</summary>
    public string? Status { get; init; }

    /// <summary>The deployment that it is about.</summary>
    public string? DeploymentId { get; init; }

    /// <summary>The deployment that was gone back to.</summary>
    public string? RollbackDeploymentId { get; init; }

    /// <summary>When it was decided to send it.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>A page with more, where there is one.</summary>
    public string? Link { get; init; }

    /// <summary>Ties it to everything else that followed from one cause.</summary>
    public string? CorrelationId { get; init; }
}
