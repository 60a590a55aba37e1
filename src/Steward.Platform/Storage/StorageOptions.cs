using System.ComponentModel.DataAnnotations;

namespace Steward.Platform.Storage;

/// <summary>Where Steward remembers. Section <c>Storage</c>.</summary>
public sealed class StorageOptions
{
    /// <summary>The file name of the SQLite store inside the data directory.</summary>
    public const string SqliteFile = "steward.db";

    /// <summary>The data directory when nobody says.</summary>
    public const string DefaultDataDirectory = "data";

    /// <summary>
    /// Empty for SQLite in the data directory; otherwise PostgreSQL, as <c>postgres://</c> or <c>postgresql://</c>
    /// address or as an Npgsql connection string (<c>Host=...</c>).
    /// </summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>The folder for the SQLite file and the scheduler's file. Made when it is not there.</summary>
    [Required]
    public string DataDirectory { get; set; } = DefaultDataDirectory;

    /// <summary>How many connections to PostgreSQL one node may hold, 5 to 200.</summary>
    [Range(5, 200)]
    public int MaxConnections { get; set; } = 20;
}
