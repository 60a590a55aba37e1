using Steward.Kernel;
using Steward.Operations.Deployments;
using Steward.Operations.Observe;
using Steward.Operations.Watched;

namespace Steward.Operations.Orient;

/// <summary>Holds what was seen against what is remembered. Pure.</summary>
public static class Orienter
{
    // However short the watch window is: what dies at once is up for a moment before.
    private static readonly TimeSpan LeastRevival = TimeSpan.FromSeconds(5);

    /// <summary>Draws the situation of every service in the picture.</summary>
    public static Orientation Orient(Picture picture, IReadOnlyList<WatchedService> services, ILookup<string, Deployment> deployments, OperationsOptions options)
    {
        var known = services.ToDictionary(service => service.Id, StringComparer.Ordinal);
        var situations = new List<Situation>();
        var changedDeployments = new List<Deployment>();
        var changedServices = new List<WatchedService>();
        foreach (var seen in picture.Services)
        {
            var before = known.GetValueOrDefault(seen.Id);
            var service = Service(picture, seen, before, options);
            var remembered = deployments[seen.Id].ToDictionary(deployment => deployment.Id, StringComparer.Ordinal);
            var history = History(picture.At, seen, service, remembered, options);
            changedDeployments.AddRange(history.Where(deployment => remembered.GetValueOrDefault(deployment.Id) != deployment));
            if (before is null || service with { SeenAt = before.SeenAt, HealthAt = before.HealthAt } != before)
            {
                changedServices.Add(service);
            }

            if (seen.Latest is { } latest && history.FirstOrDefault(deployment => deployment.Id == latest.Id) is { } newest)
            {
                // One that was called off, skipped or replaced by an older one that arrived late says nothing about what holds the service.
                var current = newest.State == DeploymentState.Removed && seen.Serving.MaxBy(deployment => deployment.CreatedAt) is { } holds
                    ? history.FirstOrDefault(deployment => deployment.Id == holds.Id) ?? newest
                    : newest;
                var serving = history.FirstOrDefault(deployment => deployment.State == DeploymentState.Active && deployment.Id != current.Id);
                situations.Add(new Situation(picture.At, service, current, serving, history));
            }
        }

        var missing = services.Where(service => picture.Absent.Contains(service.Id)).Select(before => (Before: before, Now: Absence.Note(before, picture.At, options))).ToList();
        changedServices.AddRange(missing.Where(service => service.Now != service.Before).Select(service => service.Now));
        return new Orientation(situations, changedDeployments, changedServices)
        {
            Gone = missing.Where(service => Absence.IsGone(service.Now, picture.At)).Select(service => service.Now.Id).ToHashSet(StringComparer.Ordinal),
        };
    }

    private static WatchedService Service(Picture picture, ObservedService seen, WatchedService? before, OperationsOptions options)
    {
        var service = new WatchedService(seen.Id, seen.Name, seen.Latest?.Id, ServiceHealth.Unknown, 0, null, null, null, picture.At);
        // While the latest is on its way another one answers, or none does: what was asked is what serves.
        var asked = seen.Serving.Append(seen.Latest).FirstOrDefault(deployment => deployment?.State == DeploymentState.Active)?.Id;
        var known = before is not null && before.HealthOf == asked ? before : service;
        if (!picture.Health.TryGetValue(seen.Name, out var check))
        {
            return service with
            {
                Health = known.Health, HealthFailures = known.HealthFailures, HealthDetail = known.HealthDetail, HealthSince = known.HealthSince, HealthAt = known.HealthAt, HealthOf = known.HealthOf,
            };
        }

        // An answer is no younger because another source kept the picture waiting.
        var at = check.At ?? picture.At;
        if (check.IsWell)
        {
            return service with { Health = ServiceHealth.Healthy, HealthSince = known.Health == ServiceHealth.Healthy ? known.HealthSince ?? at : at, HealthAt = picture.At, HealthOf = asked };
        }

        // Events make it be asked several times in a second: the failures must also last as long as the same number of turns.
        var (failures, since) = (known.HealthFailures + 1, known.HealthFailures == 0 ? at : known.HealthSince ?? at);
        var isLasting = at - since >= options.ShortestInterval * (options.HealthFailures - 1);
        return service with
        {
            Health = failures >= options.HealthFailures && isLasting ? ServiceHealth.Unhealthy : ServiceHealth.Shaky,
            // Beyond the threshold the count says no more; standing still keeps the row from being written at every look.
            HealthFailures = Math.Min(failures, options.HealthFailures),
            HealthDetail = check.Detail,
            HealthSince = since,
            HealthAt = picture.At,
            HealthOf = asked,
        };
    }

