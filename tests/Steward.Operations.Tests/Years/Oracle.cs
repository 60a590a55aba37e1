using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Steward.Simulation.Railway;
using Steward.Testing;

namespace Steward.Operations.Tests.Years;

/// <summary>Something that must never happen, and did.</summary>
/// <param name="At">When, on the world's clock.</param>
/// <param name="Service">At which service; empty where it is not about one.</param>
/// <param name="Rule">Which rule was broken.</param>
/// <param name="What">What happened.</param>
/// <param name="Story">How it came to that.</param>
internal sealed record Violation(DateTimeOffset At, string Service, string Rule, string What, string Story);

/// <summary>Knows the truth about every deployment and judges what Steward does to it, as it happens.</summary>
internal sealed partial class Oracle(FakeClock clock, Chronicle chronicle, Dice dice)
{
    public const string DoubleRollback = "no double rollback";
    public const string Flap = "no flap";
    public const string GoodRolledBack = "no rollback of a good deployment";
    public const string BadTarget = "no rollback to a bad deployment";
    public const string Missed = "no missed bad deployment";
    public const string RestartedTwice = "no second restart";
    public const string DoubleIssue = "no two issues for one cause";
    public const string DoubleAlert = "no alert twice";
    public const string FalseRecovery = "no recovery that is none";

    // Longer than any outage with the pauses of the ledger after it. Steward needs seconds when nothing else goes wrong.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(25);

    // How long a service may have been bad again when people hear that it has recovered.
    private static readonly TimeSpan News = TimeSpan.FromMinutes(3);

    // The least that a newer version is given to arrive while nothing serves.
    private static readonly TimeSpan Arrival = TimeSpan.FromMinutes(1);

    // As long as an answer is on its way.
    private static readonly TimeSpan Moments = TimeSpan.FromSeconds(10);

    // What served for as long after a restart is past that trouble.
    private static readonly TimeSpan Watched = new OperationsOptions().WatchWindow;

    private readonly Dictionary<string, DateTimeOffset> issues = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (DateTimeOffset At, bool Lost)> alerts = new(StringComparer.Ordinal);

    private DateTimeOffset lifted;

    /// <summary>Up to when Steward knows how the platform's deployments stand.</summary>
    public DateTimeOffset Known { get; private set; }

    public List<Violation> Violations { get; } = [];

    /// <summary>From a deployment going bad to the acceptance of its rollback.</summary>
    public List<TimeSpan> Reactions { get; } = [];

    /// <summary>True while Steward does not get to know that what it does happens.</summary>
    public bool IsAnswerLost { get; set; }

    public int Rollbacks { get; private set; }

    public int Restarts { get; private set; }

    /// <summary>Rollbacks that met a deployment which began while they were on their way: nobody could have known.</summary>
    public int Races { get; private set; }

    public int Issues => issues.Count;

    public int Alerts => alerts.Count;

    /// <summary>True while a deployment that starts slowly answers with errors still.</summary>
    public bool IsStillStarting(string service) =>
        chronicle.Active(service) is { Fate: Fate.SlowStart, Status: RailwayStatus.Success, TookOverAt: { } since } life &&
        clock.GetUtcNow() < since + dice.Between(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(9), $"start of {life.Commit}", life.CreatedAt);

    /// <summary>True while what has taken over serves well.</summary>
    public bool IsWell(string service) => chronicle.Active(service) is { BadSince: null };

    /// <summary>An answer of the platform that shows how its deployments stand has reached Steward.</summary>
    public void Shown(Errand errand, DateTimeOffset at) => Known = errand.ShowsDeployments ? at : Known;

    /// <summary>Which deployment a change is about to hit.</summary>
    public Life? Before(Errand errand) => errand.Operation switch
    {
        "DeploymentRollback" when chronicle.Find(errand.Subject) is { } target => Undone(target.Service),
        "DeploymentRestart" => chronicle.Find(errand.Subject),
        _ => null,
    };

    // One that was called off by an older one, which arrived after it, is not what is gone back from.
    private Life Undone(string service) =>
        chronicle.Latest(service) is { Status: RailwayStatus.Removed } latest ? chronicle.Active(service) ?? latest : chronicle.Latest(service);

