using Steward.Platform.Storage;
using Steward.Testing;

namespace Steward.Platform.Tests;

/// <summary>A test with a store of its own.</summary>
public abstract class StoreTest(StoreKind kind) : IAsyncLifetime
{
    protected StoreKind Kind => kind;

    protected FakeClock Clock { get; } = new();

    protected TestStore Store { get; private set; } = null!;

    protected Database Database => Store.Database;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Store = await TestStore.CreateAsync(kind, Clock);

    public virtual async ValueTask DisposeAsync()
    {
        if (Store is not null)
        {
            await Store.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}
