using System.Reflection;
using Steward.Kernel;

namespace Steward.Platform.Storage;

/// <summary>
/// Brings the tables of all rooms up to date at start, under a lock, so that nodes that start together do it once.
/// It refuses to start on a store whose past does not match this program.
/// </summary>
public sealed class MigrationRunner(Database database, TimeProvider clock)
{
    private const string Ledger =
        """
        CREATE TABLE IF NOT EXISTS schema_migration (
          room TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at {time} NOT NULL,
          PRIMARY KEY (room, number)) {strict}
        """;

    /// <summary>Applies what is missing and gives the names of what it applied.</summary>
    /// <param name="rooms">The rooms in the order in which they lean on each other.</param>
    /// <param name="cancellationToken">Stops between statements; the transaction is then rolled back.</param>
    /// <exception cref="StorageException">An applied migration was changed, or is unknown to this program.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(IReadOnlyList<(string Room, Assembly Assembly)> rooms, CancellationToken cancellationToken)
    {
        var known = rooms.SelectMany(room => Migration.Of(room.Room, room.Assembly, database.Dialect)).ToList();
        return await RunAsync(known, cancellationToken);
    }

    internal async Task<IReadOnlyList<string>> RunAsync(IReadOnlyList<Migration> known, CancellationToken cancellationToken)
    {
        var applied = new List<string>();
        await database.ExclusivelyAsync(async session =>
        {
            await session.ExecuteAsync(database.Dialect.Translate(Ledger));
            var past = await session.QueryAsync("SELECT room, number, name, checksum FROM schema_migration ORDER BY room, number",
                row => (Room: row.Text("room"), Number: row.Int("number"), Name: row.Text("name"), Checksum: row.Text("checksum")));
            foreach (var old in past)
            {
                var now = known.FirstOrDefault(migration => migration.Room == old.Room && migration.Number == old.Number)
                    ?? throw new StorageException(
                        $"The store has migration {old.Room}/{old.Number:0000}_{old.Name}, which this program does not know: the store was written by a newer Steward. Start that version, or restore a backup from before the update.");
                if (now.Checksum != old.Checksum)
                {
                    throw new StorageException(
                        $"Migration {old.Room}/{old.Number:0000}_{old.Name} was changed after it had been applied to this store. Restore the file as it was and put the change into a new migration.");
                }
            }

            foreach (var migration in known.Where(migration => !past.Any(old => old.Room == migration.Room && old.Number == migration.Number)))
            {
                await session.ExecuteAsync(migration.Sql);
                await session.ExecuteAsync(
                    "INSERT INTO schema_migration (room, number, name, checksum, applied_at) VALUES (@room, @number, @name, @checksum, @at)",
                    ("room", migration.Room), ("number", migration.Number), ("name", migration.Name), ("checksum", migration.Checksum), ("at", clock.Now()));
                applied.Add($"{migration.Room}/{migration.Number:0000}_{migration.Name}");
            }
        }, cancellationToken);
        return applied;
    }
}
