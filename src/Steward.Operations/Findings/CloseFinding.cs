using System.Text.Json.Nodes;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Operations.Act;
using Steward.Operations.Decide;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;

namespace Steward.Operations.Findings;

/// <summary>
/// A person says that a finding is over: people who heard of it hear that, its issue is closed, and what was asked about it is called
/// off. The same occurrence is not found again; the next one is.
/// </summary>
public sealed class CloseFinding(Database database, Cases cases, AuditLog audit, Redactor redactor)
{
    /// <summary>The longest reason, in characters.</summary>
    public const int LongestReason = 500;

    /// <summary>Ends it, unless it has ended, or what was decided about it has begun: that ends by itself.</summary>
    public async Task<Outcome<Finding>> HandleAsync(Guid id, string? reason, Actor by, CancellationToken cancellationToken)
    {
        if (reason?.Length > LongestReason)
        {
            return new Refusal(RefusalKind.Invalid, "too-long", $"The reason has {reason.Length} characters; {LongestReason} are allowed.", "reason");
        }

        var outcome = redactor.Redact(string.IsNullOrWhiteSpace(reason) ? $"{by.Name} says that it is over." : $"{by.Name} says that it is over: {reason.Trim()}");
        return await database.WriteAsync<Outcome<Finding>>(async session =>
        {
            if (await FindingStore.FindAsync(session, id) is not { } finding)
            {
                return new Refusal(RefusalKind.NotFound, "not-found", $"There is no finding {id}. See: steward findings.");
            }

            if (finding.ClosedAt is { } ended)
            {
                return new Refusal(RefusalKind.Conflict, "ended", $"It ended at {ended:u}{(finding.Outcome is { } how ? $": {how}" : ".")}");
            }

            if (!await cases.EndAsync(session, finding, new Verdict.Over(finding.Fingerprint, outcome) { End = FindingEnd.ByPerson }))
            {
                return new Refusal(RefusalKind.Conflict, "begun", $"What was decided about it has begun and ends by itself; nothing was changed. To keep the rest of it back: steward stop --service {finding.Service}.");
            }

            await audit.AppendAsync(session, new AuditEntry(AuditKinds.FindingClosed, by.Name)
            {
                Target = finding.Subject,
                Service = finding.Service,
                Reason = outcome,
                CorrelationId = finding.CorrelationId,
                Detail = new JsonObject { ["finding"] = finding.Id.ToString(), ["cause"] = finding.Cause },
            });
            return (await FindingStore.FindAsync(session, id))!;
        }, cancellationToken);
    }
}
