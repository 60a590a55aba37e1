using Npgsql;

namespace Steward.Platform.Storage;

/// <summary>PostgreSQL, for one node or several. News travels by LISTEN and NOTIFY on a connection of its own.</summary>
internal sealed class PostgresDatabase : Database
{
    private const string Channel = "steward";

    // An arbitrary constant, the same in every node: "steward" in ASCII.
    private const long MigrationLock = 0x73746577617264;

    private readonly NpgsqlDataSource source;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource closing = new();
    private readonly Task listening;

    private PostgresDatabase(NpgsqlDataSource source, string version, TimeProvider clock)
    {
        (this.source, this.clock) = (source, clock);
        Product = $"PostgreSQL {version}";
        listening = Task.Run(ListenAsync);
    }

    public override Dialect Dialect => Dialect.Postgres;

    public override string Product { get; }

    /// <summary>Connects once, to fail early and to learn the version.</summary>
    /// <exception cref="StorageException">The server does not answer or refuses; the message names host and database, never the password.</exception>
    public static async Task<PostgresDatabase> OpenAsync(string connectionString, int maxConnections, TimeProvider clock, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "steward",
            MaxPoolSize = maxConnections,
            MaxAutoPrepare = 100,
            NoResetOnClose = true,
            Timeout = 10,
            CommandTimeout = 30,
        };
        var source = new NpgsqlDataSourceBuilder(settings.ToString()).Build();
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            return new PostgresDatabase(source, connection.PostgreSqlVersion.ToString(), clock);
        }
        catch (NpgsqlException e)
        {
            await source.DisposeAsync();
            throw new StorageException(
                $"PostgreSQL at {settings.Host}:{settings.Port}, database '{settings.Database}', cannot be used: {e.Message} " +
                "Check Storage:ConnectionString (or DATABASE_URL) and that the server is up.", e);
        }
    }

    public override async Task<T> ReadAsync<T>(Func<Session, Task<T>> read, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        return await read(new Session(connection, null, Dialect, Convert, cancellationToken));
    }

    public override async Task<T> WriteAsync<T>(Func<Session, Task<T>> write, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var session = new Session(connection, transaction, Dialect, Convert, cancellationToken);
        var result = await write(session);
        foreach (var topic in session.Topics)
        {
            await session.ExecuteAsync("SELECT pg_notify(@channel, @topic)", ("channel", Channel), ("topic", topic));
        }

        await transaction.CommitAsync(cancellationToken);
        foreach (var topic in session.Topics)
        {
            // Our own listeners need not wait for the round trip through the server; hearing it twice is harmless.
            Signals.Raise(topic);
        }

        return result;
    }

    public override Task CheckAsync(CancellationToken cancellationToken) =>
        ReadAsync(static session => session.NumberAsync("SELECT 1"), cancellationToken);

    internal override async Task ExclusivelyAsync(Func<Session, Task> work, CancellationToken cancellationToken) =>
        await WriteAsync(async session =>
        {
            await session.OneAtATimeAsync(MigrationLock);
            await work(session);
        }, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await listening;
        closing.Dispose();
        await source.DisposeAsync();
    }

    private async Task ListenAsync()
    {
        while (!closing.IsCancellationRequested)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(closing.Token);
                connection.Notification += (_, news) => Signals.Raise(news.Payload);
                await using (var listen = new NpgsqlCommand($"LISTEN {Channel}", connection))
                {
                    await listen.ExecuteNonQueryAsync(closing.Token);
                }

                Signals.RaiseAll();
                while (true)
                {
                    await connection.WaitAsync(closing.Token);
                }
            }
            catch (OperationCanceledException) when (closing.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is NpgsqlException or IOException)
            {
                // The connection broke. Listeners look by themselves meanwhile; try again in a second.
                await Task.Delay(TimeSpan.FromSeconds(1), clock, closing.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
            }
        }
    }

    private static object Convert(object? value) => value switch
    {
        null => DBNull.Value,
        DateTimeOffset time => time.UtcDateTime,
        Enum word => Row.EnumText(word),
        _ => value,
    };
}
