using Steward.Governance.Audit;
using Steward.Platform.Storage;

namespace Steward.Operations.Findings;

/// <summary>The SQL of budgets: how often something was done lately, over all nodes.</summary>
internal static class BudgetStore
{
    /// <summary>Re-runs of CI.</summary>
    public const string Reruns = "ci-reruns";

    /// <summary>Questions to a model.</summary>
    public const string Questions = "model-questions";

    /// <summary>Takes one from a budget unless it is spent. Asking again for the same thing is harmless and costs nothing.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="budget">Which budget.</param>
    /// <param name="usedFor">What it is taken for.</param>
    /// <param name="limit">How many there are in the time.</param>
    /// <param name="window">The time.</param>
    /// <param name="now">Now.</param>
    /// <returns>When it was taken, now or before; null when the budget is spent.</returns>
    public static async Task<DateTimeOffset?> TakeAsync(Session session, string budget, string usedFor, int limit, TimeSpan window, DateTimeOffset now)
    {
        // Who counts before he decides must be alone, over all nodes.
        await AuditLog.LockAsync(session);
        if (await session.FirstAsync("SELECT used_at FROM budget_use WHERE budget = @budget AND used_for = @for", row => row.TimeOrNull("used_at"), ("budget", budget), ("for", usedFor)) is { } before)
        {
            return before;
        }

        if (await session.NumberAsync("SELECT COUNT(*) FROM budget_use WHERE budget = @budget AND used_at > @since", ("budget", budget), ("since", now - window)) >= limit)
        {
            return null;
        }

        // What is remembered stays as small as what happens in a month.
        await session.ExecuteAsync("DELETE FROM budget_use WHERE used_at < @old", ("old", now.AddDays(-30)));
        await session.ExecuteAsync("INSERT INTO budget_use (budget, used_for, used_at) VALUES (@budget, @for, @now)", ("budget", budget), ("for", usedFor), ("now", now));
        return now;
    }

    /// <summary>Gives back what was taken and then not used.</summary>
    public static Task ReturnAsync(Session session, string budget, string usedFor) =>
        session.ExecuteAsync("DELETE FROM budget_use WHERE budget = @budget AND used_for = @for", ("budget", budget), ("for", usedFor));
}
