using Steward.Kernel;
using Steward.Operations.Deployments;
using Steward.Operations.Findings;
using Steward.Operations.Orient;

namespace Steward.Operations.Decide;

/// <summary>
/// Says what becomes of a crash while a newer deployment is on its way. People hear of it at once; nothing is done as long as
/// the newer one may still be the cure; when it takes longer than builds of the service usually do, the crash is treated
/// past it. One that fails is <see cref="Decider"/>'s, and the end <see cref="OutageDecider"/>'s. Pure.
/// </summary>
public static class CrashDecider
{
    private const string Awaiting = "/awaiting-newer";
    private const string Past = "/past-newer";

    // A build may well take half as long again as the usual one, and no machine is ready at once.
    private const int Allowance = 2;
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(1);

    /// <summary>Judges one service.</summary>
    /// <param name="situation">What is going on with it.</param>
    /// <param name="open">The open findings.</param>
    /// <param name="options">The settings.</param>
    public static IEnumerable<Verdict> Decide(Situation situation, IEnumerable<Finding> open, OperationsOptions options)
    {
        var here = open.Where(finding => finding.ServiceId == situation.Service.Id).ToList();
        var crashed = Crashed(situation);
        var until = situation.Latest.CreatedAt + Patience(situation, options);
        var isLate = situation.At > until;
        if (crashed is not null && !here.Any(finding => finding.DeploymentId == crashed.Id && (finding.Has(DecisionKind.RollBack) || finding.Has(DecisionKind.Restart))))
        {
            if (!isLate)
            {
                yield return new Verdict.Trouble(Await(situation, crashed, until));
            }
            else if (Decider.Crashed(situation with { Latest = crashed }, options) is { } treatment)
            {
                yield return new Verdict.Trouble(Beyond(situation, treatment));
            }
        }
    }

    /// <summary>True while a crash is being treated past the latest deployment, which did not arrive: what becomes of that one is decided when it is over.</summary>
    public static bool IsTreatedPast(Situation situation, IEnumerable<Finding> open) =>
        open.Any(finding => finding.State is not (FindingState.Waiting or FindingState.Stuck) && finding.Decisions.Any(decision => decision.Past == situation.Latest.Id));

    /// <summary>How long a new deployment of the service may take before a crash is not left to it any more: twice the median of those that are remembered, at least a minute, at most <see cref="OperationsOptions.VerifyTimeout"/>, which it is as well when none is remembered.</summary>
    public static TimeSpan Patience(Situation situation, OperationsOptions options)
    {
        // What is gone back to is not built again: only the first deployment of a version tells how long that takes.
        var builds = situation.History
            .Where(one => one.ActiveAt > one.CreatedAt && !situation.History.Any(before => before.Version == one.Version && before.CreatedAt < one.CreatedAt))
            .Select(one => one.ActiveAt!.Value - one.CreatedAt).Order().ToList();
        var usual = builds.Count == 0 ? options.VerifyTimeout : builds[builds.Count / 2] * Allowance;
        var least = usual < Least ? Least : usual;
        return least > options.VerifyTimeout ? options.VerifyTimeout : least;
    }

    // The one that held the service when the latest began, where it is dead and nothing else serves.
    private static Deployment? Crashed(Situation situation) =>
        situation is { Serving: null, Latest.State: DeploymentState.Pending or DeploymentState.Building or DeploymentState.Deploying }
        && situation.History.FirstOrDefault(one => one.Id != situation.Latest.Id && one.CreatedAt <= situation.Latest.CreatedAt && HasHeld(one)) is { State: DeploymentState.Crashed } crashed
            ? crashed
            : null;

    private static bool HasHeld(Deployment deployment) =>
        deployment.ActiveAt is not null || deployment.State is DeploymentState.Crashed or DeploymentState.RollingBack or DeploymentState.RolledBack;

    private static Diagnosis Await(Situation situation, Deployment crashed, DateTimeOffset until)
    {
        var (service, latest) = (situation.Service, situation.Latest);
        var summary = $"Deployment {Decider.Name(crashed)} of {service.Name} crashed and nothing serves; deployment {Decider.Name(latest)}, which came after it, is {latest.RawStatus}.";
        var alert = new Decision(DecisionKind.Alert, 9,
            $"{summary} {Decider.Name(latest)} is given until {UtcTime.ToText(until)}, and nothing is undone meanwhile. If it fails, or does not serve by then, the crash is treated.", 1);
        var diagnosis = Decider.Diagnose(situation with { Latest = crashed }, FindingKind.DeploymentCrashed, "high", summary, [alert]);
        return diagnosis with
        {
            Cause = $"{diagnosis.Cause}{Awaiting}/{latest.Id}",
            // What came after it is then what was done about it, and not somebody's next version.
            Unless = diagnosis.Cause,
            Fingerprint = $"{diagnosis.Fingerprint}{Awaiting}",
            Evidence = [.. diagnosis.Evidence, Newer(situation)],
        };
    }

    private static Diagnosis Beyond(Situation situation, Diagnosis treatment)
    {
        var latest = situation.Latest;
        var late = $"Deployment {Decider.Name(latest)}, which came after it, is {latest.RawStatus} for longer than builds of {situation.Service.Name} usually take.";
        return treatment with
        {
            Cause = $"{treatment.Cause}{Past}/{latest.Id}",
            Fingerprint = $"{treatment.Fingerprint}{Past}",
            Summary = $"{treatment.Summary} {late}",
            Evidence = [.. treatment.Evidence, Newer(situation)],
            Decisions = [.. treatment.Decisions.Select(decision => decision with { Reason = $"{late} {decision.Reason}", Past = latest.Id })],
        };
    }

    private static string Newer(Situation situation) =>
        $"{situation.Service.Name}: deployment {situation.Latest.Id} (version {situation.Latest.Version ?? "unknown"}) is {situation.Latest.RawStatus} since {UtcTime.ToText(situation.Latest.StateAt)}";
}
