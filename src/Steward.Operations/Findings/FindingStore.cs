using Steward.Kernel;
using Steward.Operations.Causes;
using Steward.Operations.Decide;
using Steward.Platform.Storage;

namespace Steward.Operations.Findings;

/// <summary>The SQL of findings.</summary>
internal static class FindingStore
{
    /// <summary>
    /// Writes a finding unless its cause was found before, or one of its fingerprint is open. False then: whoever found it first acts on it.
    /// </summary>
    public static async Task<bool> AddAsync(Session session, Finding finding) => await session.ExecuteAsync(
        """
        INSERT INTO finding (id, cause, fingerprint, kind, service, service_id, subject, severity, summary, evidence, decisions, state, outcome, correlation_id, happened_at, opened_at, link)
        VALUES (@id, @cause, @fingerprint, @kind, @service, @serviceId, @subject, @severity, @summary, @evidence, @decisions, @state, @outcome, @correlation, @happened, @opened, @link)
        ON CONFLICT DO NOTHING
        """,
        ("id", finding.Id), ("cause", finding.Cause), ("fingerprint", finding.Fingerprint), ("kind", finding.Kind), ("service", finding.Service),
        ("serviceId", finding.ServiceId), ("subject", finding.Subject), ("severity", finding.Severity), ("summary", finding.Summary),
        ("evidence", Json.Write(finding.Evidence)), ("decisions", Json.Write(finding.Decisions)), ("state", finding.State), ("outcome", finding.Outcome),
        ("correlation", finding.CorrelationId), ("happened", UtcTime.Truncate(finding.HappenedAt)), ("opened", finding.OpenedAt), ("link", finding.Link)) == 1;

    /// <summary>The open findings. At most one for each fingerprint, so as many as there are things to go wrong.</summary>
    public static Task<IReadOnlyList<Finding>> OpenAsync(Session session) =>
        session.QueryAsync("SELECT * FROM finding WHERE closed_at IS NULL ORDER BY id", Read);

    /// <summary>The findings about one subject, newest first.</summary>
    public static Task<IReadOnlyList<Finding>> OfSubjectAsync(Session session, string subject) =>
        session.QueryAsync("SELECT * FROM finding WHERE subject = @subject ORDER BY id DESC LIMIT 20", Read, ("subject", subject));

    public static Task<Finding?> FindAsync(Session session, Guid id) => session.FirstAsync("SELECT * FROM finding WHERE id = @id", Read, ("id", id));