    /// <summary>A change has been made.</summary>
    /// <param name="errand">The change.</param>
    /// <param name="before">What it has hit.</param>
    /// <param name="known">Up to when Steward knew the platform's deployments as it sent it.</param>
    /// <param name="answer">The world's answer.</param>
    public void Performed(Errand errand, Life? before, DateTimeOffset known, string answer)
    {
        var isRefused = answer.Contains("\"errors\":[", StringComparison.Ordinal);
        switch (errand.Operation)
        {
            case "DeploymentRollback" when before is not null && !isRefused:
                RolledBack(before, chronicle.Find(errand.Subject)!, known);
                break;
            case "DeploymentRestart" when before is not null && !isRefused:
                Restarted(before);
                break;
            case "CreateIssue":
                Opened(JsonNode.Parse(errand.Body)!);
                break;
            case "Webhook":
                Alerted(JsonNode.Parse(errand.Body)!);
                break;
        }
    }

    /// <summary>The process has died: it cannot have written down what it was told in the last moments.</summary>
    public void Died()
    {
        foreach (var (key, alert) in alerts.Where(pair => clock.GetUtcNow() - pair.Value.At < Moments).ToList())
        {
            alerts[key] = (alert.At, true);
        }
    }

    /// <summary>People know that it is up to them.</summary>
    public void HandedOver(string text, string how)
    {
        foreach (var life in Mentioned(text))
        {
            life.Handed.Add(clock.GetUtcNow());
            chronicle.Tell(life.Service, $"people know about {life.Commit}: {how}");
        }
    }

    /// <summary>A stop is no more: what it held goes on.</summary>
    public void Lifted() => lifted = clock.GetUtcNow();

    /// <summary>Looks for bad deployments that nobody does anything about.</summary>
    public void Look()
    {
        var now = clock.GetUtcNow();
        foreach (var service in chronicle.Services)
        {
            if (chronicle.Active(service) is { BadSince: { } since, IsReported: false } bad && now - Since(bad, since) > Patience &&
                bad.Handed.Count == 0 && !chronicle.Latest(service).Handed.Any(at => at > since) && !bad.Undone.Any(at => now - at < Patience))
            {
                bad.IsReported = true;
                Report(bad.Service, Missed, $"{bad} is bad since {since:HH:mm:ss}, serves nobody, and nobody was told that it is up to them.");
            }

            if (chronicle.Latest(service) is { Status: RailwayStatus.Failed, BadSince: { } failed, IsReported: false } latest && now - failed > Patience && latest.Told.Count == 0 && latest.Handed.Count == 0)
            {
                latest.IsReported = true;
                Report(latest.Service, Missed, $"{latest} failed at {failed:HH:mm:ss} and nobody was told.");
            }
        }
    }

    // Of what a stop holds, and people know that it does, nothing is expected before it is lifted.
    private DateTimeOffset Since(Life bad, DateTimeOffset since) => bad.HeldAt is not { } held ? since : lifted > held ? lifted : clock.GetUtcNow();

    public void Report(string service, string rule, string what) =>
        Violations.Add(new Violation(clock.GetUtcNow(), service, rule, what, chronicle.Story(service)));

