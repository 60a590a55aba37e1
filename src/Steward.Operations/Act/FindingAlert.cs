using Steward.Alerts;
using Steward.Kernel;
using Steward.Operations.Decide;
using Steward.Operations.Findings;

namespace Steward.Operations.Act;

/// <summary>Why people are told something.</summary>
public enum AlertOccasion
{
    /// <summary>Something is wrong.</summary>
    Found,

    /// <summary>What was decided about it waits for a person.</summary>
    Waiting,

    /// <summary>What was decided about it is held back by a stop.</summary>
    Held,

    /// <summary>It was mended.</summary>
    Recovered,

    /// <summary>It was not mended; a person has to look.</summary>
    Stuck,

    /// <summary>It is not looked at any more, or a person said that it is over.</summary>
    PutAside,
}

/// <summary>What people are told about a finding. They share its fingerprint: the last one ends what the first began. Pure.</summary>
internal static class FindingAlert
{
    /// <summary>The alert.</summary>
    /// <param name="finding">What it is about.</param>
    /// <param name="occasion">Why people are told.</param>
    /// <param name="reason">In words.</param>
    public static Alert Of(Finding finding, AlertOccasion occasion, string reason) =>
        new(ActWork.Key(finding, Step(occasion, reason)), finding.Fingerprint, Severity(occasion, finding), Title(occasion, finding), reason)
        {
            Service = finding.Service,
            Status = Status(occasion),
            DeploymentId = finding.DeploymentId,
            RollbackDeploymentId = finding.Decisions.FirstOrDefault(decision => decision.Kind == DecisionKind.RollBack)?.Target,
            Link = finding.Link,
            CorrelationId = finding.CorrelationId,
            IsResolved = occasion is AlertOccasion.Recovered or AlertOccasion.PutAside,
            // Another question, another stop, or another attempt that came to nothing.
            IsAlwaysNews = occasion is AlertOccasion.Waiting or AlertOccasion.Held or AlertOccasion.Stuck,
        };

    // Another stop, or another question, is other news; the same one again is none.
    private static string Step(AlertOccasion occasion, string reason) => occasion switch
    {
        AlertOccasion.Found => "alert-found",
        AlertOccasion.Waiting => $"alert-waiting/{Short(reason)}",
        AlertOccasion.Held => $"alert-held/{Short(reason)}",
        AlertOccasion.Recovered => "alert-recovered",
        AlertOccasion.Stuck => "alert-stuck",
        AlertOccasion.PutAside => "alert-put-aside",
        _ => throw new InvalidOperationException($"Unknown occasion {occasion}."),
    };

    private static string Short(string reason) => TextHash.Of(reason)[..16];

    private static string Title(AlertOccasion occasion, Finding finding) => occasion switch
    {
        AlertOccasion.Found => $"{finding.Service} is in trouble",
        AlertOccasion.Waiting => $"{finding.Service} waits for your approval",
        AlertOccasion.Held => $"{finding.Service} is in trouble and a stop holds its recovery",
        AlertOccasion.Recovered => $"{finding.Service} has recovered",
        AlertOccasion.Stuck => $"{finding.Service} needs you",
        AlertOccasion.PutAside => $"{finding.Service} is put aside",
        _ => throw new InvalidOperationException($"Unknown occasion {occasion}."),
    };

    private static AlertSeverity Severity(AlertOccasion occasion, Finding finding) => occasion switch
    {
        AlertOccasion.Recovered or AlertOccasion.PutAside => AlertSeverity.Info,
        // A proposal that came to nothing is no outage.
        AlertOccasion.Stuck => finding.Severity == "low" ? AlertSeverity.Warning : AlertSeverity.Critical,
        _ => finding.Severity == "high" ? AlertSeverity.Critical : AlertSeverity.Warning,
    };

    private static string Status(AlertOccasion occasion) => occasion switch
    {
        AlertOccasion.Found => "FAILED",
        AlertOccasion.Waiting => "WAITING",
        AlertOccasion.Held => "HELD",
        AlertOccasion.Recovered => "RECOVERED",
        AlertOccasion.Stuck => "STUCK",
        AlertOccasion.PutAside => "CLOSED",
        _ => throw new InvalidOperationException($"Unknown occasion {occasion}."),
    };
}
