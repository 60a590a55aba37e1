using System.Text.Json;
using Microsoft.Data.Sqlite;
using Steward.Kernel;

namespace Steward.Platform.Storage;

/// <summary>
/// SQLite in one file. One connection writes, one transaction at a time; readers have connections of their own beside
/// it (WAL). A commit is on the disk before it returns (synchronous=FULL).
/// </summary>
internal sealed class SqliteDatabase : Database
{
    // What lasts longer has lost its way, and the process is about to end.
    private static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(10);

    private readonly string file;
    private readonly string readers;
    private readonly SqliteConnection writer;
    private readonly SemaphoreSlim turn = new(1, 1);
    private bool isClosed;

    private SqliteDatabase(string file, SqliteConnection writer, string version)
    {
        this.file = file;
        this.writer = writer;
        readers = new SqliteConnectionStringBuilder(writer.ConnectionString) { Mode = ModeOf(writer), Pooling = true }.ToString();
        Product = $"SQLite {version}";
    }

    public override Dialect Dialect => Dialect.Sqlite;

    public override string Product { get; }

    /// <summary>Opens the file, or makes it, readable by its owner only.</summary>
    public static async Task<SqliteDatabase> OpenAsync(string file, CancellationToken cancellationToken)
    {
        var version = SqliteLibrary.Use();
        var text = new SqliteConnectionStringBuilder { DataSource = file, Pooling = false, DefaultTimeout = 10 }.ToString();
        var writer = new SqliteConnection(text);
        try
        {
            await writer.OpenAsync(cancellationToken);
            await using var command = writer.CreateCommand();
            command.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=10000;";
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (SqliteException e)
        {
            await writer.DisposeAsync();
            throw new StorageException($"The store {file} cannot be opened: {e.Message} Check that the folder is writable and that the file is a SQLite database.", e);
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return new SqliteDatabase(file, writer, version);
    }

    /// <summary>Opens a file that is there, only to read.</summary>
    public static async Task<SqliteDatabase> OpenToReadAsync(string file, CancellationToken cancellationToken)
    {
        var version = SqliteLibrary.Use();
        if (!File.Exists(file))
        {
            throw new StorageException($"There is no store at {file}. Name the data directory of a Steward server.");
        }

        // Without a log beside it nobody writes, and immutable lets it be read also where the folder is read-only
        // (https://sqlite.org/uri.html#uriimmutable). With one, the log holds the latest rows and must be read, too.
        var source = File.Exists($"{file}-wal") ? file : $"{new Uri(file).AbsoluteUri}?immutable=1";
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = source, Mode = SqliteOpenMode.ReadOnly, DefaultTimeout = 10 }.ToString());
        var opened = new SqliteDatabase(file, connection, version);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await opened.ReadAsync(static session => session.NumberAsync("SELECT COUNT(*) FROM schema_migration"), cancellationToken);
            return opened;
        }
        catch (SqliteException e)
        {
            await opened.DisposeAsync();
            throw new StorageException($"The store {file} cannot be read: {e.Message}", e);
        }
    }

    public override async Task<T> ReadAsync<T>(Func<Session, Task<T>> read, CancellationToken cancellationToken)
    {
        ThrowIfGone();
        await using var connection = new SqliteConnection(readers);
        await connection.OpenAsync(cancellationToken);
        return await read(new Session(connection, null, Dialect, Convert, cancellationToken));
    }

    public override async Task<T> WriteAsync<T>(Func<Session, Task<T>> write, CancellationToken cancellationToken)
    {
        Session session;
        T result;
        ThrowIfGone();
        await turn.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(isClosed, this);
            await using var transaction = writer.BeginTransaction(deferred: false);
            session = new Session(writer, transaction, Dialect, Convert, cancellationToken);
            result = await write(session);
            transaction.Commit();
        }
        finally
        {
            turn.Release();
        }

        foreach (var topic in session.Topics)
        {
            Signals.Raise(topic);
        }

        return result;
    }

    public override Task CheckAsync(CancellationToken cancellationToken) =>
        ReadAsync(static session => session.NumberAsync("SELECT 1"), cancellationToken);

    internal override Task ExclusivelyAsync(Func<Session, Task> work, CancellationToken cancellationToken) =>
        WriteAsync(work, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        // A write under way comes to its end: its connection cannot be taken from under it. Who waits behind it is told.
        var isMine = await turn.WaitAsync(LongestWrite);
        isClosed = true;
        await writer.DisposeAsync();
        SqliteConnection.ClearPool(new SqliteConnection(readers));
        if (isMine)
        {
            turn.Release();
        }
    }

    // An open handle outlives its file: without this a deleted store would look healthy, and what is written to it would
    // be acknowledged and lost.
    private void ThrowIfGone()
    {
        if (!File.Exists(file))
        {
            throw new StorageException($"The store {file} is gone. Stop the server and restore the file from a backup.");
        }
    }

    // Readers never make a file: the store would seem to be back, and empty.
    private static SqliteOpenMode ModeOf(SqliteConnection writer) =>
        new SqliteConnectionStringBuilder(writer.ConnectionString).Mode == SqliteOpenMode.ReadOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWrite;

    private static object Convert(object? value) => value switch
    {
        null => DBNull.Value,
        Guid id => id.ToString(),
        DateTimeOffset time => UtcTime.ToText(time),
        Enum word => Row.EnumText(word),
        Guid[] ids => JsonSerializer.Serialize(ids),
        string[] words => JsonSerializer.Serialize(words),
        _ => value,
    };
}