    private static List<Deployment> History(
        DateTimeOffset at, ObservedService seen, WatchedService service, Dictionary<string, Deployment> remembered, OperationsOptions options)
    {
        var shown = seen.Serving.Concat(seen.Earlier).Concat(seen.Latest is null ? [] : [seen.Latest])
            .DistinctBy(deployment => deployment.Id).ToDictionary(deployment => deployment.Id, StringComparer.Ordinal);
        var history = new List<Deployment>();
        foreach (var deployment in shown.Values)
        {
            history.Add(Follow(at, seen, remembered.GetValueOrDefault(deployment.Id), deployment));
        }

        var servingIds = seen.Serving.Select(deployment => deployment.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var absent in remembered.Values.Where(deployment => !shown.ContainsKey(deployment.Id)))
        {
            // The provider lists everything that serves: one that served and is not in the list was replaced.
            history.Add(absent.State == DeploymentState.Active && !servingIds.Contains(absent.Id)
                ? absent with { State = DeploymentState.Removed, RawStatus = "REMOVED", StateAt = at }
                : absent);
        }

        // The sources are asked at the same time: while one takes over, the good answer may be its own already.
        var isReplaced = seen.Latest is { State: DeploymentState.Building or DeploymentState.Deploying } latest && latest.Id != service.HealthOf;
        return
        [
            .. history.Select(deployment => Settle(at, Forgive(at, Judge(deployment, service, isReplaced), options), service, options))
                .OrderByDescending(deployment => deployment.CreatedAt).ThenByDescending(deployment => deployment.Id, StringComparer.Ordinal)
                .Take(DeploymentStore.History),
        ];
    }

    private static Deployment Follow(DateTimeOffset at, ObservedService service, Deployment? known, ObservedDeployment seen)
    {
        var since = seen.StatusAt ?? at;
        var deployment = known ?? new Deployment(
            seen.Id, service.Id, service.Name, seen.State, seen.RawStatus, seen.Version, seen.CreatedAt, since,
            seen.State == DeploymentState.Active ? since : null, null, seen.CanRollback, seen.Url);
        var state = DeploymentLife.Next(deployment.State, seen.State);
        // One that came up and died again between two looks is crashed since the second time.
        var isSame = state == deployment.State && !(state == DeploymentState.Crashed && seen.State == state && seen.StatusAt > deployment.StateAt);
        return deployment with
        {
            State = state,
            RawStatus = seen.RawStatus,
            Version = seen.Version ?? deployment.Version,
            StateAt = isSame ? deployment.StateAt : UtcTime.Truncate(since),
            ActiveAt = deployment.ActiveAt ?? (state == DeploymentState.Active ? since : null),
            CanRollback = seen.CanRollback,
            Url = seen.Url ?? deployment.Url,
        };
    }

    // What it answers, where it is the one that was asked.
    private static Deployment Judge(Deployment deployment, WatchedService service, bool isReplaced) => deployment.Id != service.HealthOf ? deployment : service.Health switch
    {
        ServiceHealth.Unhealthy => deployment with { UnhealthyAt = deployment.UnhealthyAt ?? service.HealthSince },
        ServiceHealth.Healthy when !isReplaced => deployment with { UnhealthyAt = null },
        _ => deployment,
    };

    // What has served for the watch window since it was started once more is past that trouble: another crash is another one, a
    // few times a day.
    private static Deployment Forgive(DateTimeOffset at, Deployment deployment, OperationsOptions options)
    {
        var revival = options.WatchWindow > LeastRevival ? options.WatchWindow : LeastRevival;
        return deployment is { State: DeploymentState.Active, UnhealthyAt: null } && at - deployment.StateAt > revival && !deployment.DiesAgainAndAgain(at)
            ? deployment with { RestartedAt = null, RestartFailedAt = null }
            : deployment;
    }

    // Known good: it has served for the settling time and its health checks, where it has any, do not say otherwise.
    private static Deployment Settle(DateTimeOffset at, Deployment deployment, WatchedService service, OperationsOptions options) =>
        deployment is { State: DeploymentState.Active, GoodAt: null, Distrust: null, ActiveAt: { } active } &&
        at - active >= options.SettleTime &&
        service.Health is (ServiceHealth.Healthy or ServiceHealth.Unknown)
            ? deployment with { GoodAt = at }
            : deployment;
}
