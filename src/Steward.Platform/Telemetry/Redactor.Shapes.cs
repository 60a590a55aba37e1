using System.Text.RegularExpressions;

namespace Steward.Platform.Telemetry;

// How secrets look. Whatever is repeated is bounded, or begins where nothing else of it can: a hostile line is read in one pass.
public sealed partial class Redactor
{
    // What a secret is called, at the end of a name: client_secret, accessToken, DB_PASSWORD.
    private const string SecretName =
        "pass(?:word|wd|phrase)?|pwd|secret(?:[_-]?key(?:[_-]?base)?)?|token|signature|(?:api|private|access|auth|account|encryption|signing)[_-]?key|credentials?";

    // What stands between a name and its value, in settings, JSON, YAML, Ruby and PHP.
    private const string Between = "(?>=>|:=|[:=])";

    // The schemes that are registered or widely used: what follows one is a secret whatever it looks like.
    private const string Scheme =
        "basic|bearer|token|digest|negotiate|ntlm|hoba|mutual|vapid|dpop|hawk|oauth|jwt|bot|api-?key|key|geniekey|splunk|sharedkey(?:lite)?|googlelogin|aws4-hmac-sha256|scram-sha-(?:1|256)";

    // Of what follows an unknown scheme, or stands without any, only what no word looks like.
    private const string NoWord = "(?=[^\\s\"'\\\\]{6})(?=[^\\s\"'\\\\]{0,200}[0-9_=+/]|[A-Za-z]{20})";

    // One of the values of a header: user="anna", or a word.
    private const string HeaderValue = "(?:[A-Za-z_-]{1,30}=\\\\?\"[^\"\\r\\n\\\\]*\\\\?\"|[^\\s\"'\\\\,]+)";

    // What people write about a flag: "use --password to set it".
    private const string WordsAboutFlags =
        "(?:a|an|and|are|argument|as|at|be|been|but|by|can|cannot|could|did|does|empty|expected|expects|expired|failed|flag|for|found|from|given|got|has|if|ignored|in|instead|invalid|is|isn|it|its|may|mismatch|missing|must|need|needs|not|now|of|on|only|option|or|parameter|provided|rejected|required|requires|set|should|specified|supplied|switch|that|the|this|to|use|used|using|value|via|was|when|which|will|with|without|wrong|you|your)(?![^\\s.,;:)\"'])";

    [GeneratedRegex(@"[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]", RegexOptions.CultureInvariant)]
    private static partial Regex LoneSurrogate();

