using System.Globalization;
using System.Text.Json.Nodes;
using Steward.Governance.Audit;
using Steward.Kernel;

namespace Steward.Server.Demo;

/// <summary>Tells what the audit log says as it grows, in seconds since the bad deployment was pushed. Knows nothing but the rows.</summary>
internal sealed class Story(DateTimeOffset begin)
{
    private readonly Dictionary<string, DateTimeOffset> moments = [];

    /// <summary>When something happened, by its name; null when it has not.</summary>
    public DateTimeOffset? this[string moment] => moments.TryGetValue(moment, out var at) ? at : null;

    /// <summary>The lines that a row is worth.</summary>
    public IEnumerable<string> Tell(JsonObject row)
    {
        var at = row["at"]!.GetValue<DateTimeOffset>();
        var (action, target, reason) = ((string?)row["action"], (string?)row["target"], (string?)row["reason"]);
        var evidence = row["evidence"]!.AsArray().Select(line => (string?)line ?? "").ToList();
        switch ((string?)row["kind"])
        {
            case AuditKinds.Decision:
                var (happened, observed) = (Time(row, "happenedAt"), Time(row, "observedAt"));
                Note("happened", happened);
                Note("decided", at);
                yield return Line(observed, "observed", evidence[0]);
                yield return Line(observed, "oriented", string.Join("; ", evidence.Skip(1)));
                yield return Line(at, "decided", $"{action}: {reason}");
                break;
            case AuditKinds.CallPermitted:
                yield return Line(at, "permit", $"{action} on {target}, by rule '{row["detail"]!["rule"]}'");
                break;
            case AuditKinds.CallWaiting:
                yield return Line(at, "waiting", $"{action} on {target} needs a person: {reason}");
                break;
            case AuditKinds.ApprovalApproved or AuditKinds.ApprovalDenied:
                yield return Line(at, (string?)row["kind"] == AuditKinds.ApprovalApproved ? "approved" : "denied", $"by {row["actor"]}");
                break;
            case AuditKinds.CallSucceeded or AuditKinds.CallResolved:
                Note(action!, at);
                yield return Line(at, "acted", string.Join("; ", evidence));
                break;
            case AuditKinds.CallFailed or AuditKinds.CallUnknown or AuditKinds.CallDenied or AuditKinds.CallHeld or AuditKinds.CallRefused:
                yield return Line(at, "not done", $"{action}: {reason} {string.Join("; ", evidence)}");
                break;
            case AuditKinds.Verified:
                Note("verified", at);
                if (row["detail"]?["seconds"] is { } seconds && this["happened"] is { } failed)
                {
                    Note("serves", failed.AddSeconds((double)seconds));
                }

                yield return Line(at, "verified", reason ?? "");
                break;
            default:
                break;
        }
    }

    /// <summary>A line of the story.</summary>
    public string Line(DateTimeOffset at, string phase, string text) =>
        string.Create(CultureInfo.InvariantCulture, $"T{(at - begin).TotalSeconds,+7:+0.00;-0.00} s  {phase,-9} {text}");

    private void Note(string moment, DateTimeOffset at) => moments.TryAdd(moment, at);

    private static DateTimeOffset Time(JsonObject row, string name) => UtcTime.Parse((string)row["detail"]![name]!);
}
