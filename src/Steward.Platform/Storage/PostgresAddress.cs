using Npgsql;

namespace Steward.Platform.Storage;

/// <summary>Reads the address of a PostgreSQL database as platforms such as Railway give it.</summary>
public static class PostgresAddress
{
    /// <summary>
    /// <c>postgres://user:password@host:port/database?sslmode=require</c> (or <c>postgresql://</c>) as an Npgsql connection
    /// string; any other text is taken for one already.
    /// </summary>
    /// <exception cref="StorageException">It is neither; the message never repeats the address, which holds a password.</exception>
    public static string ToConnectionString(string address)
    {
        if (!address.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) &&
            !address.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase))
        {
            return Checked(address);
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.AbsolutePath.Length < 2 ||
            uri.AbsolutePath.Contains('@', StringComparison.Ordinal))
        {
            throw new StorageException("The PostgreSQL address in Storage:ConnectionString or DATABASE_URL is not of the form postgres://user:password@host:port/database. Write @, / and : in a password as %40, %2F and %3A.");
        }

        var login = uri.UserInfo.Split(':', 2);
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : 5432,
            Database = Uri.UnescapeDataString(uri.AbsolutePath[1..]),
            Username = Uri.UnescapeDataString(login[0]),
            Password = login.Length > 1 ? Uri.UnescapeDataString(login[1]) : null,
        };
        foreach (var option in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = option.Split('=', 2);
            if (pair is ["sslmode", var mode])
            {
                settings.SslMode = SslModeOf(mode);
            }
        }

        return settings.ToString();
    }

    /// <summary>The password in an address, for the redactor; null when there is none.</summary>
    /// <exception cref="StorageException">It is no address.</exception>
    public static string? PasswordOf(string address) => new NpgsqlConnectionStringBuilder(ToConnectionString(address)).Password;

    private static SslMode SslModeOf(string libpqName) => libpqName switch
    {
        "disable" => SslMode.Disable,
        "allow" => SslMode.Allow,
        "prefer" => SslMode.Prefer,
        "require" => SslMode.Require,
        "verify-ca" => SslMode.VerifyCA,
        "verify-full" => SslMode.VerifyFull,
        _ => throw new StorageException($"The sslmode '{libpqName}' of the PostgreSQL address is none of disable, allow, prefer, require, verify-ca, verify-full."),
    };

    private static string Checked(string connectionString)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(connectionString) is { Host.Length: > 0 } settings
                ? settings.ToString()
                : throw new StorageException("Storage:ConnectionString names no host. Use postgres://user:password@host:port/database or Host=...;Database=...;Username=...;Password=...");
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or KeyNotFoundException)
        {
            // Without the cause: its message repeats parts of the text, and a password with a semicolon looks like a setting.
            throw new StorageException("Storage:ConnectionString is neither a postgres:// address nor an Npgsql connection string (Host=...;Database=...).");
        }
    }
}
