using System.Globalization;
using Steward.Kernel;
using Steward.Operations.Deployments;
using Steward.Operations.Findings;
using Steward.Operations.Orient;
using Steward.Operations.Watched;

namespace Steward.Operations.Decide;

/// <summary>Turns a situation into what is wrong and what to do. Pure: facts in, decision out.</summary>
public static class Decider
{
    // How sure a rollback is: Steward saw the target serve well; it saw it serve; or only the provider's history speaks for it.
    private const double SeenGood = 0.95;
    private const double SeenServing = 0.75;
    private const double Presumed = 0.6;

    /// <summary>What is wrong with the service, or null when nothing is.</summary>
    public static Diagnosis? Decide(Situation situation, OperationsOptions options) => situation switch
    {
        { IsTreatedPast: true, Serving: null } => null,
        { Latest.State: DeploymentState.Failed, Serving: { } serving } when IsUnhealthy(situation, serving) => Unhealthy(situation, serving, options),
        { Latest.State: DeploymentState.Failed, Serving: { } serving } => Tell(situation, FindingKind.DeploymentFailed, "medium",
            $"Deployment {Name(situation.Latest)} of {situation.Service.Name} failed before it served; {Name(serving)} still serves.",
            $"Nothing has to be rolled back: {Name(serving)} was never replaced."),
        { Latest.State: DeploymentState.Failed } => NothingServes(situation),
        { Latest.State: DeploymentState.Crashed, Serving: { } serving } => Tell(situation, FindingKind.DeploymentCrashed, "medium",
            $"Deployment {Name(situation.Latest)} of {situation.Service.Name} crashed; {Name(serving)} serves.",
            $"Nothing has to be rolled back: {Name(serving)} serves."),
        { Latest.State: DeploymentState.Crashed } => Crashed(situation, options),
        { Latest: { State: DeploymentState.Active, Distrust: { } why } } => Undo(situation, FindingKind.DeploymentUnhealthy,
            $"Deployment {Name(situation.Latest)} of {situation.Service.Name} counts as a success and did not pass its verification: {why}"),
        { Latest.State: DeploymentState.Active } when IsUnhealthy(situation, situation.Latest) => Unhealthy(situation, situation.Latest, options),
        { Latest.State: DeploymentState.Pending or DeploymentState.Building or DeploymentState.Deploying } when IsOverdue(situation, options) => Overdue(situation),
        _ => null,
    };

    /// <summary>The deployment to go back to, or null: never the failed or a serving one, nor a version whose newest deployment is bad, answered with errors at the end or did not pass its verification.</summary>
    public static Deployment? Target(Situation situation) => Target(situation.History, situation.Latest, situation.Serving);

    /// <summary>The same, of a service's deployments.</summary>
    /// <param name="history">Its deployments, newest first.</param>
    /// <param name="latest">The one to go back from.</param>
    /// <param name="serving">The one that serves beside it, where one does.</param>
    public static Deployment? Target(IReadOnlyList<Deployment> history, Deployment latest, Deployment? serving)
    {
        var badVersions = history
            .Where(deployment => deployment.Version is not null)
            .GroupBy(deployment => deployment.Version!, StringComparer.Ordinal)
            .Where(version => version.First().Id == latest.Id || IsBad(version.First()))
            .Select(version => version.Key)
            .ToHashSet(StringComparer.Ordinal);
        var candidates = history.Where(deployment =>
            deployment.Id != latest.Id &&
            deployment.Id != serving?.Id &&
            deployment is { State: DeploymentState.Removed or DeploymentState.Active, CanRollback: true, Distrust: null, UnhealthyAt: null } &&
            deployment.CreatedAt <= latest.CreatedAt &&
            (deployment.Version is null || !badVersions.Contains(deployment.Version))).ToList();
        return candidates.Find(deployment => deployment.GoodAt is not null)
            ?? candidates.Find(deployment => deployment.ActiveAt is not null)
            ?? candidates.FirstOrDefault();
    }

