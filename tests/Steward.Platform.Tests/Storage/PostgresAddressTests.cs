using Npgsql;
using Steward.Platform.Storage;

namespace Steward.Platform.Tests.Storage;

public sealed class PostgresAddressTests
{
    [Theory]
    [InlineData("postgres://anna:secret@db.example:6543/steward", "db.example", 6543, "steward", "anna", "secret")]
    [InlineData("postgresql://anna:secret@db.example/steward", "db.example", 5432, "steward", "anna", "secret")]
    [InlineData("POSTGRES://anna:secret@db.example/steward", "db.example", 5432, "steward", "anna", "secret")]
    [InlineData("postgres://a%40b:p%2Fw%3A%25%40x@h/my%20db", "h", 5432, "my db", "a@b", "p/w:%@x")]
    [InlineData("postgres://anna:a:b@h/d", "h", 5432, "d", "anna", "a:b")]
    [InlineData("postgres://anna@h/d", "h", 5432, "d", "anna", null)]
    [InlineData("postgres://anna:p;Host=evil@h/d", "h", 5432, "d", "anna", "p;Host=evil")]
    [InlineData("Host=h;Port=1;Database=d;Username=u;Password=p", "h", 1, "d", "u", "p")]
    public void An_address_becomes_a_connection_string(string address, string host, int port, string database, string user, string? password)
    {
        var read = new NpgsqlConnectionStringBuilder(PostgresAddress.ToConnectionString(address));

        Assert.Equal((host, port, database, user, password), (read.Host, read.Port, read.Database, read.Username, read.Password));
    }

    [Theory]
    [InlineData("disable", SslMode.Disable)]
    [InlineData("allow", SslMode.Allow)]
    [InlineData("prefer", SslMode.Prefer)]
    [InlineData("require", SslMode.Require)]
    [InlineData("verify-ca", SslMode.VerifyCA)]
    [InlineData("verify-full", SslMode.VerifyFull)]
    public void The_sslmode_is_that_of_libpq(string word, SslMode mode) =>
        Assert.Equal(mode, new NpgsqlConnectionStringBuilder(PostgresAddress.ToConnectionString($"postgres://u:p@h/d?connect_timeout=3&sslmode={word}")).SslMode);

    [Theory]
    [InlineData("postgres://u:hunter2hunter2@h/d?sslmode=maybe")]
    [InlineData("postgres://u:hunter2hunter2@h")]
    [InlineData("postgres://u:hunter2hunter2@/d")]
    [InlineData("postgres://u:hunter2/hunter2@h/d")]
    [InlineData("postgres://u:12/hunter2@h/d")]
    [InlineData("postgres://u:hunter2hunter2@h:port/d")]
    [InlineData("mysql://u:hunter2hunter2@h/d")]
    [InlineData("Host=h;Database=d;Password=a;hunter2hunter2=1")]
    [InlineData("Host=h;Port=hunter2hunter2")]
    [InlineData("Database=d;Password=hunter2hunter2")]
    [InlineData("hunter2hunter2")]
    [InlineData("=hunter2hunter2;;==")]
    [InlineData("Host='hunter2hunter2")]
    public void Garbage_is_refused_without_being_repeated(string address)
    {
        var error = Assert.Throws<StorageException>(() => PostgresAddress.ToConnectionString(address));

        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.OrdinalIgnoreCase);
    }
}
