using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Work;
using Steward.Testing;

namespace Steward.Platform.Tests.Storage;

public sealed class DatabaseTestsOnSqlite() : DatabaseTests(StoreKind.Sqlite)
{
    [Fact]
    public async Task A_check_notices_that_the_file_is_gone()
    {
        await Database.CheckAsync(Cancellation);
        File.Delete(Store.File);

        var error = await Assert.ThrowsAsync<StorageException>(() => Database.CheckAsync(Cancellation));

        Assert.Contains("is gone", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_is_for_its_owner_only() =>
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Store.File));

    [Fact]
    public async Task Closing_waits_for_the_write_under_way_and_refuses_those_behind_it()
    {
        using var directory = new TempDirectory();
        var database = await SqliteDatabase.OpenAsync(directory["steward.db"], Cancellation);
        await database.WriteAsync(session => session.ExecuteAsync("CREATE TABLE note (text TEXT)"), Cancellation);
        var (begun, mayEnd) = (new TaskCompletionSource(), new TaskCompletionSource());
        var writing = database.WriteAsync(async session =>
        {
            begun.SetResult();
            await mayEnd.Task;
            return await session.ExecuteAsync("INSERT INTO note VALUES ('kept')");
        }, Cancellation);
        await begun.Task;

        var closing = database.DisposeAsync().AsTask();
        var late = database.WriteAsync(session => session.ExecuteAsync("INSERT INTO note VALUES ('late')"), Cancellation);
        Assert.False(closing.IsCompleted);
        mayEnd.SetResult();
        await writing;
        await closing;

        await Assert.ThrowsAsync<ObjectDisposedException>(() => late);
        await using var again = await SqliteDatabase.OpenAsync(directory["steward.db"], Cancellation);
        Assert.Equal(1, await again.ReadAsync(session => session.NumberAsync("SELECT COUNT(*) FROM note"), Cancellation));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_with_advice()
    {
        using var directory = new TempDirectory();
        await File.WriteAllTextAsync(directory["steward.db"], new string('x', 10_000), Cancellation);

        var error = await Assert.ThrowsAsync<StorageException>(() => SqliteDatabase.OpenAsync(directory["steward.db"], Cancellation));

        Assert.Contains("cannot be opened", error.Message, StringComparison.Ordinal);
    }
}

public sealed class DatabaseTestsOnPostgres() : DatabaseTests(StoreKind.Postgres)
{
    [Fact]
    public async Task News_reaches_the_other_nodes()
    {
        var other = await Store.OpenAsync();
        var heard = 0;
        using var listening = other.Signals.Listen("weather", () => Interlocked.Increment(ref heard));

        // The other node may not listen yet: it hears "look at everything" then, which is as good.
        await Eventually.HoldsAsync(async () =>
        {
            await AnnounceAsync("weather");
            return Volatile.Read(ref heard) > 1;
        }, "the other node hears", Cancellation);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named_without_the_password()
    {
        var error = await Assert.ThrowsAsync<StorageException>(() => PostgresDatabase.OpenAsync(
            "Host=127.0.0.1;Port=1;Database=d;Username=u;Password=hunter2hunter2;Timeout=5", 5, Clock, Cancellation));

        Assert.Contains("127.0.0.1:1", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_does_not_exist_is_a_storage_error()
    {
        var error = await Assert.ThrowsAsync<StorageException>(() => PostgresDatabase.OpenAsync(
            "Host=/tmp/no-such-directory;Database=d;Username=u;Password=hunter2hunter2;Timeout=5", 5, Clock, Cancellation));

        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }
}

public abstract class DatabaseTests(StoreKind kind) : StoreTest(kind)
{
    private const string Table =
        "CREATE TABLE thing (id {uuid} NOT NULL PRIMARY KEY, at {time}, name TEXT, n {long}, x {double}) {strict}";

    [Theory]
    [InlineData("2026-11-20T13:22:17.1234567+02:00", "2026-11-20T11:22:17.123456Z")]
    [InlineData("2026-01-01T00:00:00.0000009Z", "2026-01-01T00:00:00.000000Z")]
    [InlineData("1999-12-31T23:59:59.9999999-11:30", "2000-01-01T11:29:59.999999Z")]
    public async Task Times_come_back_in_utc_to_the_microsecond(string written, string expected)
    {
        await MakeTableAsync();
        var at = DateTimeOffset.Parse(written, System.Globalization.CultureInfo.InvariantCulture);
        await Database.WriteAsync(session => session.ExecuteAsync("INSERT INTO thing (id, at) VALUES (@id, @at)", ("id", Ids.New(Clock)), ("at", at)), Cancellation);

        var read = await Database.ReadAsync(session => session.FirstAsync("SELECT at FROM thing", row => row.Time("at")), Cancellation);

        Assert.Equal(TimeSpan.Zero, read.Offset);
        Assert.Equal(UtcTime.Truncate(at), read);
        Assert.Equal(expected, UtcTime.ToText(read));
    }

    [Fact]
    public async Task Ids_sort_by_the_time_of_their_making()
    {
        await MakeTableAsync();
        var ids = new List<Guid>();
        for (var i = 0; i < 300; i++)
        {
            ids.Add(Ids.New(Clock));
            Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        foreach (var id in ids.AsEnumerable().Reverse())
        {
            await InsertAsync(id);
        }

        var read = await Database.ReadAsync(session => session.QueryAsync("SELECT id FROM thing ORDER BY id", row => row.Uuid("id")), Cancellation);

        Assert.Equal(ids, read);
    }

    [Fact]
    public async Task Nulls_enumerations_and_numbers_come_back()
    {
        await MakeTableAsync();
        var id = Ids.New(Clock);
        await Database.WriteAsync(session => session.ExecuteAsync("INSERT INTO thing (id, at, name, n, x) VALUES (@id, @at, @name, @n, @x)",
            ("id", id), ("at", null), ("name", WorkState.Succeeded), ("n", long.MaxValue), ("x", null)), Cancellation);

        var read = await Database.ReadAsync(session => session.FirstAsync("SELECT * FROM thing WHERE id = @id", row =>
            (row.Uuid("id"), row.TimeOrNull("at"), row.Text("name"), row.Enum<WorkState>("name"), row.Long("n"), row.DoubleOrNull("x"), row.UuidOrNull("id")), ("id", id)), Cancellation);

        Assert.Equal((id, null, "succeeded", WorkState.Succeeded, long.MaxValue, null, id), read);
    }

    [Fact]
    public async Task Arrays_are_parameters()
    {
        await MakeTableAsync();
        Guid[] ids = [Ids.New(Clock), Ids.New(Clock), Ids.New(Clock)];
        foreach (var id in ids)
        {
            await InsertAsync(id, $"it's \"{Array.IndexOf(ids, id)}\"");
        }

        var byId = await CountAsync("id", ids[..2]);
        var byName = await CountAsync("name", new[] { "it's \"2\"", "nobody" });
        var byNone = await CountAsync("id", Array.Empty<Guid>());

        Assert.Equal((2, 1, 0), (byId, byName, byNone));
        Task<long> CountAsync(string column, object values) => Database.ReadAsync(session => session.NumberAsync(
            $"SELECT COUNT(*) FROM thing WHERE {session.Dialect.InList(column, "values")}", ("values", values)), Cancellation);
    }

    // A node that begins to listen tells its parts to look, whatever the topic: wait until that is over.
    private async Task UntilListeningAsync()
    {
        if (Store.Kind == StoreKind.Sqlite)
        {
            return;
        }

        var other = await Store.OpenAsync();
        var listens = false;
        using var listening = Database.Signals.Listen("ready", () => listens = true);
        await Eventually.HoldsAsync(async () =>
        {
            await other.WriteAsync(session =>
            {
                session.Announce("ready");
                return session.NumberAsync("SELECT 1");
            }, Cancellation);
            return listens;
        }, "the node listens", Cancellation);
    }

    [Fact]
    public async Task A_write_that_throws_leaves_nothing_and_tells_nobody()
    {
        await MakeTableAsync();
        await UntilListeningAsync();
        var heard = 0;
        using var listening = Database.Signals.Listen("thing", () => heard++);

        await Assert.ThrowsAsync<InvalidOperationException>(() => Database.WriteAsync(async session =>
        {
            await session.ExecuteAsync("INSERT INTO thing (id) VALUES (@id)", ("id", Ids.New(Clock)));
            session.Announce("thing");
            throw new InvalidOperationException("changed my mind");
        }, Cancellation));

        Assert.Equal(0, await CountAsync());
        Assert.Equal(0, heard);
    }

    [Fact]
    public async Task News_comes_after_the_commit()
    {
        await MakeTableAsync();
        await UntilListeningAsync();
        long? seen = null;
        using var listening = Database.Signals.Listen("thing", () => seen ??= CountAsync().GetAwaiter().GetResult());

        await Database.WriteAsync(async session =>
        {
            session.Announce("thing");
            await session.ExecuteAsync("INSERT INTO thing (id) VALUES (@id)", ("id", Ids.New(Clock)));
            Assert.Null(seen);
        }, Cancellation);

        Assert.Equal(1, seen);
    }

    [Fact]
    public async Task Many_writers_at_once_lose_nothing()
    {
        await MakeTableAsync();
        var id = Ids.New(Clock);
        await Database.WriteAsync(session => session.ExecuteAsync("INSERT INTO thing (id, n) VALUES (@id, 0)", ("id", id)), Cancellation);
        var other = await Store.OpenAsync();

        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => (i % 2 == 0 ? Database : other).WriteAsync(async session =>
        {
            var n = await session.FirstAsync($"SELECT n FROM thing WHERE id = @id {session.Dialect.ForUpdate}", row => row.Long("n"), ("id", id));
            await session.ExecuteAsync("UPDATE thing SET n = @n WHERE id = @id", ("n", n + 1), ("id", id));
        }, Cancellation)));

        Assert.Equal(100, await Database.ReadAsync(session => session.NumberAsync("SELECT n FROM thing"), Cancellation));
    }

    [Fact]
    public async Task One_statement_runs_for_many_sets_of_parameters()
    {
        await MakeTableAsync();

        var changed = await Database.WriteAsync(session => session.ExecuteManyAsync("INSERT INTO thing (id, n) VALUES (@id, @n)",
            [.. Enumerable.Range(0, 50).Select(n => new (string, object?)[] { ("id", Ids.New(Clock)), ("n", (long)n) })]), Cancellation);
        var none = await Database.WriteAsync(session => session.ExecuteManyAsync("INSERT INTO thing (id) VALUES (@id)", []), Cancellation);

        Assert.Equal((50, 0, 50), (changed, none, await CountAsync()));
    }

    [Fact]
    public async Task A_write_whose_caller_gave_up_leaves_nothing()
    {
        await MakeTableAsync();
        using var giveUp = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Database.WriteAsync(async session =>
        {
            await session.ExecuteAsync("INSERT INTO thing (id) VALUES (@id)", ("id", Ids.New(Clock)));
            await giveUp.CancelAsync();
            await session.ExecuteAsync("INSERT INTO thing (id) VALUES (@id)", ("id", Ids.New(Clock)));
            giveUp.Token.ThrowIfCancellationRequested();
        }, giveUp.Token));

        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task A_healthy_store_passes_its_check() => await Database.CheckAsync(Cancellation);

    protected async Task AnnounceAsync(string topic) => await Database.WriteAsync(session =>
    {
        session.Announce(topic);
        return Task.CompletedTask;
    }, Cancellation);

    private async Task MakeTableAsync() => await Database.WriteAsync(session => session.ExecuteAsync(Database.Dialect.Translate(Table)), Cancellation);

    private Task<int> InsertAsync(Guid id, string? name = null) =>
        Database.WriteAsync(session => session.ExecuteAsync("INSERT INTO thing (id, name) VALUES (@id, @name)", ("id", id), ("name", name)), Cancellation);

    private Task<long> CountAsync() => Database.ReadAsync(session => session.NumberAsync("SELECT COUNT(*) FROM thing"), Cancellation);
}
