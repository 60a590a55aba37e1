using Steward.Operations.Findings;
using Steward.Operations.Watched;

namespace Steward.Operations.Decide;

/// <summary>
/// Says which findings nobody will ever see the end of, because their service is left alone or is not there any more: those of which
/// people were only told, and those that are stuck. What is being done about a service goes on. Pure.
/// </summary>
public static class GoneDecider
{
    /// <summary>Judges all services that are remembered.</summary>
    /// <param name="services">They.</param>
    /// <param name="gone">The keys of those that are not there any more.</param>
    /// <param name="open">The open findings.</param>
    /// <param name="options">What is left alone by the settings.</param>
    public static IEnumerable<Verdict.Over> Decide(IReadOnlyList<WatchedService> services, IReadOnlySet<string> gone, IReadOnlyCollection<Finding> open, OperationsOptions options)
    {
        var told = open.Where(finding => finding.ServiceId is not null && (finding.IsOnlyTold || finding.State == FindingState.Stuck)).ToLookup(finding => finding.ServiceId!, StringComparer.Ordinal);
        return
        [
            .. services.SelectMany(service => Why(service, gone, options) is { } why ? told[service.Id].Select(finding => new Verdict.Over(finding.Fingerprint, why) { State = FindingState.Closed, End = FindingEnd.OutOfSight }) : []),
        ];
    }

    private static string? Why(WatchedService service, IReadOnlySet<string> gone, OperationsOptions options) =>
        !service.IsWatched || options.Of(service.Name)?.Watch == false ? $"{service.Name} is left alone now: whether it is well is not known any more."
        : gone.Contains(service.Id) ? $"{service.Name} is not there any more: the provider does not list it."
        : null;
}
