using System.Text;
using System.Text.Json.Nodes;
using Steward.Platform.Telemetry;

namespace Steward.Platform.Tests.Telemetry;

public sealed class RedactorTests
{
    private readonly Redactor redactor = new();

    [Fact]
    public void It_says_whether_a_text_holds_a_secret_of_this_server_and_minds_no_other()
    {
        redactor.Know("correct horse");

        Assert.True(redactor.Knows("the correct horse battery"));
        Assert.True(redactor.Knows("q=correct%20horse"));
        Assert.False(redactor.Knows("password=battery"));
    }

    [Theory]
    [InlineData("password=SECRETVALUE")]
    [InlineData("Host=h;Password=SECRETVALUE;Port=1")]
    [InlineData("Pwd=SECRETVALUE")]
    [InlineData("DB_PASSWORD: SECRETVALUE")]
    [InlineData("{\"password\": \"SECRETVALUE\"}")]
    [InlineData("{\"password\":\"two SECRETVALUE words, and; more\"}")]
    [InlineData("{\"password\":\"a\\\"SECRETVALUE\"}")]
    [InlineData("{\"password\":\"it's SECRETVALUE\"}")]
    [InlineData("{'client_secret': 'SECRETVALUE'}")]
    [InlineData("\"{\\\"access_token\\\":\\\"SECRETVALUE\\\"}\"")]
    [InlineData("https://h/cb?access_token=SECRETVALUE&x=1")]
    [InlineData("https://h/o?X-Amz-Signature=SECRETVALUE")]
    [InlineData("SECRET_KEY_BASE=SECRETVALUE")]
    [InlineData("AWS_SECRET_ACCESS_KEY=SECRETVALUE")]
    [InlineData("apiKey: SECRETVALUE")]
    [InlineData("x-api-key: SECRETVALUE")]
    [InlineData("passphrase = SECRETVALUE")]
    [InlineData("credentials=SECRETVALUE")]
    [InlineData("Authorization: Bearer SECRETVALUE.abc-def")]
    [InlineData("authorization: basic c2VjcmV0OlNFQ1JFVFZBTFVF")]
    [InlineData("postgres://anna:SECRETVALUE@db:5432/x")]
    [InlineData("amqps://anna:p@ssSECRETVALUE@db/x")]
    [InlineData("redis://:SECRETVALUE@db")]
    [InlineData("ghp_SECRETVALUE0123456789abcdef")]
    [InlineData("github_pat_SECRETVALUE_0123456789abcdef")]
    [InlineData("glpat-SECRETVALUE0123456789")]
    [InlineData("sk-ant-SECRETVALUE0123456789")]
    [InlineData("sk_live_SECRETVALUE0123456789")]
    [InlineData("xoxb-SECRETVALUE-1234")]
    [InlineData("AKIASECRETVALUE01234")]
    [InlineData("AIzaSECRETVALUE0123456789abcdefghijklmnop")]
    [InlineData("SG.SECRETVALUE0123456789.SECRETVALUE0123456789")]
    [InlineData("https://api.telegram.org/bot123456789:AASECRETVALUE0123456789abcdefghij/getMe")]
    [InlineData("bot token is 123456789:AASECRETVALUE0123456789abcdefghij")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.eyJSECRETVALUE0.SECRETVALUE")]
    [InlineData("stw_SECRETVALUE0123456789abcdef")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nSECRETVALUE\nSECRETVALUE\n-----END PRIVATE KEY-----")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\r\nSECRETVALUE is cut off here")]
    [InlineData("{\"private_key\": \"-----BEGIN PRIVATE KEY-----\\nSECRETVALUE\\n-----END PRIVATE KEY-----\\n\"}")]
    public void A_secret_is_taken_out_by_its_look(string text)
    {
        var redacted = redactor.Redact($"before {text} after");

        Assert.DoesNotContain("SECRETVALUE", redacted, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRETVA", redacted, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", redacted, StringComparison.Ordinal);
        Assert.StartsWith("before ", redacted, StringComparison.Ordinal);
        Assert.Contains("[redacted]", redacted, StringComparison.Ordinal);
        Assert.Equal(redacted, redactor.Redact(redacted));
    }

    [Theory]
    [InlineData("deployment/7f3c2a10-5b7e-7d9c-8a11-0123456789ab")]
    [InlineData("commit 3d8287e1c0ffee00deadbeef0123456789abcdef")]
    [InlineData("railway.deployment.rollback on deployment/7f3c by operations")]
    [InlineData("sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    [InlineData("2026-11-20T13:22:17.123456Z exit code 1, 512 MB, p95=2.5")]
    [InlineData("https://github.com/owner/repo/issues/12?page=2#issuecomment-1")]
    [InlineData("max_tokens=4096, prompt_tokens: 120, token count 5")]
    [InlineData("use basic authentication; the bearer of this letter")]
    [InlineData("task-force, risk-averse, disk-full, ask-me-something-long-please")]
    [InlineData("the password was wrong; no secret here")]
    [InlineData("http://localhost:5432/path and mailto:anna@example.org")]
    [InlineData("Größe: 5 ✓ 😀 \"quoted\" it's <b>")]
    [InlineData("")]
    public void Ordinary_text_stays_as_it_is(string text) => Assert.Equal(text, redactor.Redact(text));

    [Fact]
    public void The_secrets_of_this_server_are_taken_out_wherever_they_stand()
    {
        redactor.Know("open sesame");
        redactor.Know("open sesame & \"more\"");
        redactor.Know("short");
        redactor.Know(null);

        Assert.Equal("a[redacted]b [redacted]", redactor.Redact("aopen sesameb open sesame & \"more\""));
        Assert.Equal("x=[redacted]", redactor.Redact("x=open%20sesame%20%26%20%22more%22"));
        Assert.Equal("short", redactor.Redact("short"));
    }

    [Fact]
    public void The_name_of_a_member_tells_that_its_value_is_secret()
    {
        var redacted = redactor.Redact(new JsonObject
        {
            ["password"] = "hunter2",
            ["clientSecret"] = 12345,
            ["nested"] = new JsonObject { ["API_KEY"] = "abc", ["max_tokens"] = 5, ["token"] = null },
            ["list"] = new JsonArray("password=hunter2", 1, null, true),
            ["name"] = "web",
        });

        Assert.Equal(
            """{"password":"[redacted]","clientSecret":"[redacted]","nested":{"API_KEY":"[redacted]","max_tokens":5,"token":null},"list":["password=[redacted]",1,null,true],"name":"web"}""",
            redacted.ToJsonString());
    }

    [Fact]
    public void Text_that_no_store_can_hold_is_mended()
    {
        Assert.Equal("ab", redactor.Redact("a\0b"));
        Assert.Equal("a\ufffdb", redactor.Redact("a\ud800b"));
        Assert.Equal("\ufffd", redactor.Redact("\udc00"));
        Assert.Equal("😀", redactor.Redact("😀"));
    }

    [Theory]
    [InlineData("sk-ant-0123456789abcdef", true)]
    [InlineData("Authorization: Bearer abcdefgh12345678", true)]
    [InlineData("https://user:secret@host/", true)]
    [InlineData("-----BEGIN PRIVATE KEY-----", true)]
    [InlineData("it is known-to-us indeed", true)]
    [InlineData("const token = $json.body.token; password: x", false)]
    [InlineData("", false)]
    public void Only_what_is_secret_by_itself_makes_a_program_secret(string text, bool holds)
    {
        redactor.Know("known-to-us");

        Assert.Equal(holds, redactor.HoldsSecret(text));
    }

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
