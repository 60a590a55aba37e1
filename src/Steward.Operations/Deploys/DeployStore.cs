using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Operations.Deploys;

/// <summary>The SQL of deploys.</summary>
internal static class DeployStore
{
    /// <summary>Writes a deploy unless another one of its service is under way, or for a rollback another rollback. False then.</summary>
    public static async Task<bool> AddAsync(Session session, Deploy deploy) => await session.ExecuteAsync(
        """
        INSERT INTO deploy (id, kind, environment, service, service_id, repository, pull_request, head_sha, commit_sha, target_id, previous_id, deployment_id, url,
          state, note, good_checks, bad_checks, has_answered, origin, from_id, correlation_id, requested_by, created_at, state_at)
        VALUES (@id, @kind, @environment, @service, @serviceId, @repository, @pullRequest, @head, @commit, @target, @previous, @deployment, @url,
          @state, @note, @good, @bad, @answered, @origin, @from, @correlation, @by, @created, @stateAt)
        ON CONFLICT DO NOTHING
        """,
        [.. Changing(deploy), ("kind", deploy.Kind), ("environment", deploy.Environment), ("service", deploy.Service), ("serviceId", deploy.ServiceId),
            ("repository", deploy.Repository), ("pullRequest", deploy.PullRequest), ("correlation", deploy.CorrelationId), ("by", deploy.RequestedBy),
            ("created", deploy.CreatedAt), ("origin", deploy.Origin)]) == 1;

    /// <summary>Writes how far a deploy has come. False when it ended meanwhile: then nothing is written.</summary>
    public static async Task<bool> SaveAsync(Session session, Deploy deploy) => await session.ExecuteAsync(
        """
        UPDATE deploy SET head_sha = @head, commit_sha = @commit, target_id = @target, from_id = @from, previous_id = @previous, deployment_id = @deployment, url = @url,
          state = @state, note = @note, good_checks = @good, bad_checks = @bad, has_answered = @answered, state_at = @stateAt, closed_at = @closed
        WHERE id = @id AND closed_at IS NULL
        """, [.. Changing(deploy), ("closed", deploy.ClosedAt)]) == 1;

    public static Task<Deploy?> FindAsync(Session session, Guid id) => session.FirstAsync("SELECT * FROM deploy WHERE id = @id", Read, ("id", id));

    /// <summary>The one that this origin asked for.</summary>
    public static Task<Deploy?> OfOriginAsync(Session session, string origin) =>
        session.FirstAsync("SELECT * FROM deploy WHERE origin = @origin", Read, ("origin", origin));

    /// <summary>The newest deploy of which a deployment came; null when somebody else made it.</summary>
    public static Task<Deploy?> OfDeploymentAsync(Session session, string deploymentId) =>
        session.FirstAsync("SELECT * FROM deploy WHERE deployment_id = @deployment ORDER BY id DESC LIMIT 1", Read, ("deployment", deploymentId));

    /// <summary>Writes what a deploy that is under way waits for, and nothing else.</summary>
    public static Task NoteAsync(Session session, Guid id, string note) =>
        session.ExecuteAsync("UPDATE deploy SET note = @note WHERE id = @id AND closed_at IS NULL", ("note", note), ("id", id));

    /// <summary>Writes that deploys of a deployment, which had ended in one of the given states, came to another end after all. Gives them as they are now.</summary>
    public static async Task<IReadOnlyList<Deploy>> CorrectAsync(Session session, string deploymentId, IReadOnlyCollection<DeployState> ended, DeployState state, string note, DateTimeOffset now)
    {
        var deploys = await session.QueryAsync("SELECT * FROM deploy WHERE deployment_id = @deployment", Read, ("deployment", deploymentId));
        IReadOnlyList<Deploy> corrected = [.. deploys.Where(deploy => ended.Contains(deploy.State)).Select(deploy => deploy with { State = state, Note = note, StateAt = now })];
        await session.ExecuteManyAsync("UPDATE deploy SET state = @state, note = @note, state_at = @now WHERE id = @id",
            [.. corrected.Select(deploy => new (string, object?)[] { ("state", state), ("note", note), ("now", now), ("id", deploy.Id) })]);
        return corrected;
    }

    /// <summary>Those that are under way for a service: at most one deploy and one rollback.</summary>
    public static Task<IReadOnlyList<Deploy>> OpenAsync(Session session, string serviceId) =>
        session.QueryAsync("SELECT * FROM deploy WHERE service_id = @service AND closed_at IS NULL ORDER BY id", Read, ("service", serviceId));

    /// <summary>The pull requests that are being deployed, as <c>owner/name#12</c>. At most one for each service.</summary>
    public static async Task<IReadOnlySet<string>> PullRequestsAsync(Session session)
    {
        var open = await session.QueryAsync(
            "SELECT repository, pull_request FROM deploy WHERE closed_at IS NULL AND pull_request IS NOT NULL", row => $"{row.TextOrNull("repository")}#{row.Int("pull_request")}");
        return open.ToHashSet(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Deploys, newest first, all or those of a service, a pull request, or those under way.</summary>
    public static async Task<Page<Deploy>> ListAsync(Session session, string? service, int? pullRequest, bool onlyOpen, PageRequest page)
    {
        var conditions = new List<string> { onlyOpen ? "closed_at IS NULL" : "1 = 1" };
        var parameters = new List<(string, object?)> { ("limit", page.Limit + 1) };
        if (service is not null)
        {
            conditions.Add("(service = @service OR service_id = @service)");
            parameters.Add(("service", service));
        }

        if (pullRequest is { } number)
        {
            conditions.Add("pull_request = @pullRequest");
            parameters.Add(("pullRequest", number));
        }

        if (Guid.TryParse(page.After, out var after))
        {
            conditions.Add("id < @after");
            parameters.Add(("after", after));
        }

        var rows = await session.QueryAsync($"SELECT * FROM deploy WHERE {string.Join(" AND ", conditions)} ORDER BY id DESC LIMIT @limit", Read, [.. parameters]);
        return page.Page(rows, deploy => deploy.Id.ToString());
    }

    private static (string, object?)[] Changing(Deploy deploy) =>
    [
        ("id", deploy.Id), ("head", deploy.HeadSha), ("commit", deploy.CommitSha), ("target", deploy.TargetId), ("from", deploy.FromId), ("previous", deploy.PreviousId),
        ("deployment", deploy.DeploymentId), ("url", deploy.Url), ("state", deploy.State), ("note", deploy.Note), ("good", deploy.GoodChecks),
        ("bad", deploy.BadChecks), ("answered", deploy.HasAnswered ? 1 : 0), ("stateAt", deploy.StateAt),
    ];

    private static Deploy Read(Row row) => new(
        row.Uuid("id"), row.Enum<DeployKind>("kind"), row.Text("environment"), row.Text("service"), row.Text("service_id"), row.TextOrNull("repository"),
        row.IntOrNull("pull_request"), row.TextOrNull("head_sha"), row.TextOrNull("commit_sha"), row.TextOrNull("target_id"), row.TextOrNull("previous_id"),
        row.TextOrNull("deployment_id"), row.TextOrNull("url"), row.Enum<DeployState>("state"), row.TextOrNull("note"), row.Int("good_checks"), row.Int("bad_checks"),
        row.Text("correlation_id"), row.Text("requested_by"), row.Time("created_at"), row.Time("state_at"), row.TimeOrNull("closed_at"))
    {
        Origin = row.TextOrNull("origin"),
        FromId = row.TextOrNull("from_id"),
        HasAnswered = row.Int("has_answered") == 1,
    };
}
