using Steward.Governance.Audit;

namespace Steward.Operations.Tests.Years;

/// <summary>What must hold when everything has come to rest.</summary>
internal sealed class Aftermath(Oracle oracle, Node node)
{
    public const string OpenCall = "no call stays open";
    public const string BrokenAudit = "the audit chain is whole";
    public const string StuckWork = "no work is stuck";
    public const string OpenFinding = "no finding stays open";

    private const string OpenCalls = "SELECT key || ' ' || state AS line FROM governed_call WHERE state NOT IN ('succeeded', 'failed', 'denied', 'permitted') ORDER BY created_at";
    private const string OpenFindings =
        """
        SELECT cause || ' ' || state || ': ' || COALESCE(outcome, '') || ' ' ||
          COALESCE((SELECT GROUP_CONCAT(kind || ' ' || work.state || ': ' || COALESCE(result, ''), '; ') FROM work WHERE work.correlation_id = finding.correlation_id), '') AS line,
          CASE WHEN severity = 'high' AND told_at IS NOT NULL AND (state = 'stuck' OR (decisions NOT LIKE '%"rollBack"%' AND decisions NOT LIKE '%"restart"%')) THEN service END AS told
        FROM finding WHERE closed_at IS NULL ORDER BY opened_at
        """;

    // What never ends, such as the watching, has one occurrence for ever.
    private const string OpenWork =
        """
        SELECT kind || ' ' || occurrence || ' ' || state || ': ' || COALESCE(result, '') AS line FROM work
        WHERE occurrence <> 'loop' AND (next_at IS NOT NULL OR state = 'dead') ORDER BY created_at
        """;

    /// <summary>True when nothing is under way any more.</summary>
    public bool IsQuiet => Rows(OpenCalls).Count + Rows(OpenWork).Count + Unended().Count == 0;

    public void Judge()
    {
        oracle.Look();
        // A permit that nobody used ends by itself.
        Report(OpenCall, Rows(OpenCalls));
        Report(StuckWork, Rows(OpenWork));
        Report(OpenFinding, Unended());
        var audit = Virtual.Now(node.Get<VerifyAudit>().HandleAsync(null, CancellationToken.None));
        if (!audit.IsWhole)
        {
            oracle.Report("", BrokenAudit, audit.Fault!);
        }
    }

    private void Report(string rule, IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            oracle.Report("", rule, line);
        }
    }

    // An outage of which people were only told, or whose recovery did not come about, lasts until they have mended it.
    private List<string> Unended() =>
    [
        .. Virtual.Now(node.Database.ReadAsync(session => session.QueryAsync(OpenFindings, row => (Line: row.Text("line"), Told: row.TextOrNull("told"))), CancellationToken.None))
            .Where(finding => finding.Told is not { } service || oracle.IsWell(service)).Select(finding => finding.Line),
    ];

    private IReadOnlyList<string> Rows(string sql) => Virtual.Now(node.Database.ReadAsync(session => session.QueryAsync(sql, row => row.Text("line")), CancellationToken.None));
}
