using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Steward.Platform.Storage;

/// <summary>Tells a store that cannot be used at the moment from a mistake in our own SQL.</summary>
public static class StoreTrouble
{
    /// <summary>True when the store is gone, full, locked or not answering; false for everything else.</summary>
    public static bool Is(Exception error) => error switch
    {
        StorageException => true,
        // busy, locked, read-only, input/output, corrupt, full, cannot open, not a database: https://sqlite.org/rescode.html
        SqliteException sqlite => sqlite.SqliteErrorCode is 5 or 6 or 8 or 10 or 11 or 13 or 14 or 26,
        // connection, resources, operator intervention, system: https://www.postgresql.org/docs/current/errcodes-appendix.html
        PostgresException postgres => postgres.SqlState[..2] is "08" or "53" or "57" or "58",
        NpgsqlException => true,
        DbException other => other.IsTransient,
        _ => false,
    };
}
