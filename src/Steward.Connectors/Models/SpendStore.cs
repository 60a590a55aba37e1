using Steward.Platform.Storage;

namespace Steward.Connectors.Models;

/// <summary>What was spent on one account, or on one model, or on everything.</summary>
/// <param name="Name">Whose it is: <c>agent:NAME</c>, <c>build:ID</c>, <c>steward</c>, or a model.</param>
/// <param name="Questions">How many questions were asked.</param>
/// <param name="TokensIn">How many tokens were read.</param>
/// <param name="TokensOut">How many were written.</param>
/// <param name="Dollars">What that cost; questions under way, and those whose answer was lost, at their worst case.</param>
/// <param name="Unanswered">How many of the questions have no answer, yet or at all.</param>
public sealed record ModelSpend(string Name, long Questions, long TokensIn, long TokensOut, double Dollars, long Unanswered);

/// <summary>What all questions of one account came to.</summary>
/// <param name="TokensIn">How many tokens were read.</param>
/// <param name="TokensOut">How many were written.</param>
/// <param name="Dollars">What that cost, lost answers at their worst case, where prices are known; null where none of them is.</param>
public sealed record ModelBill(long TokensIn, long TokensOut, double? Dollars);

/// <summary>The SQL of what models cost.</summary>
internal static class SpendStore
{
    // Any number that no other lock has: "dollars!" in ASCII.
    private const long Lock = 0x646F6C6C61727321;
    private const string Sums =
        """
        COUNT(*) AS questions, CAST(COALESCE(SUM(tokens_in), 0) AS BIGINT) AS tokens_in, CAST(COALESCE(SUM(tokens_out), 0) AS BIGINT) AS tokens_out,
        COALESCE(SUM(dollars), 0.0) AS dollars, COUNT(*) - COUNT(settled_at) AS unanswered
        """;

    /// <summary>Nobody else reserves until the transaction ends, on any node.</summary>
    public static Task LockAsync(Session session) => session.OneAtATimeAsync(Lock);

    /// <summary>The dollars since a time, of one account or of all.</summary>
    public static async Task<double> DollarsAsync(Session session, string? account, DateTimeOffset since) => await session.FirstAsync(
        $"SELECT COALESCE(SUM(dollars), 0.0) AS dollars FROM model_spend WHERE asked_at > @since{(account is null ? "" : " AND account = @account")}",
        row => row.DoubleOrNull("dollars"), ("since", since), ("account", account ?? "")) ?? 0;

    public static Task ReserveAsync(Session session, Guid id, DateTimeOffset now, string account, ModelTask task, string model, double? dollars) => session.ExecuteAsync(
        "INSERT INTO model_spend (id, asked_at, account, task, model, dollars) VALUES (@id, @now, @account, @task, @model, @dollars)",
        ("id", id), ("now", now), ("account", account), ("task", Row.EnumText(task)), ("model", model), ("dollars", dollars));

    /// <summary>Forgets a question that was never asked.</summary>
    public static Task ReturnAsync(Session session, Guid id) => session.ExecuteAsync("DELETE FROM model_spend WHERE id = @id", ("id", id));

    public static Task SettleAsync(Session session, Guid id, DateTimeOffset now, string model, ModelUsage usage, double? dollars) => session.ExecuteAsync(
        "UPDATE model_spend SET settled_at = @now, model = @model, tokens_in = @in, tokens_out = @out, cached_in = @cached, dollars = @dollars WHERE id = @id",
        ("id", id), ("now", now), ("model", model), ("in", usage.In), ("out", usage.Out), ("cached", usage.Cached), ("dollars", dollars));

    /// <summary>What all questions of an account came to.</summary>
    public static async Task<ModelBill> BillAsync(Session session, string account) => (await session.FirstAsync(
        "SELECT CAST(COALESCE(SUM(tokens_in), 0) AS BIGINT) AS tokens_in, CAST(COALESCE(SUM(tokens_out), 0) AS BIGINT) AS tokens_out, CASE WHEN COUNT(*) = 0 THEN 0.0 ELSE SUM(dollars) END AS dollars FROM model_spend WHERE account = @account",
        row => new ModelBill(row.Long("tokens_in"), row.Long("tokens_out"), row.DoubleOrNull("dollars")), ("account", account)))!;

    /// <summary>The sum of everything since a time.</summary>
    public static async Task<ModelSpend> SumAsync(Session session, DateTimeOffset since) =>
        (await session.FirstAsync($"SELECT 'all' AS name, {Sums} FROM model_spend WHERE asked_at > @since", Read, ("since", since)))!;

    /// <summary>The sums since a time by account or by model, the dearest first; at most 200.</summary>
    public static Task<IReadOnlyList<ModelSpend>> SumsAsync(Session session, bool byModel, DateTimeOffset since)
    {
        var column = byModel ? "model" : "account";
        return session.QueryAsync($"SELECT {column} AS name, {Sums} FROM model_spend WHERE asked_at > @since GROUP BY {column} ORDER BY 5 DESC, 1 LIMIT 200", Read, ("since", since));
    }

    private static ModelSpend Read(Row row) => new(
        row.Text("name") is { Length: > 0 } name ? name : "steward", row.Long("questions"), row.Long("tokens_in"), row.Long("tokens_out"), row.DoubleOrNull("dollars") ?? 0, row.Long("unanswered"));
}
