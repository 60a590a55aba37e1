using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Platform.Work;

/// <summary>
/// How many retries a provider may cost us: 100 in any hour, over all nodes and all operations. An exhausted budget
/// turns a storm of retries into dead letters for a person.
/// </summary>
public sealed class RetryBudget(Database database, TimeProvider clock)
{
    /// <summary>Retries that one provider may cost in an hour.</summary>
    public const int PerHour = 100;

    // An arbitrary constant, the same in every node: "retries" in ASCII.
    private const long BudgetLock = 0x72657472696573;

    /// <summary>Takes one retry out of the provider's budget. False when the hour's budget is spent.</summary>
    public Task<bool> TrySpendAsync(string provider, CancellationToken cancellationToken) =>
        database.WriteAsync(session => TrySpendAsync(session, provider), cancellationToken);

    internal async Task<bool> TrySpendAsync(Session session, string provider)
    {
        // Two nodes that count at the same time would both find the last one free.
        await session.OneAtATimeAsync(BudgetLock);
        var now = clock.Now();
        await session.ExecuteAsync("DELETE FROM retry_spent WHERE provider = @provider AND at <= @hourAgo",
            ("provider", provider), ("hourAgo", now.AddHours(-1)));
        var spent = await session.NumberAsync("SELECT COUNT(*) FROM retry_spent WHERE provider = @provider", ("provider", provider));
        if (spent >= PerHour)
        {
            return false;
        }

        await session.ExecuteAsync("INSERT INTO retry_spent (id, provider, at) VALUES (@id, @provider, @at)",
            ("id", Ids.New(clock)), ("provider", provider), ("at", now));
        return true;
    }
}
