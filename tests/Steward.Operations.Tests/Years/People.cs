using System.Globalization;
using Steward.Governance.Approvals;
using Steward.Governance.Calls;
using Steward.Governance.Stops;
using Steward.Platform.Work;
using Steward.Simulation;
using Steward.Simulation.Railway;
using Steward.Testing;

namespace Steward.Operations.Tests.Years;

/// <summary>
/// The people around Steward: they push, interfere, answer when they are asked, and clear away what is theirs. All on timers
/// of the virtual clock, all by the dice.
/// </summary>
internal sealed class People(FakeClock clock, World world, Chronicle chronicle, Oracle oracle, Weather weather, Dice dice, Func<Node?> node)
{
    private static readonly Actor Anna = Actor.Person("anna");
    private static readonly TimeSpan Rounds = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan CloseAfter = TimeSpan.FromHours(6);

    // Whatever they have seen of Steward's questions; each is answered once.
    private readonly HashSet<Guid> seen = [];
    private readonly HashSet<Guid> redriven = [];
    private readonly Dictionary<int, DateTimeOffset> issues = [];
    private int commits;

    /// <summary>How many deployments people push before they rest.</summary>
    public int Wanted { get; init; }

    public int Pushed => commits;

    public bool IsAtRest => commits >= Wanted;

    /// <summary>Begins the work on some services.</summary>
    public void Begin(IReadOnlyList<string> services)
    {
        chronicle.Changed += React;
        foreach (var service in services)
        {
            After(dice.Between(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(20), $"first push of {service}", clock.GetUtcNow()), () => Push(service));
        }

        After(Rounds, MakeRounds);
        After(CloseAfter, CloseIssues);
    }

    private void Push(string service)
    {
        if (IsAtRest)
        {
            return;
        }

        var now = clock.GetUtcNow();
        var fate = Fates.Pick(dice.Draw($"fate at {service}", now));
        var commit = string.Create(CultureInfo.InvariantCulture, $"c{++commits:000000}-{service}");
        chronicle.Ordain(commit, fate);
        // The commit's fate stays with it: whoever goes back to it meets the same.
        world.Railway.Deploy(service, commit, fate.AtFirst());
        chronicle.Begin(world.Railway.Deployments(service)[0]);
        After(UntilNext(service, fate, now), () => Push(service));
    }

    // Some pushes come while the one before is on its way or is being undone; what fails late is given the time to.
    private TimeSpan UntilNext(string service, Fate fate, DateTimeOffset now)
    {
        var (least, most) = dice.Draw($"haste at {service}", now) switch
        {
            < 0.15 => (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(90)),
            < 0.55 => (TimeSpan.FromMinutes(1.5), TimeSpan.FromMinutes(8)),
            < 0.9 => (TimeSpan.FromMinutes(8), TimeSpan.FromMinutes(25)),
            _ => (TimeSpan.FromMinutes(25), TimeSpan.FromMinutes(90)),
        };
        var until = dice.Between(least, most, $"time to the next push at {service}", now);
        return fate.IsLate() && !dice.Happens(0.3, $"no patience at {service}", now) ? until + TimeSpan.FromMinutes(35) : until;
    }

    private void React(Life life)
    {
        var now = clock.GetUtcNow();
        if (life is { Status: RailwayStatus.Success, Origin: Origin.Push } && life.TookOverAt == now && life.Fate.IsLate())
        {
            After(dice.Between(TimeSpan.FromMinutes(16), TimeSpan.FromMinutes(34), $"late trouble of {life.Commit}", now), () => FailLate(life));
        }

        if (life.BadSince == now && life.Status != RailwayStatus.Failed)
        {
            Interfere(life, now);
        }

        if (life is { Origin: Origin.Steward } && life.TookOverAt is null && dice.Happens(0.02, $"push over the rollback of {life.Service}", now))
        {
            weather.Count("people: push over a rollback");
            After(dice.Between(TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(20), "push over", now), () => Push(life.Service));
        }
    }

    private void FailLate(Life life)
    {
        if (life.Status != RailwayStatus.Success)
        {
            return;
        }

        weather.Count($"late: {life.Fate}");
        if (life.Fate == Fate.ErrsLate)
        {
            world.Railway.ChangeFate(life.Id, DeploymentFate.ServesErrors);
            life.ServesErrors = true;
            chronicle.Tell(life.Service, $"{life.Commit} begins to serve errors");
            chronicle.Weigh(life);
            return;
        }

        world.Railway.ChangeFate(life.Id, life.Fate == Fate.DiesLate ? DeploymentFate.CrashesAfterStart : DeploymentFate.Good);
        world.Railway.ForceStatus(life.Id, RailwayStatus.Crashed);
    }

    private void Interfere(Life bad, DateTimeOffset now)
    {
        if (dice.Happens(0.06, $"hand at {bad.Service}", now))
        {
            After(dice.Between(TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(45), "hand", now), () => RollBackByHand(bad));
        }

        if (dice.Happens(0.05, $"forgetting at {bad.Service}", now))
        {
            var after = dice.Happens(0.5, "at once", now) ? TimeSpan.FromMilliseconds(1) : dice.Between(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(15), "forgetting", now);
            After(after, () => Forget(bad.Service));
        }

        if (bad.Status == RailwayStatus.Crashed && dice.Happens(0.05, $"second try at {bad.Service}", now))
        {
            After(dice.Between(TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(20), "second try", now), () => RestartByHand(bad));
        }
    }

