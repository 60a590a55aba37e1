using System.Globalization;

namespace Steward.Alerts.Channels;

/// <summary>What an alert says beside its text, line by line.</summary>
internal static class AlertFacts
{
    /// <summary>Names and values of what the alert has.</summary>
    public static IEnumerable<(string Name, string? Value)> Of(Alert alert) => new (string Name, string? Value)[]
    {
        ("Service", alert.Service),
        ("Status", alert.Status),
        ("Environment", alert.Environment),
        ("Pull request", alert.PullRequest is { } number ? $"#{number}" : null),
        ("Commit", alert.CommitSha),
        ("Deployment", alert.DeploymentId),
        (IsDone(alert) ? "Rolled back to" : "To go back to", alert.RollbackDeploymentId),
        ("At", alert.Timestamp is { } at ? Time(at) : null),
        ("Correlation", alert.CorrelationId),
        ("More", alert.Link),
    }.Where(fact => fact.Value is not null);

    // A failure names where Steward wants to go; whether it may, and gets there, is told when it is known.
    private static bool IsDone(Alert alert) => alert.IsResolved || alert.Status is "SUCCESS" or "UNVERIFIED";

    /// <summary>An instant, to the second.</summary>
    public static string Time(DateTimeOffset at) => $"{at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC";
}