    // scheme://user:password@ - up to the last @ before the path, because passwords hold @ as well. A long name with digits alone is a key.
    [GeneratedRegex(@"(\b[a-z][a-z0-9+.-]{1,20}://)(?:[^\s/:@]{0,128}:[^\s/]{1,256}|(?=[A-Za-z_-]{0,128}[0-9])[A-Za-z0-9_-]{20,128})@", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex UrlLogin();

    // Addresses at which anybody may post: their last part is the secret.
    [GeneratedRegex(@"(\b(?:hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)|discord(?:app)?\.com/api(?:/v\d{1,2})?/webhooks|webhook\.office\.com/webhookb2|outlook\.office(?:365)?\.com/webhook|hooks\.zapier\.com/hooks/(?:catch|standard)|hook(?:\.[a-z]{2}\d{1,2})?\.(?:make|integromat)\.com|maker\.ifttt\.com/trigger/[^/\s]{1,100}(?:/json)?/with/key)/|\bapi\.telegram\.org/(?:file/)?bot(?=\d{1,20}(?::|%3A))|[?&](?:amp;)?sig=(?![{$<]))(?!\[redacted\])(?:(?<=org/(?:file/)?bot)[^\s/]+|(?<![?&;]sig=)[^\s""'<>)\]\\]+|[^\s""'<>)\]\\&]+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex HookAddress();

    // And those of anybody else: below a part that says what they are, the first that looks drawn by lot. Below /hooks/ a UUID is
    // mostly the name of a hook in an API, below /webhook/ it is n8n's secret.
    [GeneratedRegex(@"(/(?:webhooks?(?:-test|-waiting)?(?:/[A-Za-z0-9._~-]{1,64}){0,3}?/(?=[0-9a-f]{8}-[0-9a-f]{4}-|[A-Za-z0-9_-]{0,64}[A-Za-z0-9]{16})|hooks?(?:/[A-Za-z0-9._~-]{1,64}){0,3}?/(?=[A-Za-z0-9_-]{0,64}[A-Za-z0-9]{16})))(?=[A-Za-z0-9_-]{0,128}[A-Za-z])(?=[A-Za-z_-]{0,64}[0-9][A-Za-z_-]{0,64}[0-9])[A-Za-z0-9_-]{20,256}(?:/[A-Za-z0-9_-]{16,256}){0,3}(?![A-Za-z0-9_.~-])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex HookPath();

    // Authorization: Token x, "Proxy-Authorization" => "Digest username=\"a\", response=\"b\"", -H 'authorization: Bearer x'.
    [GeneratedRegex($"""(authorization\\?["']?[ \t]*{Between}[ \t]*\\?["']?(?!(?:[A-Za-z][A-Za-z0-9_-]*[ \t]+)?\[redacted\])(?:(?:{Scheme})[ \t]+|[A-Za-z][A-Za-z0-9_-]*[ \t]+{NoWord}|{NoWord}))(?!\[redacted\]){HeaderValue}(?:,[ \t]*{HeaderValue})*""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AuthorizationHeader();

    // Cookie: a=b; c=d and Set-Cookie: a=b; Path=/, in quotes and without.
    [GeneratedRegex($"""(cookies?\\?["']?[ \t]*{Between}[ \t]*\\?["']?)(?!\[redacted\])[^\s=:;,"'\\]+=[^\s;"'\\]*(?:;[ \t]*[^\s=;"'\\]+(?:=[^\s;"'\\]*)?)*""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Cookies();

    // password: | and the line below it, in YAML.
    [GeneratedRegex($"""((?:{SecretName})["']?[ \t]*:[ \t]*[|>][+-]?[0-9]?[ \t]*\r?\n[ \t]+)(?!\[redacted\])[^\s][^\r\n]*""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NamedBlock();

    // password=..., "api_key": "...", TOKEN: ..., "secret" => "...", \"secret\":\"...\". In quotes up to the closing one, without up to the next separator.
    [GeneratedRegex($"""((?:{SecretName})\\*["']?\s*{Between}\s*(?:\\*["'])?)(?!\[redacted\]|[|>][+-]?[0-9]?[ \t]*\r?\n[ \t]+\[redacted\])(?:(?<=\\["'])[^"'\\]+|(?<=")(?:\\.|[^"\\])+|(?<=')(?:\\.|[^'\\])+|[^\s"',;&\\]+)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NamedSecret();

    // <password>...</password>
    [GeneratedRegex($"""(<[\w:.-]{"{0,40}?"}(?:{SecretName})>)(?!\[redacted\])[^<\r\n]+""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NamedElement();

    // --password hunter2, -token "x", and as two members of a list: "--api-key", "x". With = it is a name like any other.
    [GeneratedRegex($"""((?<![\w-])--?[a-z0-9_.-]{"{0,40}?"}(?:{SecretName})(?:[ \t]+|\\?["'],[ \t]*(?=\\?["'])))(?!\[redacted\]|-|{WordsAboutFlags})(?:\\"[^"\\\r\n]*(?:\\")?|"[^"\\\r\n]*(?:\\.[^"\\\r\n]*)*"?|'[^'\r\n]*'?|[^\s"',;]+)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NamedFlag();

    // curl -u user:password; a number and a number are a user and a group. docker login -p password, sshpass -p password. mysql
    // -ppassword without a gap: with one it is the name of a database, and a number and a number are ports of a container.
    [GeneratedRegex("""
        (?<keep>(?<![\w-])(?:-u|--(?:proxy-)?user)(?:[ \t]+|=|\\?["'],[ \t]*(?=\\?["']))(?:"[^\s":]*:|'[^\s':]*:|(?!-|\d+:\d+(?!\S))[^\s:"'/]*:(?!//)))(?!\[redacted\])(?:(?<="[^\s":]{0,128}:)[^"\r\n]+|(?<='[^\s':]{0,128}:)[^'\r\n]+|[^\s"']+)|
        (?<keep>\b(?:(?:docker|podman|buildah|skopeo|registry)[ \t]login\b[^\r\n]{0,200}?[ \t]|sshpass[ \t]+)-p[ \t]*)(?!\[redacted\])[^\s-][^\s]*|
        (?<keep>\b(?:mysql|mariadb)[a-z_-]{0,20}(?=[\s"'])[^\r\n|;&]{0,200}?[\s"'](?-i:-p)(?!ort\b|rotocol\b|id\b|[\d.:]*\d:\d))(?!\[redacted\])(?:"[^"\r\n]+"?|'[^'\r\n]+'?|(?![`,;.:)\]])[^\s"']+)
        """, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex LoginFlag();

    [GeneratedRegex($"(?:{SecretName}|authorization|cookie)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretMember();

    // "Basic authentication" is English: what follows Basic holds a capital, a digit or a sign.
    [GeneratedRegex(@"(\b(?:bearer\s+|basic\s+(?=\S*(?-i:[A-Z0-9+/=]))))[A-Za-z0-9._~+/=-]{8,}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Bearer();

    // GitHub (ghp_, gho_, ghs_, github_pat_), GitLab (glpat- and its kin), OpenAI and Anthropic (sk-), Stripe (sk_live_, whsec_), Slack (xox, xapp),
    // AWS (AKIA, ASIA), Google (AIza), SendGrid (SG.), Telegram bots (also behind "/bot"), npm, PyPI, Hugging Face, DigitalOcean, Grafana,
    // JSON web tokens, Steward's own keys.
    [GeneratedRegex(@"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|gl(?:pat|dt|rt|ptt|cbt|oas|soat|ft|imt|agent)-[A-Za-z0-9_-]{16,}|sk-[A-Za-z0-9_-]{16,}|[sr]k_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{16,}|xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}|A[KS]IA[0-9A-Z]{16}|AIza[A-Za-z0-9_-]{35}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|(?:bot)?\d{8,10}:AA[A-Za-z0-9_-]{30,}|npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{30,}|hf_[A-Za-z0-9]{30,}|do[opr]_v1_[a-f0-9]{40,}|glsa_[A-Za-z0-9_]{30,}|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}|stw_[A-Za-z0-9_-]{20,})", RegexOptions.CultureInvariant)]
    private static partial Regex KnownShape();

    // To its end, or to the end of the text: half a key is a secret, too.
    [GeneratedRegex(@"-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----|\z)", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex PrivateKey();
}
