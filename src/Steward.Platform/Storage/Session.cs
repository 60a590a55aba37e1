using System.Data.Common;

namespace Steward.Platform.Storage;

/// <summary>
/// One conversation with the store: a read, or a write transaction. It carries the caller's cancellation token, so that
/// SQL reads without ceremony. Parameters are named as in the SQL, without the <c>@</c>.
/// </summary>
public sealed class Session
{
    private readonly DbConnection connection;
    private readonly DbTransaction? transaction;
    private readonly Func<object?, object> convert;
    private List<string>? topics;

    internal Session(DbConnection connection, DbTransaction? transaction, Dialect dialect, Func<object?, object> convert, CancellationToken cancellationToken)
    {
        (this.connection, this.transaction, this.convert) = (connection, transaction, convert);
        (Dialect, Cancellation) = (dialect, cancellationToken);
    }

    /// <summary>What this store says differently.</summary>
    public Dialect Dialect { get; }

    /// <summary>The token of the caller who opened the session.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>The topics to be announced when the transaction has committed.</summary>
    internal IReadOnlyList<string> Topics => topics ?? [];

    /// <summary>Announces news to every node's <see cref="Signals"/> once this transaction has committed; never if it has not.</summary>
    public void Announce(string topic)
    {
        topics ??= [];
        if (!topics.Contains(topic))
        {
            topics.Add(topic);
        }
    }

    /// <summary>
    /// Waits until no other transaction is past this point with the same key, on any node, and keeps others from it until
    /// this one ends. Nothing to do on SQLite, whose writers are one at a time anyway.
    /// </summary>
    public async Task OneAtATimeAsync(long key)
    {
        if (Dialect == Dialect.Postgres)
        {
            await ExecuteAsync("SELECT pg_advisory_xact_lock(@key)", ("key", key));
        }
    }

    /// <summary>Runs a statement and tells how many rows it changed.</summary>
    public async Task<int> ExecuteAsync(string sql, params (string Name, object? Value)[] parameters)
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteNonQueryAsync(Cancellation);
    }

    /// <summary>Runs one statement once for each set of parameters: in one round trip where the store can. Gives the sum of the changed rows.</summary>
    public async Task<int> ExecuteManyAsync(string sql, IReadOnlyList<(string Name, object? Value)[]> parameterSets) =>
        (await ExecuteEachAsync(sql, parameterSets)).Sum();

    /// <summary>
    /// Runs one statement once for each set of parameters, which all have the same names in the same order: in one round
    /// trip where the store can. Gives how many rows each changed.
    /// </summary>
    public async Task<IReadOnlyList<int>> ExecuteEachAsync(string sql, IReadOnlyList<(string Name, object? Value)[]> parameterSets)
    {
        if (parameterSets.Count == 0)
        {
            return [];
        }

        return connection.CanCreateBatch ? await ExecuteBatchAsync(sql, parameterSets) : await ExecuteInTurnAsync(sql, parameterSets);
    }

    /// <summary>All rows of an answer. The SQL bounds how many there are.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, Func<Row, T> read, params (string Name, object? Value)[] parameters)
    {
        await using var command = Command(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var items = new List<T>();
        while (await reader.ReadAsync(Cancellation))
        {
            items.Add(read(new Row(reader)));
        }

        return items;
    }

    /// <summary>The first row of an answer, or null (the default) when there is none.</summary>
    public async Task<T?> FirstAsync<T>(string sql, Func<Row, T> read, params (string Name, object? Value)[] parameters)
    {
        await using var command = Command(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        return await reader.ReadAsync(Cancellation) ? read(new Row(reader)) : default;
    }

    /// <summary>A number, such as a count. Zero where there is no row.</summary>
    public async Task<long> NumberAsync(string sql, params (string Name, object? Value)[] parameters)
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteScalarAsync(Cancellation) is { } value and not DBNull
            ? Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture)
            : 0;
    }

    // One command for all: the store reads the statement once.
    private async Task<IReadOnlyList<int>> ExecuteInTurnAsync(string sql, IReadOnlyList<(string Name, object? Value)[]> parameterSets)
    {
        var changed = new int[parameterSets.Count];
        await using var command = Command(sql, parameterSets[0]);
        for (var set = 0; set < parameterSets.Count; set++)
        {
            for (var place = 0; place < parameterSets[set].Length; place++)
            {
                command.Parameters[place].Value = convert(parameterSets[set][place].Value);
            }

            changed[set] = await command.ExecuteNonQueryAsync(Cancellation);
        }

        return changed;
    }

    private async Task<IReadOnlyList<int>> ExecuteBatchAsync(string sql, IReadOnlyList<(string Name, object? Value)[]> parameterSets)
    {
        await using var batch = connection.CreateBatch();
        batch.Transaction = transaction;
        foreach (var parameters in parameterSets)
        {
            var command = batch.CreateBatchCommand();
            command.CommandText = sql;
            foreach (var (name, value) in parameters)
            {
                Bind(command.CreateParameter(), command.Parameters, name, value);
            }

            batch.BatchCommands.Add(command);
        }

        await batch.ExecuteNonQueryAsync(Cancellation);
        return [.. batch.BatchCommands.Select(command => command.RecordsAffected)];
    }

    private DbCommand Command(string sql, (string Name, object? Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // The text comes from this repository; values always travel as parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
        {
            Bind(command.CreateParameter(), command.Parameters, name, value);
        }

        return command;
    }

    private void Bind(DbParameter parameter, DbParameterCollection target, string name, object? value)
    {
        parameter.ParameterName = name;
        parameter.Value = convert(value);
        target.Add(parameter);
    }
}
