using Steward.Platform.Storage;
using Steward.Testing;

namespace Steward.Platform.Tests.Storage;

public sealed class MigrationTestsOnSqlite() : MigrationTests(StoreKind.Sqlite);

public sealed class MigrationTestsOnPostgres() : MigrationTests(StoreKind.Postgres);

public abstract class MigrationTests(StoreKind kind) : StoreTest(kind)
{
    private static readonly Migration First = new("pets", 1, "cats", "CREATE TABLE cat (name TEXT)", "aa");
    private static readonly Migration Second = new("pets", 2, "dogs", "CREATE TABLE dog (name TEXT)", "bb");

    private IReadOnlyList<Migration> Platform => Migration.Of(PlatformModule.Room, typeof(PlatformModule).Assembly, Database.Dialect);

    [Fact]
    public async Task Each_is_applied_once()
    {
        Assert.Equal(["pets/0001_cats"], await RunAsync(First));
        Assert.Equal(["pets/0002_dogs"], await RunAsync(First, Second));
        Assert.Empty(await RunAsync(First, Second));
    }

    [Fact]
    public async Task Nodes_that_start_together_apply_each_once()
    {
        var others = new[] { Database, await Store.OpenAsync(), await Store.OpenAsync(), await Store.OpenAsync() };

        var applied = await Task.WhenAll(others.Select(node => Task.Run(() => RunAsync(node, First, Second), Cancellation)));

        Assert.Equal(["pets/0001_cats", "pets/0002_dogs"], applied.SelectMany(names => names).Order());
    }

    [Fact]
    public async Task A_changed_one_stops_the_start()
    {
        await RunAsync(First);

        var error = await Assert.ThrowsAsync<StorageException>(() => RunAsync(First with { Checksum = "cc" }));

        Assert.Contains("pets/0001_cats was changed", error.Message, StringComparison.Ordinal);
        Assert.Contains("new migration", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_this_program_does_not_know_stops_the_start()
    {
        await RunAsync(First, Second);

        var error = await Assert.ThrowsAsync<StorageException>(() => RunAsync(First));

        Assert.Contains("pets/0002_dogs", error.Message, StringComparison.Ordinal);
        Assert.Contains("newer Steward", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_fails_leaves_nothing_of_this_start()
    {
        var broken = Second with { Sql = "CREATE TABLE fish (name TEXT); CREATE NONSENSE" };
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => RunAsync(First, broken));

        Assert.Equal(["pets/0001_cats", "pets/0002_dogs"], await RunAsync(First, Second));
    }

    [Fact]
    public void The_files_of_a_room_are_read_in_order_for_this_store_only()
    {
        var names = Platform.Select(migration => migration.Name).ToList();

        Assert.Equal(Platform.Select(migration => migration.Number).Order(), Platform.Select(migration => migration.Number));
        Assert.Equal("work", names[0]);
        Assert.Equal(Kind == StoreKind.Postgres, names.Contains("work_hot"));
        Assert.All(Platform, migration => Assert.DoesNotContain("{", migration.Sql, StringComparison.Ordinal));
    }

    private Task<IReadOnlyList<string>> RunAsync(params Migration[] known) => RunAsync(Database, known);

    private Task<IReadOnlyList<string>> RunAsync(Database node, params Migration[] known) =>
        new MigrationRunner(node, Clock).RunAsync([.. Platform, .. known], Cancellation);
}
