using System.Diagnostics;
using Npgsql;

namespace Steward.Testing;

/// <summary>
/// One private PostgreSQL cluster for a test process, made at first use and reached through a unix socket. A guarding
/// shell holds it: when the test process ends, in whatever way, the shell's input ends, and it kills the server and
/// removes the directory.
/// </summary>
public static class TestPostgres
{
    // $1 is the directory, $2 the directory of the binaries, $3 on or off for durable commits; the rest is the prefix that drops root, if any.
    private const string Guard =
        """
        trap '' INT TERM HUP
        dir=$1; bin=$2; durable=$3; shift 3
        cd / || exit 1
        "$@" "$bin/initdb" -D "$dir/data" -U steward -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$dir/initdb.log" 2>&1 || { cat "$dir/initdb.log"; rm -rf "$dir"; exit 1; }
        "$@" "$bin/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c fsync=$durable -c full_page_writes=$durable \
          -c synchronous_commit=$durable -c max_connections=300 -c shared_buffers=64MB -c autovacuum_naptime=10s -c jit=off \
          </dev/null >"$dir/postgres.log" 2>&1 &
        server=$!
        echo started
        cat >/dev/null
        kill -QUIT "$server" 2>/dev/null
        wait "$server"
        rm -rf "$dir"
        """;

    private static readonly Lazy<Task<string>> Cluster = new(StartAsync);

    // Keeps the guard, and with it the pipe whose end it waits for, alive.
    private static Process? guard;
    private static int databases;

    /// <summary>Whether commits wait for the disk: off for tests, which are faster without; on for measuring. Set before the first use.</summary>
    public static bool Durable { get; set; }

    /// <summary>Makes an empty database and gives its connection string.</summary>
    /// <exception cref="MissingComponentException">The server's binaries are not installed.</exception>
    public static async Task<string> NewDatabaseAsync()
    {
        var cluster = await Cluster.Value;
        var name = $"test{Interlocked.Increment(ref databases)}";
        await AdministerAsync(cluster, $"CREATE DATABASE {name} TEMPLATE template0");
        return new NpgsqlConnectionStringBuilder(cluster) { Database = name, Pooling = true }.ToString();
    }

    /// <summary>Removes a database, whoever is still connected to it.</summary>
    public static async Task DropAsync(string connectionString) =>
        await AdministerAsync(await Cluster.Value, $"DROP DATABASE {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");

    private static async Task AdministerAsync(string cluster, string statement)
    {
        await using var connection = new NpgsqlConnection(cluster);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Names are made here.
        command.CommandText = statement;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<string> StartAsync()
    {
        var binaries = FindBinaries()
            ?? throw new MissingComponentException("PostgreSQL's server is not installed (Debian, Ubuntu: apt-get install postgresql).");
        // A socket's path may have 107 characters, so not below a TMPDIR that somebody made long.
        var directory = Directory.CreateDirectory($"/tmp/steward-pg-{Guid.CreateVersion7():N}").FullName;
        var prefix = Environment.UserName == "root" ? new[] { "setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups" } : [];
        if (prefix.Length > 0)
        {
            await Process.Start("chown", ["postgres", directory]).WaitForExitAsync();
        }

        guard = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Guard, "sh", directory, binaries, Durable ? "on" : "off", .. prefix])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var said = await guard.StandardOutput.ReadLineAsync();
        if (said != "started")
        {
            throw new InvalidOperationException($"initdb failed: {said}{await guard.StandardOutput.ReadToEndAsync()}");
        }

        var cluster = $"Host={directory};Username=steward;Database=postgres;Pooling=false";
        await Eventually.HoldsAsync(() => AnswersAsync(cluster), "PostgreSQL answers", CancellationToken.None);
        return cluster;
    }

    private static async Task<bool> AnswersAsync(string cluster)
    {
        try
        {
            await AdministerAsync(cluster, "SELECT 1");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static string? FindBinaries()
    {
        const string debian = "/usr/lib/postgresql";
        var installed = Directory.Exists(debian)
            ? Directory.GetDirectories(debian).OrderByDescending(version => int.TryParse(Path.GetFileName(version), out var number) ? number : 0)
                .Select(version => Path.Combine(version, "bin"))
            : [];
        return installed
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'))
            .FirstOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")) && File.Exists(Path.Combine(bin, "postgres")));
    }
}
