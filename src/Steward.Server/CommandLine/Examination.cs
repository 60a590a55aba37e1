using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Steward.Agents;
using Steward.Agents.Browsing;
using Steward.Agents.Workshop;
using Steward.Connectors.Models;
using Steward.Governance;
using Steward.Governance.Policies;
using Steward.Platform.Storage;
using Steward.Sandboxing;
using Steward.Server.Startup;

namespace Steward.Server.CommandLine;

/// <summary>What the doctor looks at. Nothing is changed by it.</summary>
internal static class Examination
{
    private static readonly TimeSpan ClockDrift = TimeSpan.FromSeconds(5);

    /// <summary>Settings, data directory, SQLite, store, sandbox and policy, as a server started here would find them.</summary>
    public static async IAsyncEnumerable<Finding> OfMachineAsync(StewardStart start, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (configuration, finding) = Settings(start);
        yield return finding;
        if (configuration is null)
        {
            yield break;
        }

        var storage = configuration.GetSection("Storage").Get<StorageOptions>() ?? new StorageOptions();
        yield return DataDirectory(storage);
        if (storage.ConnectionString.Length == 0)
        {
            yield return SqliteLibrary();
        }

        yield return await StoreAsync(storage, cancellationToken);
        yield return await SandboxAsync(configuration.GetSection(SandboxOptions.Section).Get<SandboxOptions>() ?? new SandboxOptions());
        yield return Browser(configuration.GetSection(AgentsOptions.Section).Get<AgentsOptions>() ?? new AgentsOptions());
        yield return Finding.Ok("python", PythonProgram.OfThisMachine is { } python ? $"agents in Python run with {python.Program}" : "none in /usr/bin that agents could run with (3.9 or newer): they are in C# only");
        yield return Model(configuration.GetSection(ModelOptions.Section).Get<ModelOptions>() ?? new ModelOptions(), storage);
        yield return Policy(configuration.GetSection("Governance").Get<GovernanceOptions>() ?? new GovernanceOptions(), storage);
    }

    /// <summary>Reach, version, clock, key and audit log of the server.</summary>
    public static async IAsyncEnumerable<Finding> OfServerAsync(ServerClient server, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        JsonNode? health = null;
        Finding reach;
        try
        {
            health = await server.HealthAsync(cancellationToken);
            reach = health.Text("status") != "healthy" ? Finding.Fail("server", $"{server.Address} is {health.Text("status")}, its database {health.Text("database")}", "Look into the server's log.")
                : health.Text("version") != StewardHost.Version ? Finding.Warn("server", $"{server.Address} is version {health.Text("version")}, this command {StewardHost.Version}", "Use the server's own version of this command.")
                : Finding.Ok("server", $"{server.Address} is healthy, version {health.Text("version")}");
        }
        catch (CommandFailure failure)
        {
            // Before the first start there is none, and nothing is wrong with that; a named one should be there.
            reach = Environment.GetEnvironmentVariable(ServerClient.UrlVariable) is { Length: > 0 }
                ? Finding.Fail("server", failure.Message.Split('\n')[0], $"Start it, or correct {ServerClient.UrlVariable}.")
                : Finding.Warn("server", $"none answers at {server.Address}", $"Start one with 'steward up', or set {ServerClient.UrlVariable}.");
        }

        yield return reach;
        if (health is null)
        {
            yield break;
        }

        yield return Clock(health);
        var (mayRead, key) = await KeyAsync(server, cancellationToken);
        yield return key;
        if (mayRead)
        {
            yield return await AuditAsync(server, cancellationToken);
            yield return await WatchAsync(server, cancellationToken);
            yield return await AlertsAsync(server, cancellationToken);
        }
    }

    private static (IConfiguration? Configuration, Finding Finding) Settings(StewardStart start)
    {
        try
        {
            var configuration = SettingsReader.Read(start, Rooms.Settings);
            SettingsReader.OwnerKey(start);
            var file = Path.GetFullPath(start.ConfigFile ?? SettingsReader.DefaultFile);
            return (configuration, Finding.Ok("settings", File.Exists(file) ? $"{file} and the environment are sound" : "no settings file; defaults and the environment are sound"));
        }
        catch (SettingsException e)
        {
            return (null, Finding.Fail("settings", e.Message, "Correct what is named; the server does not start with it."));
        }
    }

