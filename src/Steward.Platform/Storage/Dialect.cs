namespace Steward.Platform.Storage;

/// <summary>What the two stores say differently. SQL that is the same on both is written once, by the room that owns it.</summary>
public sealed class Dialect
{
    private readonly (string Word, string Type)[] types;

    private Dialect(string name, string skipLocked, string forUpdate, Func<string, string, string> inList, (string, string)[] types) =>
        (Name, SkipLocked, ForUpdate, InList, this.types) = (name, skipLocked, forUpdate, inList, types);

    /// <summary>SQLite 3.37 or newer: STRICT tables, times as text of fixed width, one writer.</summary>
    public static Dialect Sqlite { get; } = new("sqlite",
        skipLocked: "",
        forUpdate: "",
        inList: static (column, parameter) => $"{column} IN (SELECT value FROM json_each(@{parameter}))",
        types: [("{uuid}", "TEXT"), ("{time}", "TEXT"), ("{long}", "INTEGER"), ("{double}", "REAL"), ("{strict}", "STRICT")]);

    /// <summary>PostgreSQL 13 or newer.</summary>
    public static Dialect Postgres { get; } = new("postgres",
        skipLocked: "FOR UPDATE SKIP LOCKED",
        forUpdate: "FOR UPDATE",
        inList: static (column, parameter) => $"{column} = ANY(@{parameter})",
        types: [("{uuid}", "uuid"), ("{time}", "timestamptz"), ("{long}", "bigint"), ("{double}", "double precision"), ("{strict}", "")]);

    /// <summary><c>sqlite</c> or <c>postgres</c>: also the middle of the name of a migration for one store only.</summary>
    public string Name { get; }

    /// <summary>Ends a claiming SELECT. Empty on SQLite, whose single writer already excludes every rival.</summary>
    public string SkipLocked { get; }

    /// <summary>Ends a SELECT that reads a row in order to change it. Empty on SQLite for the same reason.</summary>
    public string ForUpdate { get; }

    /// <summary>The condition that a column is in the array parameter: <c>InList("id", "ids")</c>.</summary>
    public Func<string, string, string> InList { get; }

    /// <summary>Puts this store's column types in the place of <c>{uuid}</c>, <c>{time}</c>, <c>{long}</c>, <c>{double}</c>, <c>{strict}</c>.</summary>
    public string Translate(string migration) =>
        types.Aggregate(migration, static (sql, type) => sql.Replace(type.Word, type.Type, StringComparison.Ordinal));
}
