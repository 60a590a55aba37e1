using Steward.Governance.Audit;

namespace Steward.Operations.Tests.Years;

/// <summary>What must hold when everything has come to rest.</summary>
internal sealed class Aftermath(Oracle oracle, Node node)
{
    public const string OpenCall = "no call stays open";
    public const string BrokenAudit = "the audit chain is whole";
    public const string StuckWork = "no work is stuck";
    public const string OpenFinding = "no finding stays open";

    public void Judge()
    {
        oracle.Look();
        // A permit that nobody used ends by itself.
        foreach (var call in Rows("SELECT key || ' ' || state AS line FROM governed_call WHERE state NOT IN ('succeeded', 'failed', 'denied', 'permitted') ORDER BY created_at"))
        {
            oracle.Report("", OpenCall, call);
        }

        var audit = Virtual.Now(node.Get<VerifyAudit>().HandleAsync(null, CancellationToken.None));
        if (!audit.IsWhole)
        {
            oracle.Report("", BrokenAudit, audit.Fault!);
        }

        foreach (var item in Rows(
            """
            SELECT kind || ' ' || occurrence || ' ' || state || ': ' || COALESCE(result, '') AS line FROM work
            WHERE occurrence <> 'loop' AND (next_at IS NOT NULL OR state = 'dead') ORDER BY created_at
            """))
        {
            oracle.Report("", StuckWork, item);
        }

        foreach (var finding in Rows("SELECT cause || ' ' || state || ': ' || COALESCE(outcome, '') AS line FROM finding WHERE closed_at IS NULL ORDER BY opened_at"))
        {
            oracle.Report("", OpenFinding, finding);
        }
    }

    private IReadOnlyList<string> Rows(string sql) => Virtual.Now(node.Database.ReadAsync(session => session.QueryAsync(sql, row => row.Text("line")), CancellationToken.None));
}