    /// <summary>The causes among the given ones that were found before.</summary>
    public static async Task<IReadOnlySet<string>> KnownAsync(Session session, IReadOnlyCollection<string> causes)
    {
        var known = await session.QueryAsync($"SELECT cause FROM finding WHERE {session.Dialect.InList("cause", "causes")}", row => row.Text("cause"), ("causes", causes.ToArray()));
        return known.ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>When the last finding of each of the fingerprints ended; null for one that has not. Fingerprints that never occurred are not in it.</summary>
    public static async Task<IReadOnlyDictionary<string, DateTimeOffset?>> EndsAsync(Session session, IReadOnlyCollection<string> fingerprints)
    {
        var ends = await session.QueryAsync(
            $"""
            SELECT fingerprint, MAX(closed_at) AS ended, COUNT(*) - COUNT(closed_at) AS open FROM finding
            WHERE {session.Dialect.InList("fingerprint", "fingerprints")} GROUP BY fingerprint
            """,
            row => (Fingerprint: row.Text("fingerprint"), Ended: row.Long("open") > 0 ? null : row.TimeOrNull("ended")), ("fingerprints", fingerprints.ToArray()));
        return ends.ToDictionary(end => end.Fingerprint, end => end.Ended, StringComparer.Ordinal);
    }

    /// <summary>Moves a finding on. One that has ended stays as it ended: false then. An outage that is stuck has not ended: the service is out still.</summary>
    public static async Task<bool> MoveAsync(Session session, Finding finding, FindingState state, string? outcome, DateTimeOffset now) => await session.ExecuteAsync(
        "UPDATE finding SET state = @state, outcome = COALESCE(@outcome, outcome), closed_at = @closed WHERE id = @id AND closed_at IS NULL",
        ("state", state), ("outcome", outcome), ("closed", state is FindingState.Recovered or FindingState.Closed || (state == FindingState.Stuck && !finding.IsOutage) ? now : null), ("id", finding.Id)) == 1;

    /// <summary>Keeps why a finding happened in the place of what was kept before, if that is <paramref name="before"/>; gives what is kept then.</summary>
    public static async Task<Cause> KeepCauseAsync(Session session, Guid id, Cause? before, Cause cause)
    {
        await session.ExecuteAsync(
            $"UPDATE finding SET root_cause = @cause WHERE id = @id AND {(before is null ? "root_cause IS NULL" : "root_cause = @before")}",
            ("cause", Json.Write(cause)), ("id", id), ("before", before is null ? null : Json.Write(before)));
        return await session.FirstAsync("SELECT root_cause FROM finding WHERE id = @id", row => row.TextOrNull("root_cause"), ("id", id)) is { } kept ? Json.Read<Cause>(kept) : cause;
    }

    /// <summary>How many good looks in a row there were at what serves after a restart or a rollback, and since when it has served; (0, null) when the last look was not good.</summary>
    public static async Task<(int GoodChecks, DateTimeOffset? Since)> ServingAsync(Session session, Guid id) => await session.FirstAsync(
        "SELECT good_checks, serving_since FROM finding WHERE id = @id", row => (row.Int("good_checks"), row.TimeOrNull("serving_since")), ("id", id));

    /// <summary>Notes what <see cref="ServingAsync"/> gives.</summary>
    public static Task NoteServingAsync(Session session, Guid id, int goodChecks, DateTimeOffset? since) => session.ExecuteAsync(
        "UPDATE finding SET good_checks = @good, serving_since = @since WHERE id = @id", ("good", goodChecks), ("since", since), ("id", id));

    /// <summary>Notes that the trouble of an open finding occurred again. False when that was noted before, or it has ended.</summary>
    public static async Task<bool> RecurAsync(Session session, Guid id, string cause) => await session.ExecuteAsync(
        "UPDATE finding SET latest_cause = @cause WHERE id = @id AND closed_at IS NULL AND cause <> @cause AND COALESCE(latest_cause, '') <> @cause",
        ("cause", cause), ("id", id)) == 1;

    /// <summary>Notes how a finding ended that was not seen to be over.</summary>
    public static Task EndedAsAsync(Session session, Guid id, FindingEnd end) =>
        session.ExecuteAsync("UPDATE finding SET ended_as = @end WHERE id = @id", ("end", end), ("id", id));

    /// <summary>The findings of the fingerprints that ended without being seen to be over, the last one of each way to end so.</summary>
    public static async Task<IReadOnlyDictionary<(string Fingerprint, FindingEnd End), Finding>> AsideAsync(Session session, IReadOnlyCollection<string> fingerprints)
    {
        var ends = await session.QueryAsync(
            $"""
            SELECT * FROM finding WHERE ended_as IS NOT NULL AND {session.Dialect.InList("fingerprint", "fingerprints")}
            AND closed_at = (SELECT MAX(other.closed_at) FROM finding other WHERE other.fingerprint = finding.fingerprint AND other.ended_as = finding.ended_as)
            """,
            row => (End: row.Enum<FindingEnd>("ended_as"), Finding: Read(row)), ("fingerprints", fingerprints.ToArray()));
        return ends.GroupBy(one => (one.Finding.Fingerprint, one.End)).ToDictionary(same => same.Key, same => same.MaxBy(one => one.Finding.Id).Finding);
    }

    /// <summary>Notes that people are told of a finding. False when they were before, or it was put aside.</summary>
    public static async Task<bool> TellAsync(Session session, Guid id, DateTimeOffset now) =>
        await session.ExecuteAsync("UPDATE finding SET told_at = @now WHERE id = @id AND told_at IS NULL AND ended_as IS NULL", ("now", now), ("id", id)) == 1;

    /// <summary>Findings, newest first, all or those of one state or service. Open are all that have not ended: one that waits for a person is as open as any.</summary>
    public static async Task<Page<Finding>> ListAsync(Session session, FindingState? state, string? service, PageRequest page)
    {
        var conditions = new List<string> { "1 = 1" };
        var parameters = new List<(string, object?)> { ("limit", page.Limit + 1) };
        if (state == FindingState.Open)
        {
            conditions.Add("closed_at IS NULL");
        }
        else if (state is { } wanted)
        {
            conditions.Add("state = @state");
            parameters.Add(("state", wanted));
        }

        if (service is not null)
        {
            conditions.Add("(service = @service OR service_id = @service)");
            parameters.Add(("service", service));
        }

        if (Guid.TryParse(page.After, out var after))
        {
            conditions.Add("id < @after");
            parameters.Add(("after", after));
        }

        var rows = await session.QueryAsync($"SELECT * FROM finding WHERE {string.Join(" AND ", conditions)} ORDER BY id DESC LIMIT @limit", Read, [.. parameters]);
        return page.Page(rows, finding => finding.Id.ToString());
    }

    private static Finding Read(Row row) => new(
        row.Uuid("id"), row.Text("cause"), row.Text("fingerprint"), row.Enum<FindingKind>("kind"), row.Text("service"), row.TextOrNull("service_id"), row.Text("subject"),
        row.Text("severity"), row.Text("summary"), Json.Read<List<string>>(row.Text("evidence")), Json.Read<List<Decision>>(row.Text("decisions")),
        row.Enum<FindingState>("state"), row.TextOrNull("outcome"), row.Text("correlation_id"), row.Time("happened_at"), row.Time("opened_at"), row.TimeOrNull("closed_at"))
    {
        RootCause = row.TextOrNull("root_cause") is { } cause ? Json.Read<Cause>(cause) : row.TextOrNull("log") is { } log ? CauseRules.Unknown with { Lines = log.Split('\n') } : null,
        Link = row.TextOrNull("link"),
        LatestCause = row.TextOrNull("latest_cause"),
        ToldAt = row.TimeOrNull("told_at"),
        EndedAs = row.TextOrNull("ended_as") is null ? null : row.Enum<FindingEnd>("ended_as"),
    };
}
