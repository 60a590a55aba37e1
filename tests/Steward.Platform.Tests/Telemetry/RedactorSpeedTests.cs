using System.Text;
using Steward.Platform.Telemetry;

namespace Steward.Platform.Tests.Telemetry;

/// <summary>Logs are written by strangers: none of their lines may hold up who reads it.</summary>
public sealed class RedactorSpeedTests
{
    private readonly Redactor redactor = new();

    public static TheoryData<string, string, int> WorstCases => new()
    {
        { "letters", "a", 1_000_000 },
        { "schemes", "a://", 200_000 },
        { "logins", "ab://u:", 100_000 },
        { "names", "password", 100_000 },
        { "assignments", "password=", 100_000 },
        { "quotes", "\"password\":\"\\", 50_000 },
        { "keys", "-----BEGIN PRIVATE KEY-----", 40_000 },
        { "tokens", "eyJaaaaaaaa.", 80_000 },
        { "bearers", "bearer ", 100_000 },
        { "basics", "basic aaaaaaaaaa ", 60_000 },
        { "digits", "1", 1_000_000 },
        { "sends", "SG.aaaaaaaaaaaaaaaa.", 50_000 },
        { "surrogates", "\ud800", 500_000 },
        { "spaces after a name", "token:" + new string(' ', 200), 5_000 },
        { "flags", "--password ", 90_000 },
        { "flags in quotes", "--password \"", 80_000 },
        { "flags in a list", "\"--token\", \"", 80_000 },
        { "dashes", "-", 1_000_000 },
        { "dashes apart", " -a", 300_000 },
        { "spaces after a flag", "--token" + new string(' ', 200), 5_000 },
        { "users", "-u a:", 200_000 },
        { "users in quotes", "-u \"a", 160_000 },
        { "numbers of users", "-u 1:1", 160_000 },
        { "headers", "authorization: ", 70_000 },
        { "headers in a row", "authorization:", 70_000 },
        { "values of a header", "authorization: digest a=\"", 40_000 },
        { "values after one header", "a=\"b\",", 140_000 },
        { "unknown schemes", "authorization: aaaaaaaaaaaaaaaa ", 30_000 },
        { "cookies", "cookie: a=b; ", 80_000 },
        { "cookies in a row", "cookie:", 140_000 },
        { "pairs", "a=b;", 250_000 },
        { "hooks", "hooks.slack.com/services/", 40_000 },
        { "elements", "<password>", 100_000 },
        { "elements without an end", "password>", 100_000 },
        { "blocks", "password: |\n ", 80_000 },
        { "logins with docker", "docker login -p", 60_000 },
        { "arrows", "password=>", 100_000 },
    };

    // Generous: what takes minutes here would hang a server; a linear pass takes a fraction of a second.
    [Theory(Timeout = 30_000)]
    [MemberData(nameof(WorstCases))]
    public Task The_worst_input_is_read_in_good_time(string name, string piece, int times) => Task.Run(() =>
    {
        var text = new StringBuilder().Insert(0, piece, times).ToString();
        Assert.True(redactor.Redact(text).Length >= 0, name);
    }, TestContext.Current.CancellationToken);
}