    private void RollBackByHand(Life bad)
    {
        var target = chronicle.Of(bad.Service).LastOrDefault(life => life is { EndedBad: false, BadSince: null, TookOverAt: not null, IsForgotten: false } && life.Id != bad.Id && life.CreatedAt < bad.CreatedAt);
        if (bad.BadSince is null || target is null || chronicle.Latest(bad.Service) != bad)
        {
            return;
        }

        chronicle.Acting = Origin.Hand;
        weather.Count("people: rollback by hand");
        world.Railway.RollBack(target.Id);
        chronicle.Acting = Origin.Push;
    }

    private void RestartByHand(Life bad)
    {
        if (bad.Status == RailwayStatus.Crashed && chronicle.Active(bad.Service) == bad)
        {
            weather.Count("people: restart by hand");
            chronicle.Tell(bad.Service, $"somebody restarts {bad.Commit}");
            world.Railway.Restart(bad.Id);
        }
    }

    private void Forget(string service)
    {
        weather.Count("platform: forgets images");
        foreach (var life in chronicle.Of(service).Where(life => !life.IsForgotten && life.Status is not ("QUEUED" or RailwayStatus.Initializing)).TakeLast(40))
        {
            life.IsForgotten = true;
            world.Railway.ForbidRollback(life.Id);
        }

        chronicle.Tell(service, "the platform forgets its images");
    }

    private void MakeRounds()
    {
        After(Rounds, MakeRounds);
        oracle.Look();
        if (node() is { } up)
        {
            up.Try(() =>
            {
                Approve(up);
                Lift(up);
                Redrive(up);
            });
        }
    }

    private void Approve(Node up)
    {
        var pending = Virtual.Now(up.Database.ReadAsync(session => session.QueryAsync("SELECT id, key FROM approval WHERE state = 'pending' ORDER BY requested_at, key",
            row => (Id: row.Uuid("id"), Key: row.Text("key"))), CancellationToken.None));
        foreach (var (id, key) in pending.Where(one => seen.Add(one.Id)))
        {
            var now = clock.GetUtcNow();
            oracle.HandedOver(key, "an approval is asked for");
            var answer = dice.Draw("answer", now);
            if (answer < 0.85)
            {
                weather.Count(answer < 0.7 ? "people: yes" : "people: no");
                WhenUp(dice.Between(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(65), "thinking", now), up =>
                    Virtual.Now(up.Get<DecideApproval>().HandleAsync(id, answer < 0.7, Anna, null, CancellationToken.None)));
            }
            else
            {
                weather.Count("people: no answer");
            }
        }
    }

    private void Lift(Node up)
    {
        foreach (var stop in Virtual.Now(up.Get<KillSwitch>().ActiveAsync(CancellationToken.None)).Where(one => seen.Add(one.Id)).OrderBy(one => one.Subject, StringComparer.Ordinal))
        {
            weather.Count("people: lift a stop");
            WhenUp(dice.Between(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(90), $"lifting of {stop.Subject}", clock.GetUtcNow()), up =>
            {
                Virtual.Now(up.Get<KillSwitch>().LiftAsync(stop.Scope, stop.Subject, "Looked into it.", Anna, CancellationToken.None));
                oracle.Lifted();
            });
        }
    }

    private void Redrive(Node up)
    {
        var dead = Virtual.Now(up.Database.ReadAsync(session => session.QueryAsync("SELECT id, kind FROM work WHERE state = 'dead' ORDER BY finished_at, kind, occurrence",
            row => (Id: row.Uuid("id"), Kind: row.Text("kind"))), CancellationToken.None));
        foreach (var (id, kind) in dead.Where(one => seen.Add(one.Id)))
        {
            weather.Count($"people: look at a dead letter of {kind}");
            WhenUp(dice.Between(TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(150), $"re-driving of {kind}", clock.GetUtcNow()), up =>
            {
                // What a second set of attempts did not bring is done by hand.
                var (ledger, isFirst) = (up.Get<WorkLedger>(), redriven.Add(id));
                Virtual.Now(up.Database.WriteAsync(session => isFirst ? ledger.RedriveAsync(session, id) : ledger.DropAsync(session, id), CancellationToken.None));
                seen.Remove(id);
            });
        }
    }

    private void CloseIssues()
    {
        After(CloseAfter, CloseIssues);
        var now = clock.GetUtcNow();
        foreach (var issue in world.GitHub.Issues.Where(issue => issue.State == "open"))
        {
            if (issues.TryAdd(issue.Number, now))
            {
                continue;
            }

            if (now - issues[issue.Number] >= CloseAfter)
            {
                world.GitHub.CloseIssue(issue.Number);
            }
        }
    }

    // What people want of a node that is down they try again.
    private void WhenUp(TimeSpan time, Action<Node> what) => After(time, () =>
    {
        var done = false;
        node()?.Try(() =>
        {
            what(node()!);
            done = true;
        });
        if (!done)
        {
            WhenUp(TimeSpan.FromSeconds(30), what);
        }
    });

    private void After(TimeSpan time, Action what) => clock.CreateTimer(_ => what(), null, time, Timeout.InfiniteTimeSpan);
}
