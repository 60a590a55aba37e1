using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Steward.Kernel;

namespace Steward.Server.CommandLine;

/// <summary><c>steward agents</c>: make, look at, run, change and delete agents.</summary>
internal static class AgentCommands
{
    public static Command Build() => new("agents", "Agents: small programs that run on time, in a sandbox")
    {
        Lists.Command("list", "Agents, newest first", "api/agents", [("state", new Option<string?>("--state") { Description = "Only those of one state: active, paused, disabled" })],
            "There is no agent yet. Make one: steward agents create --template uptime --set url=https://example.org",
            ("name", agent => agent.Text("name")), ("state", agent => agent.Text("state")), ("version", agent => agent.Text("version")), ("runs", agent => agent.Text("runs")), ("template", agent => agent.Text("template"))),
        Lists.Command("templates", "The agents that come with Steward", "api/agents/templates", [], "There are none.",
            ("name", template => template.Text("name")),
            ("does", template => template.Text("purpose")),
            ("settings", template => string.Join(", ", template!["settings"]!.AsObject().Select(setting => setting.Value?["default"] is null ? $"{setting.Key} (needed)" : setting.Key)))),
        Create(),
        Test(),
        Show(),
        Run(),
        Rewrite("edit", "Have a model write another version of an agent, that does what you say"),
        Rewrite("repair", "Have a model mend an agent that keeps failing, from its log"),
        AgentVersionCommands.Update(),
        AgentVersionCommands.List(),
        AgentVersionCommands.RollBack(),
        AgentDiffCommand.Build(),
        AgentGalleryCommand.Build(),
        AgentShareCommands.Export(),
        AgentShareCommands.Import(),
        AgentShareCommands.Signer(),
        AgentHookCommand.Build(),
        AgentAccountCommands.Logs(),
        AgentAccountCommands.Usage(),
        AgentAccountCommands.Skips(),
        Change("pause", "Let an agent rest until it is resumed; runs that wait are skipped, one that goes on comes to its end", HttpMethod.Post, "/pause", "rests"),
        Change("disable", "Let an agent run only when somebody asks for it", HttpMethod.Post, "/disable", "runs only when it is asked to"),
        Change("resume", "Let an agent run again", HttpMethod.Post, "/resume", "runs again"),
        Change("delete", "Delete an agent with its runs, its memory and its versions", HttpMethod.Delete, "", "is deleted"),
    };

    internal static readonly Option<string?> Cron = new("--cron") { Description = "When it runs, in place of what it declares: '*/10 * * * *', with six fields seconds come first, @hourly" };
    internal static readonly Option<string?> Every = new("--every") { Description = "Or how often: 00:10:00", HelpName = "TIME" };
    internal static readonly Option<string?> Zone = new("--zone") { Description = "The time zone of --cron: Europe/Berlin" };

    /// <summary>The schedule that the options ask for; null where none does.</summary>
    internal static JsonObject? Schedule(Talk talk)
    {
        var schedule = new JsonObject();
        foreach (var (member, value) in new[] { ("cron", talk.Value(Cron)), ("every", talk.Value(Every)), ("zone", talk.Value(Zone)) })
        {
            if (value is not null)
            {
                schedule[member] = value;
            }
        }

        return schedule.Count == 0 ? null : schedule;
    }

    /// <summary>What a schedule says of when; null without one.</summary>
    internal static string? When(JsonNode? schedule) => schedule.Text("cron") ?? schedule.Text("every") ?? schedule.Text("at");

    private static bool HasPassed(JsonNode? schedule) => DateTimeOffset.TryParse(schedule.Text("at"), CultureInfo.InvariantCulture, out var at) && at < TimeProvider.System.GetUtcNow();

    internal static Argument<string> Name() => new("agent") { Description = "The agent's name or id" };

    // As it is sent, with room for the rest of the request: the server takes one of a megabyte.
    private const int LongestFile = 900_000;