    private void RolledBack(Life undone, Life target, DateTimeOffset known)
    {
        var now = clock.GetUtcNow();
        Rollbacks++;
        chronicle.Tell(undone.Service, $"Steward went back from {undone.Commit} to {target.Commit}");
        if (undone is { Origin: Origin.Steward, BadSince: null } && undone.Commit == target.Commit)
        {
            Report(undone.Service, DoubleRollback, $"{undone} is the rollback to {target.Commit} already.");
            return;
        }

        // Somebody was quicker than the request: pushed, or brought it up again. The platform knows no condition for a rollback.
        if (undone.CreatedAt > known || (undone.BadSince is null && undone.StatusAt > known))
        {
            Races++;
            return;
        }

        // Nothing serves well, and what is to come has been given longer than builds take, or any deployment where something serves:
        // the bad one is what is gone back from.
        if (undone is { BadSince: null, TookOverAt: null } && chronicle.Active(undone.Service) is { BadSince: not null } bad
            && now - undone.CreatedAt >= (bad.Status == RailwayStatus.Crashed ? Arrival : new OperationsOptions().VerifyTimeout))
        {
            undone = bad;
        }

        if (undone.Undone.Count > 0)
        {
            Report(undone.Service, DoubleRollback, $"{undone} was gone back from before, at {undone.Undone[^1]:HH:mm:ss}.");
        }

        if (undone.BadSince is { } since)
        {
            Reactions.Add(now - since);
        }
        else
        {
            Report(undone.Service, GoodRolledBack, $"{undone} is not bad.");
        }

        if (target.EndedBad || target.BadSince is not null || target.Fate is Fate.CrashesAtOnce or Fate.ServesErrors)
        {
            Report(undone.Service, BadTarget, $"{target} is bad.");
        }

        if (chronicle.Of(target.Service).LastOrDefault(life => life.Commit == target.Commit && life.CreatedAt < undone.CreatedAt) is { Undone.Count: > 0 } before)
        {
            Report(undone.Service, Flap, $"{before} was gone back from at {before.Undone[^1]:HH:mm:ss}, and {target} is gone back to.");
        }

        undone.Undone.Add(now);
    }

    private void Restarted(Life life)
    {
        Restarts++;
        chronicle.Tell(life.Service, $"Steward restarted {life.Commit}");
        if (life.Restarted.Count > 0 && !(life.BadSince - life.Restarted[^1] > Watched))
        {
            Report(life.Service, RestartedTwice, $"{life} was restarted before, at {life.Restarted[^1]:HH:mm:ss}.");
        }

        life.Restarted.Add(clock.GetUtcNow());
    }

    private void Opened(JsonNode issue)
    {
        var body = (string)issue["body"]!;
        var key = Marker().Match(body).Value;
        if (!issues.TryAdd(key, clock.GetUtcNow()))
        {
            Report(Mentioned(body).FirstOrDefault()?.Service ?? "", DoubleIssue, $"{key} was opened before, at {issues[key]:MM-dd HH:mm:ss}.");
        }

        foreach (var life in Mentioned($"{issue["title"]} {body}"))
        {
            life.Told.Add(clock.GetUtcNow());
        }
    }

    private void Alerted(JsonNode alert)
    {
        var (key, text, status) = ((string)alert["key"]!, alert.ToJsonString(), (string?)alert["status"]);
        // Better twice than never: where the answer was lost the same may be said again.
        if (alerts.TryGetValue(key, out var earlier) && !earlier.Lost)
        {
            Report((string?)alert["service"] ?? "", DoubleAlert, $"{key} was sent before, at {earlier.At:MM-dd HH:mm:ss}, and the answer arrived.");
        }

        alerts[key] = (clock.GetUtcNow(), IsAnswerLost);
        if (status == "DEAD")
        {
            HandedOver(text, "its work died");
        }

        if (chronicle.Find((string?)alert["deploymentId"] ?? "") is not { } life)
        {
            return;
        }

        chronicle.Tell(life.Service, $"people hear of {life.Commit}: {status} {(string?)alert["title"]}");
        life.Told.Add(clock.GetUtcNow());
        if (status == "HELD")
        {
            life.HeldAt = clock.GetUtcNow();
        }
        else if (status == "STUCK" || (status == "FAILED" && alert["rollbackDeploymentId"] is null && life.Restarted.Count == 0 && !text.Contains("started once more", StringComparison.Ordinal) && !text.Contains("is given until", StringComparison.Ordinal)))
        {
            life.Handed.Add(clock.GetUtcNow());
        }
        else if (status == "RECOVERED" && chronicle.Active(life.Service) is { BadSince: { } since } bad && clock.GetUtcNow() - since > News)
        {
            Report(life.Service, FalseRecovery, $"People hear that {life.Service} has recovered, and {bad} is bad since {since:HH:mm:ss}.");
        }
    }

    private IEnumerable<Life> Mentioned(string text) => Id().Matches(text).Select(match => chronicle.Find(match.Value)).OfType<Life>().Distinct();

    [GeneratedRegex("<!-- steward:.*? -->")]
    private static partial Regex Marker();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Id();
}