    // A deployment that dies soon after its take-over is bad. One that served for long may have met bad luck: it is started
    // once more, and gone back from when that does not help.
    internal static Diagnosis? Crashed(Situation situation, OperationsOptions options)
    {
        var (latest, name) = (situation.Latest, $"Deployment {Name(situation.Latest)} of {situation.Service.Name}");
        if (latest.RestartFailedAt is not null || latest.StateAt > latest.RestartedAt)
        {
            var again = Undo(situation, FindingKind.DeploymentCrashed, latest.RestartFailedAt is not null ? $"{name} crashed, and starting it once more did not help."
                : latest.DiesAgainAndAgain(situation.At) ? $"{name} crashed again, after it had been started once more {latest.Restarts} times within a day."
                : $"{name} crashed again soon after it had been started once more.");
            return again with { Cause = $"{again.Cause}/after-restart", Fingerprint = $"{again.Fingerprint}/after-restart" };
        }

        if (latest.RestartedAt is not null)
        {
            return null;
        }

        var served = latest.StateAt - (latest.ActiveAt ?? latest.CreatedAt);
        if (served <= options.WatchWindow)
        {
            return Undo(situation, FindingKind.DeploymentCrashed, $"{name} crashed after it had taken over.");
        }

        var summary = string.Create(CultureInfo.InvariantCulture, $"{name} crashed after it had served for {Spans.Words(served)}.");
        var restart = new Decision(DecisionKind.Restart, 10, $"{summary} Starting it once more before anything is rolled back.", SeenGood);
        return Diagnose(situation, FindingKind.DeploymentCrashed, "high", summary, [restart, .. Telling($"{summary} Decided: start it once more.")]);
    }

    // Found apart from the failure: what still served when that was told may have died since.
    private static Diagnosis NothingServes(Situation situation)
    {
        var undo = Undo(situation, FindingKind.DeploymentFailed, $"Deployment {Name(situation.Latest)} of {situation.Service.Name} failed and nothing serves.");
        return undo with { Cause = $"{undo.Cause}/nothing-serves", Fingerprint = $"{undo.Fingerprint}/nothing-serves" };
    }

    private static bool IsUnhealthy(Situation situation, Deployment serving) =>
        situation.Service.Health == ServiceHealth.Unhealthy && situation.Service.HealthOf == serving.Id;

    // The deployment that serves is the latest, or the one before it where the latest failed.
    private static Diagnosis Unhealthy(Situation situation, Deployment serving, OperationsOptions options)
    {
        var service = situation.Service;
        var since = service.HealthSince ?? situation.At;
        var failed = serving.Id == situation.Latest.Id ? "" : $", and {Name(situation.Latest)}, which was to replace it, failed";
        var summary = $"{service.Name} has answered with errors since {UtcTime.ToText(since)} although deployment {Name(serving)} counts as a success{failed}{(service.HealthDetail is { } said ? $": {said.TrimEnd('.')}" : "")}.";
        if (since - (serving.ActiveAt ?? serving.CreatedAt) <= options.WatchWindow)
        {
            return Undo(situation, FindingKind.DeploymentUnhealthy, summary);
        }

        // It worked for long: the deployment is unlikely to be the cause, so people are told, once for each outage.
        return Tell(situation, FindingKind.DeploymentUnhealthy, "high", summary,
            $"It had served well for {Spans.Words(since - (serving.ActiveAt ?? serving.CreatedAt))}, so rolling back is unlikely to help.");
    }

    // While a deployment is on its way it may be the cure. One that never arrives is none, and people have to know when nothing serves well meanwhile.
    private static bool IsOverdue(Situation situation, OperationsOptions options) =>
        situation.At - situation.Latest.CreatedAt > options.VerifyTimeout && (situation.Serving is not { } serving || IsUnhealthy(situation, serving));

    private static Diagnosis Overdue(Situation situation)
    {
        var (latest, name) = (situation.Latest, $"Deployment {Name(situation.Latest)} of {situation.Service.Name}");
        var meanwhile = situation.Serving is null ? "nothing serves" : $"{Name(situation.Serving)}, which serves, answers with errors";
        var told = Tell(situation, FindingKind.DeploymentFailed, "high", $"{name} has been {latest.RawStatus} since {UtcTime.ToText(latest.StateAt)} and {meanwhile}.", "It may still arrive; until then a person has to look.");
        return told with { Cause = $"{told.Cause}/overdue", Fingerprint = $"{told.Fingerprint}/overdue" };
    }

