using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Steward.Alerts;
using Steward.Governance.Audit;
using Steward.Kernel;
using Steward.Operations.Act;
using Steward.Operations.Decide;
using Steward.Operations.Deployments;
using Steward.Operations.Findings;
using Steward.Operations.Observe;
using Steward.Operations.Orient;
using Steward.Operations.Watched;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;
using Steward.Platform.Work;

namespace Steward.Operations;

/// <summary>What one turn of the loop came to.</summary>
/// <param name="Services">How many services were looked at.</param>
/// <param name="Findings">What was newly found.</param>
/// <param name="Missing">The sources that did not answer.</param>
public sealed record CycleResult(int Services, IReadOnlyList<Finding> Findings, IReadOnlyList<string> Missing);

/// <summary>
/// One turn of observe, orient, decide. What is decided becomes a finding, an audit row and the work items that carry it
/// out, all in one transaction, once for its cause; acting is theirs.
/// </summary>
public sealed partial class Cycle(
    Observer observer, Database database, AuditLog audit, WorkLedger ledger, Outbox outbox, Redactor redactor, IOptions<OperationsOptions> options, TimeProvider clock, ILogger<Cycle> log)
{
    /// <summary>The name under which the loop acts.</summary>
    internal const string Actor = "operations";

    /// <summary>Runs one turn.</summary>
    public async Task<CycleResult> RunOnceAsync(CancellationToken cancellationToken)
    {
        var begun = clock.GetTimestamp();
        using var span = OperationsMeter.Spans.StartActivity("ooda cycle");
        var (services, deployments) = await database.ReadAsync(async session =>
            (await ServiceStore.AllAsync(session), await DeploymentStore.RecentAsync(session)), cancellationToken);
        var picture = await observer.ObserveAsync(services, cancellationToken);
        var orientation = Orienter.Orient(picture, services, deployments, options.Value);
        if (orientation.Deployments.Count > 0 || orientation.Services.Count > 0)
        {
            await database.WriteAsync(async session =>
            {
                await ServiceStore.SaveAsync(session, orientation.Services);
                await DeploymentStore.SaveAsync(session, orientation.Deployments);
            }, cancellationToken);
        }

        var diagnoses = orientation.Situations
            .Select(situation => (Situation: situation, Diagnosis: Decider.Decide(situation, options.Value)))
            .Where(pair => pair.Diagnosis is not null)
            .OrderByDescending(pair => pair.Diagnosis!.Decisions.Max(decision => decision.Priority))
            .ToList();
        var findings = diagnoses.Count == 0 ? [] : await FindAsync(diagnoses!, cancellationToken);
        OperationsMeter.Observations.Add(picture.Services.Count);
        OperationsMeter.Cycle.Record(clock.GetElapsedTime(begun).TotalSeconds);
        return new CycleResult(picture.Services.Count, findings, picture.Missing);
    }

    private async Task<IReadOnlyList<Finding>> FindAsync(List<(Situation Situation, Diagnosis Diagnosis)> diagnoses, CancellationToken cancellationToken)
    {
        var known = await database.ReadAsync(session => FindingStore.KnownAsync(session, [.. diagnoses.Select(pair => pair.Diagnosis.Cause)]), cancellationToken);
        var found = new List<Finding>();
        foreach (var (situation, diagnosis) in diagnoses.Where(pair => !known.Contains(pair.Diagnosis.Cause)))
        {
            var id = Ids.New(clock);
            var finding = new Finding(id, diagnosis.Cause, diagnosis.Kind, situation.Service.Id, situation.Service.Name, situation.Latest.Id, diagnosis.Severity,
                redactor.Redact(diagnosis.Summary), [.. diagnosis.Evidence.Select(redactor.Redact)], diagnosis.Decisions, FindingState.Open, null, $"finding-{id}",
                diagnosis.HappenedAt, clock.Now(), null);
            if (await database.WriteAsync(session => OpenAsync(session, finding, situation), cancellationToken))
            {
                LogFound(log, finding.Service, finding.Summary, finding.CorrelationId);
                found.Add(finding);
            }
        }

        return found;
    }

    private async Task<bool> OpenAsync(Session session, Finding finding, Situation situation)
    {
        if (!await FindingStore.AddAsync(session, finding))
        {
            return false;
        }

        await audit.AppendAsync(session, new AuditEntry(AuditKinds.Decision, Actor)
        {
            Action = string.Join(", ", finding.Decisions.Select(decision => decision.Kind)),
            Target = $"deployment/{finding.DeploymentId}",
            Service = finding.Service,
            Reason = finding.Decisions[0].Reason,
            Evidence = finding.Evidence,
            CorrelationId = finding.CorrelationId,
            Detail = Detail(finding, situation),
        });
        foreach (var decision in finding.Decisions)
        {
            OperationsMeter.Decisions.Add(1, new KeyValuePair<string, object?>("kind", decision.Kind.ToString()));
            await (decision.Kind == DecisionKind.Alert
                ? outbox.TellAsync(session, FindingAlert.Of(finding, AlertOccasion.Found, decision.Reason))
                : ledger.EnqueueAsync(session, ActWork.For(finding, decision)));
        }

        return true;
    }

    private static JsonObject Detail(Finding finding, Situation situation) => new()
    {
        ["cause"] = finding.Cause,
        ["happenedAt"] = UtcTime.ToText(finding.HappenedAt),
        ["observedAt"] = UtcTime.ToText(situation.At),
        ["latest"] = $"{situation.Latest.Id} {situation.Latest.State}",
        ["serving"] = situation.Serving?.Id,
        ["health"] = situation.Service.Health.ToString(),
        ["decisions"] = new JsonArray([.. finding.Decisions.Select(decision => new JsonObject
        {
            ["kind"] = decision.Kind.ToString(),
            ["priority"] = decision.Priority,
            ["confidence"] = decision.Confidence,
            ["target"] = decision.Target,
            ["knownGood"] = decision.KnownGood,
        })]),
    };

    [LoggerMessage(LogLevel.Warning, "Found at {Service}: {Summary} ({Correlation})")]
    private static partial void LogFound(ILogger log, string service, string summary, string correlation);
}
