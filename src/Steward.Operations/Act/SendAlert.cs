using Steward.Connectors.N8n;
using Steward.Governance.Calls;
using Steward.Operations.Findings;
using Steward.Platform.Telemetry;
using Steward.Platform.Work;

namespace Steward.Operations.Act;

/// <summary>Tells people: through the n8n webhook that is set for alerts. A failed alert is a failed alert and nothing else.</summary>
internal sealed class SendAlert(
    Cases cases, Gate gate, N8nAlerts alerts, N8nCalls calls, Redactor redactor, TimeProvider clock) : IWorkHandler
{
    public string Kind => ActWork.AlertKind;

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        if (!alerts.IsConfigured)
        {
            return WorkResult.Done("No alert: no webhook is set (N8n:AlertWebhook).");
        }

        var (finding, payload) = await cases.OpenAsync(item, cancellationToken);
        var key = ActWork.Key(finding, ActWork.Key(payload.Occasion));
        var rollback = finding.Decisions.FirstOrDefault(decision => decision.Kind == Decide.DecisionKind.RollBack);
        var alert = new Alert(key, Severity(payload.Occasion, finding), Title(payload.Occasion, finding), redactor.Redact(payload.Decision.Reason))
        {
            Service = finding.Service,
            Status = Status(payload.Occasion),
            DeploymentId = finding.DeploymentId,
            RollbackDeploymentId = rollback?.Target,
            CorrelationId = finding.CorrelationId,
            Timestamp = item.CreatedAt,
        };
        var step = await new GovernedStep(gate, clock).RunAsync(
            new CallRequest(key, new Actor(Cycle.Actor), calls.SendAlert(alert), payload.Decision.Reason, finding.CorrelationId)
            {
                Evidence = finding.Evidence,
                WaitingWork = item.Id,
            },
            async (permit, token) =>
            {
                await alerts.SendAsync(permit, alert, token);
                return "The alert was taken.";
            },
            (startedAt, token) => alerts.WasDeliveredAsync(key, startedAt, token),
            cancellationToken);
        return step.Later ?? WorkResult.Done(step.Detail ?? "The alert was taken.");
    }

    private static string Title(AlertOccasion occasion, Finding finding) => occasion switch
    {
        AlertOccasion.Found => $"{finding.Service} is in trouble",
        AlertOccasion.Recovered => $"{finding.Service} has recovered",
        AlertOccasion.Stuck => $"{finding.Service} needs you",
        _ => throw new InvalidOperationException($"Unknown occasion {occasion}."),
    };

    private static AlertSeverity Severity(AlertOccasion occasion, Finding finding) => occasion switch
    {
        AlertOccasion.Recovered => AlertSeverity.Info,
        AlertOccasion.Stuck => AlertSeverity.Critical,
        _ => finding.Severity == "high" ? AlertSeverity.Critical : AlertSeverity.Warning,
    };

    private static string Status(AlertOccasion occasion) => occasion switch
    {
        AlertOccasion.Found => "FAILED",
        AlertOccasion.Recovered => "RECOVERED",
        AlertOccasion.Stuck => "STUCK",
        _ => throw new InvalidOperationException($"Unknown occasion {occasion}."),
    };
}
