using Microsoft.Extensions.Logging.Abstractions;
using Steward.Governance.Audit;
using Steward.Kernel;
using Steward.Platform.Telemetry;
using Steward.Testing;

namespace Steward.Governance.Tests.Audit;

/// <summary>Strangers may knock as often as they like: the audit log hears of it and does not fill up.</summary>
public sealed class RefusedStrangersTests : IAsyncLifetime
{
    private static readonly StrangersRefusal WrongSignature = new(AuditKinds.EventRefused, "", 401, "wrong-signature", "That is not it.");
    private static readonly StrangersRefusal TooLarge = new(AuditKinds.EventRefused, "", 413, "body-too-large", "That is too much.");

    private readonly FakeClock clock = new();
    private TestStore store = null!;
    private AuditLog audit = null!;
    private RefusedStrangers refused = null!;

    public async ValueTask InitializeAsync()
    {
        store = await TestStore.CreateAsync(StoreKind.Sqlite, clock, (GovernanceModule.Room, typeof(GovernanceModule).Assembly));
        audit = new AuditLog(store.Database, new Redactor(), clock);
        refused = new RefusedStrangers(audit, clock, NullLogger<RefusedStrangers>.Instance);
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Fact]
    public async Task The_first_of_a_cause_is_a_row_at_once()
    {
        await RefuseAsync("github", WrongSignature);
        await RefuseAsync("github", TooLarge);
        await RefuseAsync("n8n", TooLarge);

        Assert.Equal([("github", 1), ("github", 1), ("n8n", 1)], await CountsAsync());
        var row = (await RowsAsync())[0];
        Assert.Equal(("stranger", "That is not it.", "198.51.100.7", 401), (row.Actor, row.Reason, (string?)row.Detail["lastFrom"], (int?)row.Detail["status"]));
    }

    [Fact]
    public async Task Those_that_follow_within_a_minute_become_one_row_with_their_number()
    {
        for (var number = 0; number < 1000; number++)
        {
            await RefuseAsync("github", WrongSignature, $"198.51.100.{number % 250}");
        }

        Assert.Equal([("github", 1)], await CountsAsync());
        clock.Advance(RefusedStrangers.FirstWindow);

        await Eventually.HoldsAsync(async () => (await CountsAsync()).SequenceEqual([("github", 1), ("github", 999)]), "the rest is one row", CancellationToken.None);
        Assert.StartsWith("999 times: ", (await RowsAsync())[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_goes_on_all_day_makes_a_few_dozen_rows_and_none_is_left_uncounted()
    {
        var sent = 0;
        for (var minute = 0; minute < 24 * 60; minute++)
        {
            for (var number = 0; number < 3; number++)
            {
                await RefuseAsync("github", WrongSignature);
                sent++;
            }

            clock.Advance(TimeSpan.FromMinutes(1));
        }

        await refused.StopAsync(CancellationToken.None);
        await Eventually.HoldsAsync(async () => (await CountsAsync()).Sum(one => one.Count) == sent, "all are counted", CancellationToken.None);
        Assert.InRange((await CountsAsync()).Count, 25, 35);
    }

    [Fact]
    public async Task After_a_quiet_minute_the_next_one_is_a_row_at_once()
    {
        await RefuseAsync("github", WrongSignature);
        clock.Advance(RefusedStrangers.FirstWindow);
        await RefuseAsync("github", WrongSignature);

        Assert.Equal([("github", 1), ("github", 1)], await CountsAsync());
    }

    [Fact]
    public async Task What_was_counted_is_written_when_the_server_stops()
    {
        await RefuseAsync("railway", TooLarge);
        await RefuseAsync("railway", TooLarge);
        await refused.StopAsync(CancellationToken.None);

        Assert.Equal([("railway", 1), ("railway", 1)], await CountsAsync());
    }

    private Task RefuseAsync(string source, StrangersRefusal refusal, string from = "198.51.100.7") => refused.RecordAsync(refusal with { Target = $"webhook/{source}" }, from, CancellationToken.None);

    private async Task<IReadOnlyList<AuditEntry>> RowsAsync() =>
        [.. (await audit.ListAsync(new AuditFilter(AuditKinds.EventRefused), new PageRequest(500), CancellationToken.None)).Items.OrderBy(row => row.Seq).Select(row => row.Entry)];

    private async Task<IReadOnlyList<(string Source, int Count)>> CountsAsync() =>
        [.. (await RowsAsync()).Select(row => (row.Target!["webhook/".Length..], (int)row.Detail["count"]!))];
}
