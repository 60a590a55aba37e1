using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Steward.Operations.Events;
using Steward.Platform.Work;
using Steward.Testing;

namespace Steward.Operations.Tests.Events;

/// <summary>How often events may make the loop look.</summary>
public sealed class EventWakesTests : IAsyncLifetime
{
    private readonly FakeClock clock = new();
    private TestStore store = null!;
    private WorkLedger ledger = null!;
    private EventWakes wakes = null!;

    public async ValueTask InitializeAsync()
    {
        store = await TestStore.CreateAsync(StoreKind.Sqlite, clock);
        ledger = new WorkLedger(store.Database, clock);
        // Only its place in the ledger is asked for; no turn is taken here.
        var loop = new WatchLoop(null!, null!, ledger, Options.Create(new OperationsOptions()), clock, NullLogger<WatchLoop>.Instance);
        await loop.StartAsync(CancellationToken.None);
        wakes = new EventWakes(loop, clock, NullLogger<EventWakes>.Instance);
    }

    public ValueTask DisposeAsync()
    {
        wakes.Dispose();
        return store.DisposeAsync();
    }

    [Fact]
    public async Task The_first_event_is_looked_at_at_once_and_those_right_behind_it_together()
    {
        for (var number = 0; number < 100; number++)
        {
            wakes.Look();
        }

        await Eventually.HoldsAsync(async () => await LooksAsync() == 1, "the first is a look", CancellationToken.None);
        clock.Advance(EventWakes.Spacing);
        await Eventually.HoldsAsync(async () => await LooksAsync() == 2, "the rest is one look", CancellationToken.None);
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(2, await LooksAsync());
    }

    [Fact]
    public async Task After_a_pause_an_event_is_looked_at_at_once_again()
    {
        wakes.Look();
        clock.Advance(EventWakes.Spacing);
        wakes.Look();

        await Eventually.HoldsAsync(async () => await LooksAsync() == 2, "both are looks", CancellationToken.None);
    }

    [Fact]
    public async Task Events_without_end_are_looked_at_no_more_often_than_polling_at_its_fastest()
    {
        SendFor(EventWakes.Spacing * EventWakes.Burst * 2);
        await Eventually.HoldsAsync(async () => await LooksAsync() >= EventWakes.Burst, "the burst is used up", CancellationToken.None);
        var before = await LooksAsync();

        SendFor(TimeSpan.FromMinutes(1));

        await Eventually.HoldsAsync(async () => await LooksAsync() >= before + 11, "it goes on", CancellationToken.None);
        Assert.InRange(await LooksAsync() - before, 11, 13);
    }

    private void SendFor(TimeSpan time)
    {
        for (var end = clock.GetUtcNow() + time; clock.GetUtcNow() < end; clock.Advance(EventWakes.Spacing))
        {
            wakes.Look();
        }
    }

    private Task<long> LooksAsync() => store.Database.ReadAsync(session => session.NumberAsync("SELECT wakes FROM work WHERE kind = 'operations.watch'"), CancellationToken.None);
}
