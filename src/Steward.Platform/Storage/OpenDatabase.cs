using Microsoft.Extensions.Options;

namespace Steward.Platform.Storage;

/// <summary>Opens the store that the settings name.</summary>
public sealed class OpenDatabase(IOptions<StorageOptions> options, TimeProvider clock)
{
    /// <summary>The folder of everything that Steward keeps on this machine, made when it is not there.</summary>
    public static string DataDirectory(StorageOptions options)
    {
        var directory = Path.GetFullPath(options.DataDirectory);
        if (!Directory.Exists(directory))
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(directory);
            }
            else
            {
                Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }

        return directory;
    }

    /// <summary>The version of the operating system's SQLite.</summary>
    /// <exception cref="StorageException">It is not there, or too old.</exception>
    public static string SqliteVersion() => SqliteLibrary.Use();

    /// <summary>Opens the SQLite store of a data directory only to read: nothing is made, migrated or changed. For looking into what a stopped server left.</summary>
    /// <exception cref="StorageException">There is none, or it cannot be read.</exception>
    public static async Task<Database> ToReadAsync(string dataDirectory, CancellationToken cancellationToken) =>
        await SqliteDatabase.OpenToReadAsync(Path.Combine(Path.GetFullPath(dataDirectory), StorageOptions.SqliteFile), cancellationToken);

    /// <summary>Opens it.</summary>
    /// <exception cref="StorageException">It cannot be used; the message says what to do.</exception>
    public async Task<Database> HandleAsync(CancellationToken cancellationToken)
    {
        var settings = options.Value;
        return settings.ConnectionString.Length == 0
            ? await SqliteDatabase.OpenAsync(Path.Combine(DataDirectory(settings), StorageOptions.SqliteFile), cancellationToken)
            : await PostgresDatabase.OpenAsync(PostgresAddress.ToConnectionString(settings.ConnectionString), settings.MaxConnections, clock, cancellationToken);
    }
}