    private static Diagnosis Undo(Situation situation, FindingKind kind, string summary)
    {
        if (Target(situation) is not { } target)
        {
            return Tell(situation, kind, "high", $"{summary} There is no deployment to go back to.", "Every earlier deployment is bad, gone or unknown: a person has to look.");
        }

        var (confidence, why) = target switch
        {
            { GoodAt: { } good } => (SeenGood, $"it is known good since {UtcTime.ToText(good)}"),
            { ActiveAt: { } active } => (SeenServing, $"it served from {UtcTime.ToText(active)}, though not long enough to be known good"),
            _ => (Presumed, "the provider's history lists it, though Steward never saw it serve"),
        };
        var rollback = new Decision(DecisionKind.RollBack, 10, $"{summary} Going back to {Name(target)}: {why}.", confidence, target.Id, target.Version, target.GoodAt is not null);
        return Diagnose(situation, kind, "high", summary, [rollback, .. Telling($"{summary} Decided: go back to {Name(target)}.")]);
    }

    private static Diagnosis Tell(Situation situation, FindingKind kind, string severity, string summary, string because) =>
        Diagnose(situation, kind, severity, summary, [.. Telling($"{summary} {because}")]);

    private static IEnumerable<Decision> Telling(string reason) =>
        [new(DecisionKind.OpenIssue, 9, reason, 1), new(DecisionKind.Alert, 9, reason, 1)];

    internal static Diagnosis Diagnose(Situation situation, FindingKind kind, string severity, string summary, IReadOnlyList<Decision> decisions)
    {
        var (latest, service) = (situation.Latest, situation.Service);
        // One that is distrusted without an outage is so from its beginning: it is one occurrence, however often it is seen.
        var isOut = kind == FindingKind.DeploymentUnhealthy && (IsUnhealthy(situation, latest) || (situation.Serving is { } before && IsUnhealthy(situation, before)));
        var happened = isOut ? service.HealthSince ?? situation.At : latest.StateAt;
        var evidence = new List<string>
        {
            $"{service.Name}: deployment {latest.Id} (version {latest.Version ?? "unknown"}) is {latest.RawStatus} since {UtcTime.ToText(latest.StateAt)}",
            situation.Serving is { } serving ? $"{service.Name}: deployment {serving.Id} (version {serving.Version ?? "unknown"}) serves" : $"{service.Name}: no other deployment serves",
        };
        if (service.Health != ServiceHealth.Unknown)
        {
            evidence.Add($"{service.Name}: health is {service.Health}{(service.HealthDetail is null ? "" : $" ({service.HealthDetail})")}");
        }

        // What died may come up again, and what answered with errors may be well again: the next time is another occurrence.
        var subject = $"{Word(kind)}/{latest.Id}";
        var cause = kind == FindingKind.DeploymentFailed ? subject : $"{subject}/{happened.ToUnixTimeSeconds()}";
        return new Diagnosis(cause, kind, service.Name, service.Id, Finding.OfDeployment(latest.Id), severity, summary, evidence, happened, decisions) { Fingerprint = subject };
    }

    private static bool IsBad(Deployment deployment) =>
        DeploymentLife.IsBad(deployment.State) || deployment is not { UnhealthyAt: null, Distrust: null } || deployment.State is DeploymentState.RollingBack or DeploymentState.RolledBack;

    internal static string Name(Deployment deployment) =>
        deployment.Version is { } version ? version.Length > 12 ? version[..12] : version : deployment.Id;

    private static string Word(FindingKind kind) => kind switch
    {
        FindingKind.DeploymentFailed => "deployment-failed",
        FindingKind.DeploymentCrashed => "deployment-crashed",
        FindingKind.DeploymentUnhealthy => "deployment-unhealthy",
        _ => throw new InvalidOperationException($"Unknown kind {kind}."),
    };
}
