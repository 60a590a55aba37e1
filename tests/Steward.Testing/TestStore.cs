using System.Reflection;
using Npgsql;
using Steward.Platform;
using Steward.Platform.Storage;

namespace Steward.Testing;

/// <summary>A fresh, migrated store of a kind. Further nodes on it, and restarts, are further <see cref="OpenAsync()"/> calls.</summary>
public sealed class TestStore : IAsyncDisposable
{
    private readonly TempDirectory directory;
    private readonly List<Database> opened = [];

    private TestStore(StoreKind kind, TempDirectory directory, TimeProvider clock, StorageOptions options) =>
        (Kind, this.directory, Clock, Options) = (kind, directory, clock, options);

    /// <summary>Which store it is.</summary>
    public StoreKind Kind { get; }

    /// <summary>The clock of every node on this store.</summary>
    public TimeProvider Clock { get; }

    /// <summary>The settings that lead to this store; the data directory is a temporary one.</summary>
    public StorageOptions Options { get; }

    /// <summary>The store as the first node has it.</summary>
    public Database Database => opened[0];

    /// <summary>The SQLite file, where it is SQLite.</summary>
    public string File => directory[StorageOptions.SqliteFile];

    /// <summary>Makes the store with the tables of Platform and of the rooms.</summary>
    /// <exception cref="MissingComponentException">PostgreSQL is wanted and not installed.</exception>
    public static async Task<TestStore> CreateAsync(StoreKind kind, TimeProvider clock, params (string Room, Assembly Assembly)[] rooms)
    {
        var store = await EmptyAsync(kind, clock);
        await new MigrationRunner(store.Database, clock).RunAsync(
            [(PlatformModule.Room, typeof(PlatformModule).Assembly), .. rooms], CancellationToken.None);
        return store;
    }

    /// <summary>Makes the store without tables.</summary>
    /// <exception cref="MissingComponentException">PostgreSQL is wanted and not installed.</exception>
    public static async Task<TestStore> EmptyAsync(StoreKind kind, TimeProvider clock)
    {
        var connection = kind == StoreKind.Postgres ? await TestPostgres.NewDatabaseAsync() : "";
        var directory = new TempDirectory();
        var store = new TestStore(kind, directory, clock, new StorageOptions { ConnectionString = connection, DataDirectory = directory.Location });
        await store.OpenAsync();
        return store;
    }

    /// <summary>Opens the store once more: as another node, or after a restart.</summary>
    public async Task<Database> OpenAsync()
    {
        var database = await new OpenDatabase(Microsoft.Extensions.Options.Options.Create(Options), Clock).HandleAsync(CancellationToken.None);
        opened.Add(database);
        return database;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var database in opened)
        {
            await database.DisposeAsync();
        }

        if (Kind == StoreKind.Postgres)
        {
            await TestPostgres.DropAsync(Options.ConnectionString);
            NpgsqlConnection.ClearPool(new NpgsqlConnection(Options.ConnectionString));
        }

        directory.Dispose();
    }
}