    private static Finding DataDirectory(StorageOptions storage)
    {
        var directory = Path.GetFullPath(storage.DataDirectory);
        if (!Directory.Exists(directory))
        {
            return Finding.Ok("data", $"{directory} is not there yet; the first start makes it");
        }

        try
        {
            File.Create(Path.Combine(directory, $".doctor-{Environment.ProcessId}"), 1, FileOptions.DeleteOnClose).Dispose();
            return Finding.Ok("data", $"{directory} can be written to");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Finding.Fail("data", $"{directory} cannot be written to: {e.Message}", "Give it to the user who runs the server, or name another with --data.");
        }
    }

    private static Finding SqliteLibrary()
    {
        try
        {
            return Finding.Ok("sqlite", $"the system's SQLite is {OpenDatabase.SqliteVersion()}");
        }
        catch (StorageException e)
        {
            return Finding.Fail("sqlite", e.Message, "See above.");
        }
    }

    private static async Task<Finding> StoreAsync(StorageOptions storage, CancellationToken cancellationToken)
    {
        var directory = Path.GetFullPath(storage.DataDirectory);
        if (storage.ConnectionString.Length == 0 && !File.Exists(Path.Combine(directory, StorageOptions.SqliteFile)))
        {
            return Finding.Ok("store", "none yet; the first start makes it");
        }

        try
        {
            await using var database = storage.ConnectionString.Length == 0
                ? await OpenDatabase.ToReadAsync(directory, cancellationToken)
                : await new OpenDatabase(Options.Create(storage), TimeProvider.System).HandleAsync(cancellationToken);
            await database.CheckAsync(cancellationToken);
            return Finding.Ok("store", $"{database.Product} answers");
        }
        catch (Exception e) when (StoreTrouble.Is(e))
        {
            return Finding.Fail("store", e.Message, "The server cannot start without its store.");
        }
    }

    private static async Task<Finding> SandboxAsync(SandboxOptions options)
    {
        using var sandbox = new Sandbox(Options.Create(options), TimeProvider.System);
        var state = await sandbox.StateAsync();
        var found = $"{state.Text}: {string.Join(' ', state.Reasons)}";
        return state.Class switch
        {
            SandboxClass.Namespaces => Finding.Ok("sandbox", found),
            SandboxClass.Landlock => Finding.Ok("sandbox", $"{found} Weaker than namespaces: see docs/sandbox.md for what it does not stop."),
            SandboxClass.Refused => Finding.Warn("sandbox", found, "Agents are not run here. Install bubblewrap and util-linux, where namespaces are permitted; see docs/sandbox.md."),
            _ => Finding.Warn("sandbox", found, "Whoever writes an agent can do what the server's user can. See docs/sandbox.md."),
        };
    }

    private static Finding Browser(AgentsOptions options) => Chromium.Find(options) is { } program
        ? Finding.Ok("browser", $"{program}; it runs in boxes with namespaces only")
        : options.Browser.Length > 0 ? Finding.Warn("browser", $"there is no {options.Browser}", Chromium.Remedy)
        : Finding.Ok("browser", $"none, and agents that declare 'browser' cannot use it. {Chromium.Remedy}");

    private static Finding Model(ModelOptions options, StorageOptions storage)
    {
        try
        {
            var places = ModelReport.Places(options, new ModelPrices(Options.Create(options), Options.Create(storage)));
            return places.Count == 0 ? Finding.Ok("model", $"none, and nothing needs one. {ModelClient.NotSetUp}")
                : places.FirstOrDefault(place => !place.IsPriced) is { } dear ? Finding.Warn("model", $"{dear.Model} at {dear.Host} has no known price, so it is not asked while there are bounds in dollars", $"Put its price into {ModelPrices.FileName} in the data directory, or set Models:DollarsPerMillionIn and Models:DollarsPerMillionOut; see docs/models.md.")
                : Finding.Ok("model", string.Join(", ", places.DistinctBy(place => (place.Model, place.Host)).Select(place => $"{place.Model} at {place.Host}")));
        }
        catch (StorageException e)
        {
            return Finding.Fail("model", e.Message, "The server does not start with it.");
        }
    }

    private static Finding Policy(GovernanceOptions governance, StorageOptions storage)
    {
        var file = Path.GetFullPath(governance.PolicyFile is { Length: > 0 } named ? named : Path.Combine(storage.DataDirectory, "policy.yaml"));
        if (!File.Exists(file))
        {
            return Finding.Ok("policy", "none yet; the first start writes the default one");
        }

        try
        {
            var policy = PolicyReader.Read(File.ReadAllText(file));
            return policy.IsRefused
                ? Finding.Fail("policy", $"{file}: {policy.Refusal.Message}", "Correct it; until then the last good one stays in force, and a start is refused.")
                : Finding.Ok("policy", $"{file} is sound, version {policy.Value.Version}, {policy.Value.Rules.Count} rules");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Finding.Fail("policy", $"{file} cannot be read: {e.Message}", "Give it to the user who runs the server.");
        }
    }

