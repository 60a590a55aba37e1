namespace Steward.Operations.Causes;

/// <summary>
/// What logs say when something fails, in the words of node, Python, .NET, Go, Java, Rust, Docker, GitHub Actions, Railway
/// and the databases. The first rule that fits counts, so what is decisive stands before what only goes with it. The
/// mission's nine cases of trouble are among them.
/// </summary>
internal static class CauseRules
{
    /// <summary>Where no rule fits.</summary>
    public static Cause Unknown { get; } = new(CauseKind.Unknown, false,
        "The log does not say why in words that the rules know.", "Read the lines below; the whole log is at the provider.", []);

    private const string Variable = "(?-i:\\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\\b)";

    /// <summary>The rules in their order.</summary>
    public static IReadOnlyList<CauseRule> All { get; } =
    [
        new(CauseKind.RunnerLost, "The machine that ran the job went away.", "Run it again; nothing in the code caused it.",
            "lost communication with the server|runner has received a shutdown signal|hosted runner encountered an error") { IsTransient = true },

        new(CauseKind.OutOfMemory, "It needed more memory than it may have.", "Raise the memory limit, or find what grows: large results, caches without a bound, a leak since the last change.",
            @"out of memory|OutOfMemory(Error|Exception)|heap limit allocation failed|\bMemoryError\b|OOMKilled|oom-kill|cannot allocate memory|\bENOMEM\b|memory limit exceeded|exceeded (its |the )?memory limit|std::bad_alloc|ran out of memory"),

        new(CauseKind.DiskFull, "There is no room left on the disk.", "Free or enlarge the disk or volume; in CI remove what is not needed before the step.",
            @"no space left on device|\bENOSPC\b|disk (is )?full|disk quota exceeded|not enough space on the disk"),

        new(CauseKind.MissingVariable, "A variable or setting that it needs is not set.", "Set the variable that the lines name, for this environment, and deploy again.",
            @"\b(environment|env)\.? var(iable)?s?\b.{0,80}\b(not (set|found|defined|provided|configured)|missing|required|undefined|unset|empty|must be set)|"
            + @"\b(missing|required|undefined|unset|could not find)\b.{0,40}\b(environment|env) var(iable)?s?\b|missing required (config|configuration|setting)|"
            + @"KeyError: '(?-i:[A-Z][A-Z0-9_]{2,})'|unbound variable|parameter (null or )?not set|connection ?string .{0,60}(missing|was not found|is empty|is null)|"
            + @"ConnectionString property has not been initialized|validation errors? for \w{0,60}settings|process\.env\.\w{1,60}.{0,40}(undefined|missing|required|not set)|"
            + Variable + ".{0,30}(is not set|not set|is missing|is required|must be set|is undefined|is not defined|not provided)"),

        new(CauseKind.PortBinding, "It could not listen where it has to, or listens elsewhere.", "Listen on 0.0.0.0 and the port of the variable PORT, once, and see that nothing else holds that port.",
            @"\bEADDRINUSE\b|address already in use|failed to bind to address|port \d{1,5} is (already )?(in use|allocated)|port is already allocated|bind: |only one usage of each socket address|"
            + @"unable to bind|error binding to|\[Errno 98\]|application failed to respond|did(n't| not) bind|no open ports? detected"),

        new(CauseKind.MissingDependency, "A module, package or program that it needs is not there.", "Add what the lines name to the project and to its lock file, or to the image.",
            @"cannot find (module|package)|module not found|ModuleNotFoundError|no module named|\bImportError:|could not load file or assembly|no required module provides package|cannot load such file|"
            + @"error while loading shared libraries|MODULE_NOT_FOUND|npm (ERR!|error) (code )?(ERESOLVE|E404|404|ETARGET|ENOVERSIONS)|ERR_PNPM_(OUTDATED_LOCKFILE|NO_MATCHING)|`npm ci` can only install|"
            + @"unresolved import|can't find crate|ClassNotFoundException|NoClassDefFoundError|package \S{1,80} does not exist|: (command )?not found$|command not found|executable file not found|exit code 127\b"),

        new(CauseKind.CompileError, "The compiler or a linter does not accept the code.", "Mend what the lines name; an earlier commit still builds.",
            @"\berror (CS|TS|FS|BC|MSB|AD)\d{3,5}\b|error\[E\d{4}\]|could not compile|\bSyntaxError: |IndentationError|TabError|cannot find symbol|compilation (failed|error)|failed to compile|"
            + @"\.go:\d+:\d+: |undefined reference to|error: expected |parse error: syntax error|syntax error, unexpected|\.(c|cc|cpp|h|hpp|rs|java|kt|swift|scala):\[?\d+([:,]\d+)?\]?:? (fatal )?error|"
            + @"✖ [1-9]\d* problems?|found [1-9]\d* errors? in \d+ file|would reformat|: type error: |^type error: ",
            unless: @"\bJSON\b|is not valid JSON"),

        new(CauseKind.Database, "The database does not let it in, or is not as the code expects it.", "Check the address, name, user and password of the database for this environment, and whether its migrations ran.",
            @"password authentication failed|access denied for user|(database|role|relation) ""[^""]{1,80}"" does not exist|no pg_hba\.conf entry|unknown database|\bWRONGPASS\b|\bNOAUTH\b|no such table: "),

        new(CauseKind.Database, "The database does not answer.", "See whether it runs and has connections to spare, and whether its address is right for this environment.",
            @"(ECONNREFUSED|connection refused|could not connect|failed to connect|can't connect|connection to ).{0,120}(:(5432|3306|6379|27017|1433)\b|postgres|mysql|redis|mongo|database)|"
            + @"(postgres|mysql|redis|mongo|database|npgsql|psycopg|prisma|sequelize).{0,160}(ECONNREFUSED|connection refused|could not connect|failed to connect|can't reach|timed out)|"
            + @"the database system is (starting up|shutting down|in recovery)|SequelizeConnection\w{0,20}Error|MongoServerSelectionError|MongoNetworkError|server closed the connection unexpectedly|"
            + @"remaining connection slots|too many (clients|connections)|is the server running on (that )?host|communications link failure") { IsTransient = true },

        new(CauseKind.Webhook, "A webhook does not arrive, or is not accepted.", "Check that its address is the one in use, that what receives it is active, and that both sides have the same secret.",
            @"webhook.{0,120}(not registered|not found|\b404\b|invalid signature|signature (mismatch|verification failed|does not match)|failed|timed out)|(invalid|missing) (webhook )?signature|X-Hub-Signature"),

        new(CauseKind.Secrets, "Secrets or credentials could not be had.", "Check that the secret exists where the lines look for it, and that this workflow or service may read it.",
            @"secretmanager|secret manager.{0,80}(denied|403)|workload identity|ACTIONS_ID_TOKEN_REQUEST_URL|federated token|\binvalid_grant\b|input required and not supplied|could not (find|access|read) (the )?secret|"
            + @"secret \S{1,80} not found|unable to retrieve secret|bad credentials|unable to locate credentials|could not load the default credentials"),

        new(CauseKind.HealthCheck, "It runs and its health check fails.", "Look at what /health depends on first: the database, a variable, a start that takes longer than the check waits.",
            @"health ?check (failed|failure|timed out|did not)|never became healthy|continuing to retry|(readiness|liveness|startup) probe failed|/health\S{0,40}.{0,60}\b5\d\d\b") { IsEffect = true },

        new(CauseKind.TestFailure, "Tests ran and failed.", "Mend the code or the tests that the lines name; running the same again would most likely fail again.",
            @"^\s*FAIL\b|--- FAIL:|(tests?|test suites|suites):?\s+[1-9]\d* failed|=.{0,80}\b[1-9]\d* failed|\b[1-9]\d* (tests?|specs?|examples?|scenarios?) failed|\b[1-9]\d* (failing|failures?)\b|"
            + @"failed:\s+[1-9]\d*,|FAILED \((failures|errors)=|\bAssertionError\b|assertion failed|there are test failures|failures: [1-9]|test result: FAILED|=+ FAILURES =+|test run failed|\[FAIL\]|"
            + @"expect\(received\)|Assert\.\w+\(\) Failure"),

        new(CauseKind.RateLimit, "Somebody was asked too often and said so.", "Run it again later; where it happens often, ask less, use a cache or a mirror, or sign in to have a higher limit.",
            @"too many requests|\brate[ -]limit(ed|s|ing)?\b|toomanyrequests|(status|code|error|http)[^0-9]{0,12}\b429\b|\b429\b.{0,20}error|quota exceeded|ThrottlingException|RESOURCE_EXHAUSTED|overloaded_error") { IsTransient = true },

        new(CauseKind.Network, "A name was not found, or a connection broke or was refused.", "Run it again; where it stays, check the address and whether the other side is up.",
            @"\b(ENOTFOUND|EAI_AGAIN|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ECONNABORTED|EPIPE|ECONNREFUSED)\b|temporary failure in name resolution|name or service not known|could not resolve host|no such host|"
            + @"\bgetaddrinfo\b|TLS handshake timeout|connection (was )?(reset|refused|aborted|closed|timed out|broken)|reset by peer|socket hang up|network is unreachable|no route to host|i/o timeout|unexpected EOF|early EOF|"
            + @"RPC failed|\bNU1301\b|unable to load the service index|NewConnectionError|MaxRetryError|ConnectTimeoutError|ReadTimeoutError|SSL connection could not be established|SSL_(ERROR|connect)|Client\.Timeout exceeded|dial tcp|"
            + @"bad gateway|service (temporarily )?unavailable|gateway time-?out|unexpected HTTP status: 5\d\d|hash sum mismatch|remote name could not be resolved|failed to download") { IsTransient = true },

        new(CauseKind.MissingDependency, "The package manager could not find what the project asks for.", "Check the names and versions that the lines show, and that the registry has them.",
            @"no matching distribution found|could not find a version that satisfies|\bNU110[0-9]\b|unable to find package|could not resolve (all )?(dependencies|artifacts|files)|unable to resolve dependency") { IsEffect = true },

        new(CauseKind.BuildTimeout, "A build or a job took longer than it may.", "Run it again; where it stays, cache what is downloaded, build less, or raise the limit.",
            @"build (timed out|timeout|took too long|exceeded)|maximum (execution|build) time|the action .{1,120} has timed out|timed out after \d+ minutes|job .{0,60}(exceeded|timed out)") { IsTransient = true },

        new(CauseKind.StuckDeploying, "It was started and never became ready.", "See what it waits for at its start; then deploy it again or go back to the last good one.",
            @"deployment .{0,60}(timed out|taking (too|longer)|stuck)|progress deadline|container failed to start|timed out waiting for the condition|no healthy upstream") { IsEffect = true },

        new(CauseKind.Permission, "It may not do what it tried.", "Give the token, user or workflow the right that the lines name, and no more than that.",
            @"\bEACCES\b|\bEPERM\b|permission denied|operation not permitted|access (is |was )?denied|\bforbidden\b|not authorized|\bunauthorized\b|(status|code|error|http)[^0-9]{0,12}\b40[13]\b|"
            + @"resource not accessible by integration|insufficient (permissions|privileges|scopes?)|UnauthorizedAccessException|\bdenied: "),

        new(CauseKind.Timeout, "Something was not done in time.", "Run it again; where it stays, find out what is slow before a limit is raised.",
            @"\btime[d-]? ?out\b|deadline exceeded|TimeoutError|TimeoutException|took too long") { IsTransient = true },

        new(CauseKind.Killed, "A signal ended it.", "137 (SIGKILL) is most often the memory limit, 139 (SIGSEGV) a fault in native code, 143 (SIGTERM) a stop from outside.",
            @"\bexit(ed)?( with)?( code| status)?:? ?(13[0-9]|14[0-3])\b|\bSIG(KILL|SEGV|ABRT|TERM|BUS)\b|segmentation fault|core dumped|signal: (killed|segmentation|aborted|terminated|bus)|^killed$|(killed|terminated) by signal|illegal instruction") { IsEffect = true },
    ];
}
