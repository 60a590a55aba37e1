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
    [MemberData(nameof(Shapes))]
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
    [MemberData(nameof(OrdinaryTexts))]
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
            ["Authorization"] = "Token abc",
            ["Set-Cookie"] = "a=b",
            ["clientSecret"] = 12345,
            ["nested"] = new JsonObject { ["API_KEY"] = "abc", ["max_tokens"] = 5, ["token"] = null },
            ["list"] = new JsonArray("password=hunter2", 1, null, true),
            ["name"] = "web",
        });

        Assert.Equal(
            """{"password":"[redacted]","Authorization":"[redacted]","Set-Cookie":"[redacted]","clientSecret":"[redacted]","nested":{"API_KEY":"[redacted]","max_tokens":5,"token":null},"list":["password=[redacted]",1,null,true],"name":"web"}""",
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
    [InlineData("await Fetch(\"https://n8n.example.org/webhook/7f3c2a10-5b7e-7d9c-8a11-0123456789ab\")", false)]
    [InlineData("", false)]
    public void Only_what_is_secret_by_itself_makes_a_program_secret(string text, bool holds)
    {
        redactor.Know("known-to-us");

        Assert.Equal(holds, redactor.HoldsSecret(text));
    }

    // What logs of builds and services hold beside settings: the flags of commands, headers, hooks, other languages' literals.
    public static TheoryData<string> Shapes =>
    [
        "mysql --password SECRETVALUE -u root failed",
        "mysql --password=SECRETVALUE failed",
        "mysql --password \"two SECRETVALUE words\" failed",
        "mysql --password 'two SECRETVALUE words' failed",
        "app -token SECRETVALUE",
        "app --db-password SECRETVALUE --port 1",
        "app --api-key\tSECRETVALUE",
        "[\"app\", \"--password\", \"SECRETVALUE\", \"-v\"]",
        "['app', '--client-secret', 'SECRETVALUE']",
        "{\\\"args\\\":[\\\"--token\\\", \\\"SECRETVALUE\\\", \\\"-v\\\"]}",
        "curl -u deploy:SECRETVALUE https://x.invalid",
        "curl -u 'deploy:SECRETVALUE word' https://x.invalid",
        "curl -u \"deploy:SECRETVALUE\" https://x.invalid",
        "curl -u :SECRETVALUE https://x.invalid",
        "curl --user deploy:SECRETVALUE https://x.invalid",
        "curl --user=deploy:SECRETVALUE https://x.invalid",
        "curl -U proxy:SECRETVALUE --proxy-user p:SECRETVALUE",
        "curl -sS -X POST -u deploy:SECRETVALUE https://x.invalid",
        "[\"curl\", \"-u\", \"deploy:SECRETVALUE\", \"https://x.invalid\"]",
        "docker login -u anna -p SECRETVALUE registry.invalid",
        "mysql -u root -pSECRETVALUE shop",
        "mysqldump --single-transaction -p'SECRETVALUE word' shop",
        "mariadb -uroot -p\"SECRETVALUE\" -h db",
        "sh -c 'mysqladmin -pSECRETVALUE ping'",
        "[\"mysqldump\", \"-u\", \"root\", \"-pSECRETVALUE\"]",
        "PGPASSWORD=SECRETVALUE psql -h db",
        "PGPASSWORD='two SECRETVALUE words' pg_dump shop",
        "export MYSQL_PWD=SECRETVALUE",
        "sshpass -p SECRETVALUE ssh host",
        "options {\"password\"=>\"SECRETVALUE\", :api_key=>\"SECRETVALUE\"}",
        "['password' => 'SECRETVALUE']",
        ":password => 'SECRETVALUE'",
        "password := \"SECRETVALUE\"",
        "password: |\n    SECRETVALUE",
        "client_secret: >-\r\n  SECRETVALUE and more",
        "<password>SECRETVALUE</password>",
        "<db:clientSecret>two SECRETVALUE words</db:clientSecret>",
        "Authorization: Token SECRETVALUE",
        "Authorization: Token token=\"SECRETVALUE\", email=\"a@b.invalid\"",
        "Authorization: ApiKey SECRETVALUE",
        "Authorization: Whatever SECRETVALUE11223344",
        "Authorization: SECRETVALUE11223344",
        "Authorization=SECRETVALUE11223344",
        "Proxy-Authorization: Digest username=\"a\", nonce=\"1\", response=\"SECRETVALUE\"",
        "Authorization: AWS4-HMAC-SHA256 Credential=ID/20260101, SignedHeaders=host, Signature=SECRETVALUE",
        "curl -H 'Authorization: Token SECRETVALUE' https://x.invalid",
        "{\"Authorization\": \"Token SECRETVALUE\"}",
        "{\\\"authorization\\\":\\\"Token SECRETVALUE\\\"}",
        "\"Authorization\"=>\"Token SECRETVALUE\"",
        "Cookie: session=SECRETVALUE",
        "Cookie: theme=dark; session=SECRETVALUE; other=SECRETVALUE",
        "Set-Cookie: sid=SECRETVALUE; Path=/; HttpOnly",
        "{\"cookie\":\"sid=SECRETVALUE; a=b\"}",
        "curl -H \"Cookie: sid=SECRETVALUE\"",
        "https://hooks.slack.com/services/T000/B000/SECRETVALUE",
        "https://hooks.slack.com/workflows/T000/A000/1/SECRETVALUE",
        "https://discord.com/api/webhooks/123456789/SECRETVALUE",
        "https://discordapp.com/api/v10/webhooks/123456789/SECRETVALUE",
        "https://acme.webhook.office.com/webhookb2/SECRETVALUE/IncomingWebhook/SECRETVALUE",
        "https://hooks.zapier.com/hooks/catch/123/SECRETVALUE/",
        "https://hooks.zapier.com/hooks/standard/123/SECRETVALUE/",
        "https://canary.discord.com/api/webhooks/123456789/SECRETVALUE?wait=true",
        "https://api.telegram.org/bot123:SECRETVALUE/sendMessage",
        "https://api.telegram.org/file/bot123:SECRETVALUE/photo.jpg",
        "https://hook.eu1.make.com/SECRETVALUE",
        "https://hook.integromat.com/SECRETVALUE",
        "https://maker.ifttt.com/trigger/deployed/with/key/SECRETVALUE",
        "https://prod-12.westeurope.logic.azure.com:443/workflows/1a/triggers/manual/paths/invoke?api-version=2016-06-01&sig=SECRETVALUE",
        "https://chat.example.org/hooks/SECRETVALUE0123456789abcdef",
        "https://chat.example.org/hooks/64f0c2a1b9d3e8f7a6c5b4d3/SECRETVALUE0123456789",
        "POST /webhooks/railway-webhook/SECRETVALUE0123456789 202",
        "https://n8n.example.org/webhook/orders/SECRETVALUE0123456789abcdef",
        "\"http://n8n:5678/webhook-test/SECRETVALUE0123456789abcdef\"",
        "https://SECRETVALUE0123456789abcdef@o1.ingest.sentry.io/2",
        "glrt-SECRETVALUE0123456789",
        "npm_SECRETVALUE0123456789abcdefghijklmno",
        "pypi-SECRETVALUE0123456789abcdefghijklmno",
        "hf_SECRETVALUE0123456789abcdefghijklmno",
        "xapp-1-SECRETVALUE-1234",
        "ASIASECRETVALUE01234",
        "whsec_SECRETVALUE0123456789",
        "-----BEGIN PGP PRIVATE KEY BLOCK-----\nSECRETVALUE\n-----END PGP PRIVATE KEY BLOCK-----",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nSECRETVALUE\n-----END ENCRYPTED PRIVATE KEY-----",
    ];

    public static TheoryData<string> OrdinaryTexts =>
    [
        "password must not be empty",
        "the token expired; authorization failed",
        "Authorization failed",
        "Authorization: required",
        "Authorization: failed for user anna",
        "cookie banner shown, cookies: none, Cookie: rejected",
        "mysql -u root failed",
        "docker run -u 1000:1000 --user 1000:1000 -p 8080:80 alpine",
        "git push -u origin main",
        "sort -u -k1:2 list.txt",
        "mkdir -p /srv/app && cp -p a b",
        "docker login -u anna --password-stdin registry.invalid",
        "mysql -p",
        "mysql -u root -p shop, then run `mysql -p` by hand",
        "mysql -p, or mysql -p.",
        "mysql -P 3306 -p shop && mysql -P3306 shop",
        "mysql -port 3306 --port=3306 --protocol=tcp",
        "ssh -p 22 host; ssh -p22 host; scp -P22 a b",
        "tar -p -xf a.tar && tar -xpf a.tar",
        "mysql is up && mkdir -p dir/path",
        "mkdir -p dir/path -port 80 -print -pid",
        "start mysql with docker run -p3306:3306 mysql",
        "curl -u anna https://x.invalid",
        "GET https://backboard.railway.com/project/7f3c2a10-5b7e-7d9c-8a11-0123456789ab/service/7f3c2a10-5b7e-7d9c-8a11-0123456789ac?id=7f3c2a10-5b7e-7d9c-8a11-0123456789ad",
        "GET /repos/acme/shop/hooks/12345678/deliveries/98765432101234567890",
        "GET /2.0/hooks/7f3c2a10-5b7e-7d9c-8a11-0123456789ab/deliveries",
        "POST /webhooks/github-webhook 202",
        "https://docs.example.org/webhooks/order-created-2026-11-30-v2",
        "/app/src/hooks/useAuthenticatedRouterWithCallback2.ts:12",
        "/assets/hooks/useRouterOfEverything3f2a1b9c4d5e6f70.js and .git/hooks/pre-commit",
        "https://api.telegram.org/ and https://hook.eu1.make.com/ and https://www.make.com/en/help",
        "https://github.com/acme/shop/commit/3d8287e1c0ffee00deadbeef0123456789abcdef",
        "use --password to set it; --token is required",
        "the option --api-key, and --secret.",
        "error: --password must not be empty",
        "--token-file /run/token --password-file=/run/pw",
        "https://slack.com/help and https://discord.com/channels/1/2",
        "see https://hooks.slack.com/ for hooks",
        "passed => 12, failed => 1",
        "<td>password</td><td>token</td>",
        "git@github.com:acme/shop.git and https://anna@example.org/x",
        "docker://registry-of-everything@sha256 and ssh://the-name-of-somebody@host",
        "key: value, keys => 3, monkey: 1",
        "at 12:30 user: anna",
        "npm_config_cache, pypi-server, hf_hub",
    ];

    [Fact]
    public void What_stands_beside_a_secret_stays()
    {
        Assert.Equal("error: mysql --password [redacted] -u root failed", redactor.Redact("error: mysql --password hunter2 -u root failed"));
        Assert.Equal("options {\"password\"=>\"[redacted]\", :api_key=>\"[redacted]\"} failed", redactor.Redact("options {\"password\"=>\"hunter2\", :api_key=>\"hunter2\"} failed"));
        Assert.Equal("curl -u deploy:[redacted] https://x.invalid failed", redactor.Redact("curl -u deploy:hunter2 https://x.invalid failed"));
        Assert.Equal("Authorization: Token [redacted] failed", redactor.Redact("Authorization: Token hunter2 failed"));
        Assert.Equal("Cookie: [redacted] failed", redactor.Redact("Cookie: session=hunter2; a=b failed"));
        Assert.Equal("https://hooks.slack.com/services/[redacted] failed", redactor.Redact("https://hooks.slack.com/services/T000/B000/hunter2 failed"));
        Assert.Equal("<password>[redacted]</password>", redactor.Redact("<password>hunter2</password>"));
        Assert.Equal("mysql -u root -p[redacted] shop failed", redactor.Redact("mysql -u root -p'hunter 2' shop failed"));
        Assert.Equal("https://api.telegram.org/bot[redacted]/sendMessage failed", redactor.Redact("https://api.telegram.org/bot1:hunter2/sendMessage failed"));
        Assert.Equal("POST /webhook/orders/[redacted]?x=1 404", redactor.Redact("POST /webhook/orders/7f3c2a10-5b7e-7d9c-8a11-0123456789ab?x=1 404"));
    }
}