    private static Finding Clock(JsonNode health)
    {
        if (!DateTimeOffset.TryParse(health.Text("timestamp"), System.Globalization.CultureInfo.InvariantCulture, out var theirs))
        {
            return Finding.Warn("clock", "the server does not tell its time", "Is it a Steward server?");
        }

        var drift = (TimeProvider.System.GetUtcNow() - theirs).Duration();
        return drift <= ClockDrift
            ? Finding.Ok("clock", "this machine and the server agree on the time")
            : Finding.Warn("clock", $"this machine and the server differ by {drift.TotalSeconds:0} s", "Let both keep their time by NTP: approvals and permits expire by the clock.");
    }

    private static async Task<(bool MayRead, Finding Finding)> KeyAsync(ServerClient server, CancellationToken cancellationToken)
    {
        if (!server.HasKey)
        {
            return (false, Finding.Warn("key", $"{ServerClient.KeyVariable} is not set", "Set it to a key of the server; its first start shows the owner's."));
        }

        try
        {
            var key = await server.GetAsync("api/keys/current", cancellationToken);
            var scopes = (key["scopes"] as JsonArray ?? []).Select(scope => scope?.ToString()).ToList();
            return (scopes.Contains(Kernel.Scopes.Read), Finding.Ok("key", $"{key.Text("actor")} may {string.Join(", ", scopes)}"));
        }
        catch (CommandFailure failure)
        {
            return (false, Finding.Fail("key", failure.Message, $"Set {ServerClient.KeyVariable} to a good key."));
        }
    }

    // What the loop said at the end of its last turn is the best witness of whether providers can be reached.
    private static async Task<Finding> WatchAsync(ServerClient server, CancellationToken cancellationToken)
    {
        try
        {
            var said = (await server.GetAsync("api/work?kind=operations.watch&limit=1", cancellationToken)).Items() is [var loop, ..] ? loop.Text("result") ?? "its first turn has not ended" : "it is not in the ledger";
            return WatchTrouble(said) ? Finding.Warn("watching", said, "Check the settings of the provider, its token and whether it is up; docs/settings.md lists them.") : Finding.Ok("watching", said);
        }
        catch (CommandFailure failure)
        {
            return Finding.Fail("watching", failure.Message, "Look into the server's log.");
        }
    }

    /// <summary>True when what the loop said of its last turn means that it could not see everything.</summary>
    internal static bool WatchTrouble(string said) =>
        said.Contains("no answer", StringComparison.Ordinal) || said.StartsWith("Nothing to watch", StringComparison.Ordinal) ||
        said.Contains("failed", StringComparison.Ordinal) || said.Contains("not in the ledger", StringComparison.Ordinal);

    private static async Task<Finding> AlertsAsync(ServerClient server, CancellationToken cancellationToken)
    {
        try
        {
            var channels = (await server.GetAsync("api/alerts/channels", cancellationToken)).Items();
            var on = channels.Where(channel => channel.Text("isConfigured") == "true").Select(channel => channel.Text("name")).ToList();
            return on.Count == 0
                ? Finding.Warn("alerts", "no channel is set up: nobody is told of trouble", $"Set {string.Join(", or ", channels.Select(channel => channel.Text("settings")))}; see docs/alerts.md.")
                : (await server.GetAsync("api/alerts?state=undelivered&limit=1", cancellationToken)).Items() is [var lost, ..]
                    ? Finding.Warn("alerts", $"an alert of {lost.Time("toldAt")} reached nobody: {lost.Text("because")}", "See: steward alerts list --state undelivered. Try the channels: steward alerts test.")
                    : Finding.Ok("alerts", $"they go to {string.Join(", ", on)}");
        }
        catch (CommandFailure failure)
        {
            return Finding.Fail("alerts", failure.Message, "Look into the server's log.");
        }
    }

    private static async Task<Finding> AuditAsync(ServerClient server, CancellationToken cancellationToken)
    {
        try
        {
            var last = (await server.GetAsync("api/audit?limit=1", cancellationToken)).Items() is [var row, ..] ? row : null;
            return Finding.Ok("audit", last is null ? "the log is empty" : $"the last row is {last.Text("seq")}:{last.Text("hash")}; note it elsewhere to verify against it");
        }
        catch (CommandFailure failure)
        {
            return Finding.Fail("audit", failure.Message, "Look into the server's log.");
        }
    }
}
