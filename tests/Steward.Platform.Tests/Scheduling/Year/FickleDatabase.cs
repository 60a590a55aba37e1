using Steward.Platform.Storage;

namespace Steward.Platform.Tests.Scheduling.Year;

/// <summary>At which moment of a transaction the store is killed.</summary>
internal enum StoreDeath
{
    /// <summary>Before it began.</summary>
    Before,

    /// <summary>When everything is written and nothing is committed.</summary>
    BeforeCommit,

    /// <summary>When it is committed and nobody was told.</summary>
    AfterCommit,
}

/// <summary>A store that is killed at chosen moments, and comes back at once: who was using it gets an error.</summary>
internal sealed class FickleDatabase(Database inner) : Database
{
    private (int After, StoreDeath How)? death;

    public override Dialect Dialect => inner.Dialect;

    public override string Product => inner.Product;

    /// <summary>Plans a death at one of the next writes; 0 is the next one.</summary>
    public void DieAt(int write, StoreDeath how) => death = (write, how);

    public override Task<T> ReadAsync<T>(Func<Session, Task<T>> read, CancellationToken cancellationToken) => inner.ReadAsync(read, cancellationToken);

    public override async Task<T> WriteAsync<T>(Func<Session, Task<T>> write, CancellationToken cancellationToken)
    {
        if (death is not { } planned || planned.After > 0)
        {
            death = death is { } later ? later with { After = later.After - 1 } : null;
            return await inner.WriteAsync(write, cancellationToken);
        }

        death = null;
        if (planned.How == StoreDeath.Before)
        {
            throw new StorageException("The store was killed before the transaction.");
        }

        await inner.WriteAsync(async session =>
        {
            var result = await write(session);
            return planned.How == StoreDeath.BeforeCommit ? throw new StorageException("The store was killed within the transaction.") : result;
        }, cancellationToken);
        throw new StorageException("The store was killed after the transaction.");
    }

    public override Task CheckAsync(CancellationToken cancellationToken) => inner.CheckAsync(cancellationToken);

    internal override Task ExclusivelyAsync(Func<Session, Task> work, CancellationToken cancellationToken) => inner.ExclusivelyAsync(work, cancellationToken);

    public override ValueTask DisposeAsync() => inner.DisposeAsync();
}
