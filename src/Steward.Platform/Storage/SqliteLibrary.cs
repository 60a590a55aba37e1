using System.Runtime.InteropServices;

namespace Steward.Platform.Storage;

/// <summary>
/// Binds to the operating system's own SQLite, which its vendor patches, in place of the native build of 2021 that
/// comes with the package and has known vulnerabilities.
/// </summary>
internal static class SqliteLibrary
{
    // STRICT tables came with 3.37.0 (2021-11-27), https://sqlite.org/stricttables.html
    private static readonly Version Oldest = new(3, 37, 0);

    private static readonly Lazy<string> Version = new(Load);

    /// <summary>Loads the library once and gives its version.</summary>
    /// <exception cref="StorageException">It is not there, or too old; the message names the package to install.</exception>
    public static string Use() => Version.Value;

    private static string Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLitePCL.SQLite3Provider_e_sqlite3).Assembly, static (name, _, _) =>
            name == "e_sqlite3" ? NativeLibrary.Load(FileName()) : IntPtr.Zero);
        string version;
        try
        {
            SQLitePCL.raw.SetProvider(new SQLitePCL.SQLite3Provider_e_sqlite3());
            version = SQLitePCL.raw.sqlite3_libversion().utf8_to_string();
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException)
        {
            throw new StorageException(
                $"SQLite is not installed ({FileName()} was not found). Install it (Debian, Ubuntu: apt-get install libsqlite3-0; " +
                "Fedora: dnf install sqlite-libs; Alpine: apk add sqlite-libs), or use PostgreSQL by setting Storage:ConnectionString.", e);
        }

        return System.Version.Parse(version) >= Oldest
            ? version
            : throw new StorageException($"SQLite {version} is too old: Steward needs {Oldest} or newer. Update the operating system's SQLite, or use PostgreSQL by setting Storage:ConnectionString.");
    }

    private static string FileName() =>
        OperatingSystem.IsWindows() ? "winsqlite3" : OperatingSystem.IsMacOS() ? "libsqlite3.dylib" : "libsqlite3.so.0";
}
