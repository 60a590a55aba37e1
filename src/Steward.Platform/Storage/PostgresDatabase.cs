using System.Collections.Concurrent;
using System.Threading.Channels;
using Npgsql;
using Steward.Kernel;

namespace Steward.Platform.Storage;

/// <summary>PostgreSQL, for one node or several. News travels by LISTEN and NOTIFY on a connection of its own.</summary>
internal sealed class PostgresDatabase : Database
{
    private const string NewsChannel = "steward";

    // An arbitrary constant, the same in every node: "steward" in ASCII.
    private const long MigrationLock = 0x73746577617264;

    private readonly NpgsqlDataSource source;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource closing = new();
    private readonly Task listening;
    private readonly Task announcing;

    // What other nodes are to hear. Bounded by the number of topics: one that waits to be sent is not added again.
    private readonly Channel<string> news = Channel.CreateUnbounded<string>();
    private readonly ConcurrentDictionary<string, byte> unsent = new(StringComparer.Ordinal);
    private readonly string node;

    private PostgresDatabase(NpgsqlDataSource source, string version, TimeProvider clock)
    {
        (this.source, this.clock) = (source, clock);
        Product = $"PostgreSQL {version}";
        node = Ids.New(clock).ToString("N");
        listening = Task.Run(ListenAsync);
        announcing = Task.Run(AnnounceAsync);
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
        await transaction.CommitAsync(cancellationToken);
        Tell(session.Topics);
        return result;
    }

    internal override async Task<T> WriteOneAsync<T>(Func<Session, Task<T>> write, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        var session = new Session(connection, null, Dialect, Convert, cancellationToken);
        var result = await write(session);
        Tell(session.Topics);
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
        await Task.WhenAll(listening, announcing);
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
                connection.Notification += (_, heard) => Hear(heard.Payload);
                await using (var listen = new NpgsqlCommand($"LISTEN {NewsChannel}", connection))
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

    // After the commit and beside it: a NOTIFY inside would make all commits of the database wait for each other.
    private void Tell(IReadOnlyList<string> topics)
    {
        foreach (var topic in topics)
        {
            Signals.Raise(topic);
            if (unsent.TryAdd(topic, 0))
            {
                news.Writer.TryWrite(topic);
            }
        }
    }

    private void Hear(string payload)
    {
        // Our own news was raised when it was made.
        if (payload.Split(' ', 2) is [var from, var topic] && from != node)
        {
            Signals.Raise(topic);
        }
    }

    private async Task AnnounceAsync()
    {
        try
        {
            while (await news.Reader.WaitToReadAsync(closing.Token))
            {
                while (news.Reader.TryRead(out var topic))
                {
                    // Before it is sent: what comes meanwhile is news again.
                    unsent.TryRemove(topic, out _);
                    await SendAsync(topic);
                }
            }
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            // The store is closed.
        }
    }

    private async Task SendAsync(string topic)
    {
        try
        {
            await ReadAsync(session => session.ExecuteAsync("SELECT pg_notify(@channel, @news)", ("channel", NewsChannel), ("news", $"{node} {topic}")), closing.Token);
        }
        catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException)
        {
            // News may be lost: every listener also looks by itself.
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
