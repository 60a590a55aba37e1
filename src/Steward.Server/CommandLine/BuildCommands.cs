using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Steward.Kernel;

namespace Steward.Server.CommandLine;

/// <summary><c>steward builds</c>: agents in the making, and what people do to them.</summary>
internal static class BuildCommands
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    private static readonly string[] Reaches = ["hosts", "channels", "names"];

    /// <summary>Do not wait for the end.</summary>
    internal static readonly Option<bool> Detach = new("--detach") { Description = "Do not wait for the end" };

    public static Command Build() => new("builds", "Agents in the making: what a model plans, writes and mends, and what code finds out about it")
    {
        Lists.Command("list", "Builds, newest first", "api/builds", [("state", new Option<string?>("--state") { Description = "Only those of one state: understanding, asking, writing, checking, repairing, publishing, planned, published, refused, failed, cancelled" }), ("agent", new Option<string?>("--agent") { Description = "Only those of one agent" })],
            "Nothing was built yet. Try: steward agents create \"tell me when https://example.org changes\"",
            ("id", build => build.Text("id")), ("name", build => build.Text("name")), ("state", build => build.Text("state")), ("wish", build => Short(build.Text("wish"))), ("round", build => build.Text("round")), ("cost", Cost), ("note", build => Short(build.Text("note")))),
        Show(),
        Answer(),
        Change("cancel", "Call a build off; what was published stays"),
        Change("resume", "Take a build up again that failed, was refused or only planned, where it stood"),
    };

    /// <summary>Shows what happens to a build to its end, or to where it waits for a person.</summary>
    public static async Task<int> FollowAsync(Talk talk, string id)
    {
        if (talk.Value(Detach))
        {
            var accepted = await talk.GetAsync($"api/builds/{id}");
            talk.Output.Show(accepted["build"], () => talk.Output.Line($"It is on its way: steward builds show {id}"));
            return ExitCodes.Ok;
        }

        var (after, waited) = (0, "");
        while (true)
        {
            // In this order: what was said before its end is there when its end is seen.
            var detail = await talk.FollowAsync($"api/builds/{id}");
            var build = detail["build"];
            foreach (var one in (await talk.FollowAsync($"api/builds/{id}/events?after={after.ToString(CultureInfo.InvariantCulture)}")).Items())
            {
                after = (int)one!["seq"]!;
                talk.Output.Line($"{one.Text("state"),-13} {one.Text("text")}");
            }

            if (build.Text("closedAt") is not null)
            {
                talk.Output.Show(detail, () => End(talk, detail));
                return build.Text("state") is "published" or "planned" ? ExitCodes.Ok : ExitCodes.Failed;
            }

            if (build.Text("state") == "asking")
            {
                talk.Output.Show(detail, () => talk.Output.Line($"Answer it: steward builds answer {id} \"...\""));
                return ExitCodes.Ok;
            }

            if (build.Text("note") is { } note && note != waited)
            {
                waited = note;
                talk.Output.Line($"{build.Text("state"),-13} {note}");
                if (build.Text("state") == "publishing")
                {
                    await AskedAsync(talk, id, detail);
                    return ExitCodes.Ok;
                }
            }

            await Task.Delay(Look, TimeProvider.System, talk.Cancellation);
        }
    }

    // What the person sees who decides.
    private static async Task AskedAsync(Talk talk, string id, JsonNode detail)
    {
        var waiting = (await talk.GetAsync("api/approvals?state=pending&limit=200")).Items().FirstOrDefault(one => one.Text("correlationId") == id);
        talk.Output.Show(detail, () =>
        {
            foreach (var line in waiting?["evidence"]?.AsArray() ?? [])
            {
                talk.Output.Line($"  {line}");
            }

            talk.Output.Line(waiting is null ? $"See: steward builds show {id}" : $"It runs when you say so: steward approvals approve {waiting.Text("id")} --reason \"looks right\"");
        });
    }

    private static Command Show()
    {
        Argument<Guid> id = new("id") { Description = "The build" };
        Option<bool> code = new("--code") { Description = "Print what was written, too" };
        return new Command("show", "One build: its plan, what happened, and what each version came to") { id, code }.Does(async talk =>
        {
            var detail = await talk.GetAsync($"api/builds/{talk.Value(id)}{(talk.Value(code) ? "?code=true" : "")}");
            talk.Output.Show(detail, () =>
            {
                var build = detail["build"];
                talk.Output.Line($"{build.Text("name") ?? "(no name yet)"}: {build.Text("wish")}");
                talk.Output.Line($"  state   {build.Text("state")}: {build.Text("note")}");
                talk.Output.Line($"  asked   {string.Join(", ", build?["models"]?.AsArray().Select(model => model?.ToString()) ?? [])}; {build.Text("tokensIn")} tokens in, {build.Text("tokensOut")} out; {Cost(build)}");
                Plan(talk, build?["blueprint"]);
                foreach (var one in detail["events"]?.AsArray() ?? [])
                {
                    talk.Output.Line($"  {one.Time("at")}  {one.Text("state"),-13} {one.Text("text")}");
                }

                if (detail["change"] is { } change)
                {
                    talk.Output.Line($"  changes version {change.Text("from")}: {change.Text("added")} lines come, {change.Text("removed")} go{string.Concat(change["changes"]?.AsArray().Select(one => $"; it {one.Text("text")}") ?? [])}");
                    foreach (var line in change.Text("diff")?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [])
                    {
                        talk.Output.Line(line);
                    }
                }

                foreach (var round in detail["rounds"]?.AsArray() ?? [])
                {
                    talk.Output.Line($"  version {round.Text("round")} by {round.Text("model")}: {(round?["findings"] is JsonArray findings ? findings.Count == 0 ? "holds" : $"{findings.Count} findings" : "not checked yet")}{string.Concat(round?["took"]?.AsObject().Select(stage => $", {stage.Key} {stage.Value} ms") ?? [])}");
                    foreach (var finding in round?["findings"]?.AsArray() ?? [])
                    {
                        talk.Output.Line($"    [{finding.Text("stage")}] {(finding.Text("line") is { } line ? $"line {line}: " : "")}{finding.Text("text")}");
                    }

                    foreach (var line in (talk.Value(code) ? round.Text("source") : null)?.Split('\n') ?? [])
                    {
                        talk.Output.Line(line);
                    }
                }
            });
            return ExitCodes.Ok;
        });
    }

    private static Command Answer()
    {
        Argument<Guid> id = new("id") { Description = "The build" };
        Argument<string> answer = new("answer") { Description = "The answer, in any language" };
        return new Command("answer", "Answer what a build asks, and see it through") { id, answer, Detach }.Does(async talk =>
        {
            await talk.SendAsync(HttpMethod.Post, $"api/builds/{talk.Value(id)}/answer", new JsonObject { ["answer"] = talk.Value(answer) });
            return await FollowAsync(talk, talk.Value(id).ToString());
        });
    }

    private static Command Change(string verb, string about)
    {
        Argument<Guid> id = new("id") { Description = "The build" };
        return new Command(verb, about) { id, Detach }.Does(async talk =>
        {
            var build = await talk.SendAsync(HttpMethod.Post, $"api/builds/{talk.Value(id)}/{verb}");
            return build.Text("closedAt") is null ? await FollowAsync(talk, talk.Value(id).ToString()) : Told(talk, build);
        });
    }

    private static int Told(Talk talk, JsonNode build)
    {
        talk.Output.Show(build, () => talk.Output.Line($"{build.Text("state")}: {build.Text("note")}"));
        return ExitCodes.Ok;
    }

    private static void End(Talk talk, JsonNode detail)
    {
        var build = detail["build"];
        if (build.Text("state") == "planned")
        {
            Plan(talk, build?["blueprint"]);
            talk.Output.Line($"Have it made: steward builds resume {build.Text("id")}");
        }

        talk.Output.Line($"{string.Join(", ", build?["models"]?.AsArray().Select(model => model?.ToString()) ?? [])}: {build.Text("tokensIn")} tokens in, {build.Text("tokensOut")} out; {Cost(build)}");
        if (build.Text("state") == "published")
        {
            talk.Output.Line($"Run it now: steward agents run {build.Text("name")}");
        }
    }

    private static void Plan(Talk talk, JsonNode? plan)
    {
        if (plan is null)
        {
            return;
        }

        var schedule = plan["schedule"];
        talk.Output.Line($"  plan    {plan.Text("purpose")}");
        var after = string.Concat(plan["after"]?.AsArray().Select(name => $", after {name}") ?? []);
        talk.Output.Line($"  runs    {schedule.Text("cron") ?? schedule.Text("every") ?? schedule.Text("at") ?? "when it is asked to"}{(schedule.Text("zone") is { } zone ? $" ({zone})" : "")}{after}");
        foreach (var tool in plan["tools"]?.AsArray() ?? [])
        {
            var reach = string.Join(", ", Reaches.SelectMany(list => tool?[list]?.AsArray() ?? []).Select(one => one?.ToString()));
            talk.Output.Line($"  uses    {tool.Text("name")}{(reach.Length > 0 ? $" ({reach})" : "")}: {tool.Text("why")}");
        }

        foreach (var setting in plan["settings"]?.AsArray() ?? [])
        {
            talk.Output.Line($"  set     {setting.Text("name")} = {setting?["value"]?.ToJsonString(Kernel.Json.Options)}: {setting.Text("about")}");
        }

        talk.Output.Line($"  tells   {plan.Text("sends")}");
        if (plan.Text("say") is { } say)
        {
            talk.Output.Line($"  says    {say}");
        }

        foreach (var assumption in plan["assumes"]?.AsArray() ?? [])
        {
            talk.Output.Line($"  assumes {assumption}");
        }
    }

    private static string Cost(JsonNode? build) => build?["dollars"] is { } dollars ? string.Create(CultureInfo.InvariantCulture, $"{(double)dollars:0.0000} dollars") : "cost unknown";

    private static string? Short(string? text) => text?.Cut(60, "...");
}
