namespace Steward.Platform.Storage;

/// <summary>
/// The store. Two kinds exist: SQLite (one node, nothing to install) and PostgreSQL (several nodes). A write is one
/// transaction: all of it happens or none.
/// </summary>
public abstract class Database : IAsyncDisposable
{
    /// <summary>What this store says differently.</summary>
    public abstract Dialect Dialect { get; }

    /// <summary>The product and version, for people: <c>SQLite 3.40.1</c>.</summary>
    public abstract string Product { get; }

    /// <summary>News of committed changes.</summary>
    public Signals Signals { get; } = new();

    /// <summary>Reads. Sees what was committed before.</summary>
    public abstract Task<T> ReadAsync<T>(Func<Session, Task<T>> read, CancellationToken cancellationToken);

    /// <summary>Reads and changes in one transaction, committed durably before this returns; rolled back when <paramref name="write"/> throws.</summary>
    public abstract Task<T> WriteAsync<T>(Func<Session, Task<T>> write, CancellationToken cancellationToken);

    /// <summary>Changes in one transaction.</summary>
    public Task WriteAsync(Func<Session, Task> write, CancellationToken cancellationToken) =>
        WriteAsync(async session =>
        {
            await write(session);
            return true;
        }, cancellationToken);

    /// <summary>Changes by a single statement, or one batch of them, which is a transaction of its own and needs no other round trip.</summary>
    internal virtual Task<T> WriteOneAsync<T>(Func<Session, Task<T>> write, CancellationToken cancellationToken) => WriteAsync(write, cancellationToken);

    /// <summary>Throws when the store does not answer or its file is gone.</summary>
    public abstract Task CheckAsync(CancellationToken cancellationToken);

    /// <summary>Runs <paramref name="work"/> while no other process of this store can be in the same place.</summary>
    internal abstract Task ExclusivelyAsync(Func<Session, Task> work, CancellationToken cancellationToken);

    /// <inheritdoc />
    public abstract ValueTask DisposeAsync();
}