    private static Command Test()
    {
        Argument<string> file = new("file") { Description = "A file of C# or, by its ending .py, of Python", HelpName = "FILE" };
        return new Command("test", "Compile an agent and run its tests; nothing is kept") { file }.Does(async talk =>
        {
            var tried = await talk.SendAsync(HttpMethod.Post, "api/agents/test", new JsonObject { ["source"] = await ReadAsync(talk.Value(file), talk.Cancellation), ["language"] = Language(talk.Value(file)) });
            talk.Output.Show(tried, () =>
            {
                foreach (var test in tried["tests"]?.AsArray() ?? [])
                {
                    talk.Output.Line($"passed  {test.Text("name")}");
                }

                talk.Output.Line($"It compiles, and {tried["tests"]?.AsArray().Count ?? 0} tests pass: {tried["declaration"].Text("purpose")}");
            });
            return ExitCodes.Ok;
        });
    }

    private static Command Create()
    {
        Option<string?> template = new("--template") { Description = "Make it from one of 'steward agents templates'" };
        Option<string?> file = new("--file") { Description = "Make it from a file of C# or, by its ending .py, of Python", HelpName = "FILE" };
        Option<string?> name = new("--name") { Description = "Its name; without it that of the template or the file" };
        Option<string[]> set = new("--set") { Description = "The value of a setting: --set url=https://example.org; of a list: --set agents=one,two", HelpName = "NAME=VALUE", AllowMultipleArgumentsPerToken = false };
        Argument<string?> description = new("description") { Description = "What it is to do, in any language: a model plans, writes and mends it, code checks and tests it", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> planOnly = new("--plan-only") { Description = "With a description: show the plan and stop" };
        Option<bool> yes = new("--yes") { Description = "With a description: publish without another question what only reads, where the policy allows it" };
        return new Command("create", "Make an agent: compiled, tested, checked and scheduled, or nothing at all") { description, template, file, name, set, Cron, Every, Zone, planOnly, yes, BuildCommands.Detach }.Does(async talk =>
        {
            if (talk.Value(description) is { } words)
            {
                var build = await talk.SendAsync(HttpMethod.Post, "api/agents", new JsonObject
                {
                    ["description"] = words, ["name"] = talk.Value(name), ["template"] = talk.Value(template), ["planOnly"] = talk.Value(planOnly), ["yes"] = talk.Value(yes), ["schedule"] = Schedule(talk),
                });
                return await BuildCommands.FollowAsync(talk, build.Text("id")!);
            }

            var (path, from) = (talk.Value(file), talk.Value(template));
            var wish = new JsonObject
            {
                ["name"] = talk.Value(name) ?? (path is null ? null : Path.GetFileNameWithoutExtension(path)),
                ["template"] = from,
                ["source"] = path is null ? null : await ReadAsync(path, talk.Cancellation),
                ["language"] = Language(path),
                ["set"] = Settings(talk.Value(set) ?? []),
                ["schedule"] = Schedule(talk),
            };
            var agent = await talk.SendAsync(HttpMethod.Post, "api/agents", wish);
            talk.Output.Show(agent, () =>
            {
                talk.Output.Line($"{agent.Text("name")} is made, version {agent.Text("version")}.");
                talk.Output.Line($"Run it now: steward agents run {agent.Text("name")}");
            });
            return ExitCodes.Ok;
        });
    }

    private static Command Show()
    {
        var name = Name();
        Option<bool> code = new("--code") { Description = "Print its source, too" };
        return new Command("show", "An agent, what it is for and what it may use") { name, code }.Does(async talk =>
        {
            var detail = await talk.GetAsync($"api/agents/{Uri.EscapeDataString(talk.Value(name))}{(talk.Value(code) ? "?code=true" : "")}");
            talk.Output.Show(detail, () =>
            {
                var (agent, declaration) = (detail["agent"], detail["declaration"]);
                talk.Output.Line($"{agent.Text("name")}: {declaration.Text("purpose")}");
                talk.Output.Line($"  state     {agent.Text("state")}, version {agent.Text("version")}, {agent.Text("runs")} runs");
                var schedule = agent?["schedule"] ?? declaration?["schedule"];
                talk.Output.Line($"  schedule  {When(schedule) ?? "none: it runs when it is asked to"}{(detail.Time("nextRunAt") is { } next ? $", next at {next}" : HasPassed(schedule) ? ", which has passed" : "")}");
                talk.Output.Line($"  after     {string.Join(", ", declaration?["after"]?.AsArray().Select(other => other?.ToString()) ?? [])}");
                talk.Output.Line($"  webhook   {(detail.Text("hasHook") == "true" ? "yes: steward agents hook gives it another address" : "none")}");
                talk.Output.Line($"  tools     {string.Join(", ", declaration?["tools"]?["names"]?.AsArray().Select(tool => tool?.ToString()) ?? [])}");
                talk.Output.Line($"  hosts     {string.Join(", ", declaration?["tools"]?["hosts"]?.AsArray().Select(host => host?.ToString()) ?? [])}");
                if (declaration?["tools"]?["paths"]?.AsArray() is { Count: > 0 } paths)
                {
                    talk.Output.Line($"  paths     {string.Join(", ", paths.Select(path => path?.ToString()))}");
                }

                if (detail.Text("source") is { } source)
                {
                    talk.Output.Line(source);
                }
            });
            return ExitCodes.Ok;
        });
    }

    private static Command Run()
    {
        var name = Name();
        Option<bool> detach = new("--detach") { Description = "Do not wait for its end" };
        return new Command("run", "Run an agent now, show what it says, and wait for its end") { name, detach }.Does(async talk =>
        {
            var accepted = await talk.SendAsync(HttpMethod.Post, $"api/agents/{Uri.EscapeDataString(talk.Value(name))}/execute", []);
            return talk.Value(detach) ? RunCommands.Accepted(talk, accepted) : await RunCommands.FollowAsync(talk, accepted.Text("id")!);
        });
    }

    private static Command Rewrite(string verb, string about)
    {
        var name = Name();
        Argument<string?> description = new("description") { Description = "What is to be different, in any language", Arity = verb == "edit" ? ArgumentArity.ExactlyOne : ArgumentArity.ZeroOrOne };
        Option<bool> planOnly = new("--plan-only") { Description = "Show the plan and stop" };
        Option<bool> yes = new("--yes") { Description = "Publish without another question what only reads, where the policy allows it" };
        return new Command(verb, about) { name, description, planOnly, yes, BuildCommands.Detach }.Does(async talk =>
        {
            var build = await talk.SendAsync(HttpMethod.Post, $"api/agents/{Uri.EscapeDataString(talk.Value(name))}/{verb}",
                new JsonObject { ["description"] = talk.Value(description), ["planOnly"] = talk.Value(planOnly), ["yes"] = talk.Value(yes) });
            return await BuildCommands.FollowAsync(talk, build.Text("id")!);
        });
    }

    private static Command Change(string verb, string description, HttpMethod method, string path, string done)
    {
        var name = Name();
        return new Command(verb, description) { name }.Does(async talk =>
        {
            var agent = await talk.SendAsync(method, $"api/agents/{Uri.EscapeDataString(talk.Value(name))}{path}");
            talk.Output.Show(agent, () => talk.Output.Line($"{agent.Text("name")} {done}."));
            return ExitCodes.Ok;
        });
    }

    // As text: the server knows their types.
    internal static JsonObject Settings(string[] pairs)
    {
        var settings = new JsonObject();
        foreach (var pair in pairs)
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            if (at < 1)
            {
                throw new CommandFailure(ExitCodes.Usage, $"'{pair}' is not NAME=VALUE.");
            }

            settings[pair[..at]] = pair[(at + 1)..];
        }

        return settings;
    }

    /// <summary>What a source file is written in, by its name.</summary>
    internal static string Language(string? path) => path?.EndsWith(".py", StringComparison.Ordinal) == true ? "python" : "csharp";

    /// <summary>The text of a source file.</summary>
    internal static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > LongestFile } large)
            {
                throw TooLarge(path, large.Length);
            }

            var text = await File.ReadAllTextAsync(path, cancellationToken);
            var size = Encoding.UTF8.GetByteCount(Json.Write(text));
            return size > LongestFile ? throw TooLarge(path, size) : text;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCodes.Usage, $"{path} cannot be read: {e.Message}");
        }
    }

    private static CommandFailure TooLarge(string path, long size) =>
        new(ExitCodes.Usage, $"{path} takes {size} bytes to send; an agent's source may take {LongestFile} (quotes, backslashes and ends of lines count twice). Keep data out of it.");
}
