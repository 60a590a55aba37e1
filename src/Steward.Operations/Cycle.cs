using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Steward.Connectors.Railway;
using Steward.Governance.Audit;
using Steward.Kernel;
using Steward.Operations.Act;
using Steward.Operations.Decide;
using Steward.Operations.Deployments;
using Steward.Operations.Deploys;
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
/// <param name="IsMoving">True while something is under way at a provider, so that it is worth looking again soon.</param>
public sealed record CycleResult(int Services, IReadOnlyList<Finding> Findings, IReadOnlyList<string> Missing, bool IsMoving);

/// <summary>
/// One turn of observe, orient, decide. What is decided becomes a finding, an audit row and the work items that carry it
/// out, all in one transaction, once for its cause; acting is theirs.
/// </summary>
public sealed partial class Cycle(
    Observer observer, Cases cases, RailwayEnvironments railways, Database database, AuditLog audit, WorkLedger ledger, Redactor redactor, IOptions<OperationsOptions> options, TimeProvider clock, ILogger<Cycle> log)
{
    /// <summary>The name under which the loop acts.</summary>
    internal const string Actor = "operations";

    /// <summary>Runs one turn.</summary>
    /// <param name="hurry">True when an event came: every source is asked, also those that are not asked each time.</param>
    /// <param name="cancellationToken">Ends the turn.</param>
    public async Task<CycleResult> RunOnceAsync(bool hurry, CancellationToken cancellationToken)
    {
        var begun = clock.GetTimestamp();
        using var span = OperationsMeter.Spans.StartActivity("ooda cycle");
        var (services, deployments, deploying, before) = await database.ReadAsync(async session =>
            (await ServiceStore.AllAsync(session), await DeploymentStore.RecentAsync(session), await DeployStore.PullRequestsAsync(session), await FindingStore.OpenAsync(session)), cancellationToken);
        var picture = await observer.ObserveAsync(services, before, hurry, cancellationToken);
        var orientation = Orienter.Orient(picture, services, deployments, options.Value);
        if (orientation.Deployments.Count > 0 || orientation.Services.Count > 0)
        {
            await database.WriteAsync(async session =>
            {
                await ServiceStore.SaveAsync(session, orientation.Services);
                await DeploymentStore.SaveAsync(session, orientation.Deployments);
                await DeploymentStore.ForgiveAsync(session, orientation.Deployments.Where(one => !one.WasRestarted && deployments[one.ServiceId].Any(known => known.Id == one.Id && known.WasRestarted)));
                foreach (var good in orientation.Deployments.Where(one => one.GoodAt is not null && !deployments[one.ServiceId].Any(known => known.Id == one.Id && known.GoodAt is not null)))
                {
                    var hasAnswered = orientation.Situations.Any(one => one.Service is { Health: ServiceHealth.Healthy, HealthOf: { } asked } && asked == good.Id);
                    await cases.MendedAsync(session, good, hasAnswered, [.. deployments[good.ServiceId]]);
                }
            }, cancellationToken);
        }

        var open = (await database.ReadAsync(FindingStore.OpenAsync, cancellationToken)).ToDictionary(finding => finding.Fingerprint, StringComparer.Ordinal);
        var verdicts = Judge(picture, orientation, services, open, deploying).ToList();
        var findings = await FindAsync([.. verdicts.OfType<Verdict.Trouble>().Select(trouble => trouble.Diagnosis)], open, picture.At, cancellationToken);
        await EndAsync([.. verdicts.OfType<Verdict.Over>()], open, cancellationToken);
        OperationsMeter.Observations.Add(picture.Services.Count);
        OperationsMeter.Cycle.Record(clock.GetElapsedTime(begun).TotalSeconds);
        return new CycleResult(picture.Services.Count, findings, picture.Missing, IsMoving(orientation, options.Value));
    }

    // One that stands still for longer than any deployment takes is not moving: looking at it every few seconds until
    // somebody clears it away would cost what the provider allows to ask.
    internal static bool IsMoving(Orientation orientation, OperationsOptions options) => orientation.Situations.Any(situation =>
        (DeploymentLife.IsMoving(situation.Latest.State) && situation.At - situation.Latest.StateAt <= options.VerifyTimeout) || situation.Service.Health == ServiceHealth.Shaky);

    private IEnumerable<Verdict> Judge(Picture picture, Orientation orientation, IReadOnlyList<WatchedService> services, Dictionary<string, Finding> open, IReadOnlySet<string> deploying) =>
    [
        .. orientation.Situations.SelectMany(situation => Judge(situation, open)),
        .. GoneDecider.Decide(services, orientation.Gone, open.Values, options.Value),
        .. picture.Loads.SelectMany(load => LoadDecider.Decide(picture.At, load, open, options.Value)),
        .. picture.Workflows is { } workflows ? WorkflowDecider.Decide(picture.At, workflows, open, options.Value.Workflows) : [],
        .. picture.Repositories.SelectMany(repository => CiDecider.Decide(repository, open)),
        .. picture.Repositories.SelectMany(repository => PullRequestDecider.Decide(repository, open, deploying)),
    ];

    // One decider alone says what becomes of a crash that is treated past a newer deployment.
    private IEnumerable<Verdict> Judge(Situation situation, Dictionary<string, Finding> open)
    {
        var crash = CrashDecider.Decide(situation, open.Values, options.Value).ToList();
        crash.AddRange(OutageDecider.Decide(situation, open.Values, options.Value));
        return !crash.OfType<Verdict.Trouble>().Any(trouble => trouble.Diagnosis.Decisions.Any(decision => decision.Past is not null))
            && Decider.Decide(situation with { IsTreatedPast = CrashDecider.IsTreatedPast(situation, open.Values) }, options.Value) is { } diagnosis
            ? crash.Prepend(new Verdict.Trouble(diagnosis))
            : crash;
    }

    private async Task<IReadOnlyList<Finding>> FindAsync(
        IReadOnlyList<Diagnosis> diagnoses, Dictionary<string, Finding> open, DateTimeOffset observedAt, CancellationToken cancellationToken)
    {
        if (diagnoses.Count == 0)
        {
            return [];
        }

        foreach (var diagnosis in diagnoses.Where(diagnosis => diagnosis.Again.Count > 0))
        {
            await RecurAsync(diagnosis, open.GetValueOrDefault(diagnosis.Fingerprint), cancellationToken);
        }

        var fingerprints = diagnoses.Select(diagnosis => diagnosis.Fingerprint).ToList();
        var (known, ends) = await database.ReadAsync(async session =>
        {
            var aside = await FindingStore.AsideAsync(session, fingerprints);
            diagnoses = [.. diagnoses.Where(diagnosis => !IsClosedByPerson(diagnosis, aside)).Select(diagnosis => Anew(diagnosis, aside))];
            return (await FindingStore.KnownAsync(session, [.. diagnoses.Select(diagnosis => diagnosis.Cause), .. diagnoses.Select(diagnosis => diagnosis.Unless).OfType<string>()]),
                await FindingStore.EndsAsync(session, fingerprints));
        }, cancellationToken);
        var found = new List<Finding>();
        foreach (var diagnosis in diagnoses
            .Where(diagnosis => !known.Contains(diagnosis.Cause) && !(diagnosis.Unless is { } other && known.Contains(other)) && !IsHeld(diagnosis, ends))
            .OrderByDescending(diagnosis => diagnosis.Decisions.Max(decision => decision.Priority)))
        {
            var id = Ids.New(clock);
            var finding = new Finding(id, diagnosis.Cause, diagnosis.Fingerprint, diagnosis.Kind, diagnosis.Service, diagnosis.ServiceId, diagnosis.Subject, diagnosis.Severity,
                redactor.Redact(diagnosis.Summary), [.. diagnosis.Evidence.Select(redactor.Redact)], diagnosis.Decisions, FindingState.Open, null, $"finding-{id}",
                diagnosis.HappenedAt, clock.Now(), null) { Link = diagnosis.Link ?? Page(diagnosis) };
            if (await database.WriteAsync(session => OpenAsync(session, finding, observedAt), cancellationToken))
            {
                LogFound(log, finding.Service, finding.Summary, finding.CorrelationId);
                found.Add(finding);
            }
        }

        return found;
    }

    private static bool IsClosedByPerson(Diagnosis diagnosis, IReadOnlyDictionary<(string, FindingEnd), Finding> aside) =>
        aside.TryGetValue((diagnosis.Fingerprint, FindingEnd.ByPerson), out var closed) && Occurrence.IsOver(diagnosis, closed);

    // What was lost from sight and is seen once more is another occurrence, though the provider dates it as before.
    private static Diagnosis Anew(Diagnosis diagnosis, IReadOnlyDictionary<(string, FindingEnd), Finding> aside) =>
        aside.TryGetValue((diagnosis.Fingerprint, FindingEnd.OutOfSight), out var lost) && lost.ClosedAt is { } at && diagnosis.HappenedAt <= at
            ? diagnosis with { Cause = string.Create(CultureInfo.InvariantCulture, $"{diagnosis.Cause}/seen-again/{at.ToUnixTimeSeconds()}") }
            : diagnosis;

    private string? Page(Diagnosis diagnosis) => diagnosis.ServiceId is { } service && Finding.DeploymentOf(diagnosis.Subject) is { } deployment ? railways.Page(service, deployment) : null;

    // One of its fingerprint is open, or ended so recently that people need not hear of it again.
    private bool IsHeld(Diagnosis diagnosis, IReadOnlyDictionary<string, DateTimeOffset?> ends) =>
        ends.TryGetValue(diagnosis.Fingerprint, out var end) && (end is null || clock.Now() < end + diagnosis.CoolDown);

    private async Task<bool> OpenAsync(Session session, Finding finding, DateTimeOffset observedAt)
    {
        if (!await FindingStore.AddAsync(session, finding))
        {
            return false;
        }

        await audit.AppendAsync(session, new AuditEntry(AuditKinds.Decision, Actor)
        {
            Action = string.Join(", ", finding.Decisions.Select(decision => decision.Kind)),
            Target = finding.Subject,
            Service = finding.Service,
            Reason = finding.Decisions[0].Reason,
            Evidence = finding.Evidence,
            CorrelationId = finding.CorrelationId,
            Detail = Detail(finding, observedAt),
        });
        foreach (var decision in finding.Decisions)
        {
            OperationsMeter.Decisions.Add(1, new KeyValuePair<string, object?>("kind", decision.Kind.ToString()));
            await ledger.EnqueueAsync(session, ActWork.For(finding, decision));
        }

        return true;
    }

    // The trouble of an open finding occurred once more: what is done about that is done once, too.
    private async Task RecurAsync(Diagnosis diagnosis, Finding? open, CancellationToken cancellationToken)
    {
        if (open is null || open.Cause == diagnosis.Cause || open.LatestCause == diagnosis.Cause)
        {
            return;
        }

        await database.WriteAsync(async session =>
        {
            if (await FindingStore.RecurAsync(session, open.Id, diagnosis.Cause))
            {
                foreach (var decision in diagnosis.Again)
                {
                    await ledger.EnqueueAsync(session, ActWork.Again(open, decision, diagnosis.Cause));
                }
            }
        }, cancellationToken);
    }

    private async Task EndAsync(IReadOnlyList<Verdict.Over> over, Dictionary<string, Finding> open, CancellationToken cancellationToken)
    {
        foreach (var verdict in over)
        {
            if (open.TryGetValue(verdict.Fingerprint, out var finding))
            {
                await cases.EndAsync(finding, verdict with { Outcome = redactor.Redact(verdict.Outcome) }, cancellationToken);
            }
        }
    }

    private static JsonObject Detail(Finding finding, DateTimeOffset observedAt) => new()
    {
        ["cause"] = finding.Cause,
        ["happenedAt"] = UtcTime.ToText(finding.HappenedAt),
        ["observedAt"] = UtcTime.ToText(observedAt),
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
