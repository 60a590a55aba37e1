using System.CommandLine;
using System.Text.Json.Nodes;
using Steward.Kernel;

namespace Steward.Server.CommandLine;

/// <summary><c>steward runs</c>: what agents did.</summary>
internal static class RunCommands
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    /// <summary>Whether a log is followed until its run has ended.</summary>
    public static Option<bool> Follow { get; } = new("--follow") { Description = "Go on until the run has ended, and say how it did" };

    public static Command Build()
    {
        Argument<Guid> run = new("run") { Description = "The run's id" };
        return new Command("runs", "The runs of agents")
        {
            Lists.Command("list", "Runs, newest first", "api/tasks", [("state", new Option<string?>("--state") { Description = "Only those of one state: queued, running, succeeded, failed, timedOut, outOfMemory, outOfProcessorTime, refused, lost, cancelled, skipped" }), ("agent", new Option<string?>("--agent") { Description = "Only those of one agent" }), ("trigger", new Option<string?>("--trigger") { Description = "Only those of one trigger: schedule, hand, webhook, agent" })], "Nothing ran yet.",
                ("id", one => one.Text("id")), ("agent", one => one.Text("agent")), ("number", one => one.Text("number")), ("state", one => one?["queue"] is { } queue ? $"{one.Text("state")} ({queue.Text("place")}.)" : one.Text("state")), ("trigger", one => one.Text("trigger")), ("started", one => one.Time("startedAt")), ("result", one => Short(one?["queue"].Text("reason") ?? one.Text("text")))),
            new Command("show", "One run") { run }.Does(async talk =>
            {
                var one = await talk.GetAsync($"api/tasks/{talk.Value(run)}");
                talk.Output.Show(one, () =>
                {
                    talk.Output.Line($"run {one.Text("number")}, version {one.Text("version")}, {one.Text("state")} at attempt {one.Text("attempt")}: {one.Text("text")}\n  {one.Text("calls")} calls of tools; held by {one.Text("sandbox")}");
                    if (one["queue"] is { } queue)
                    {
                        talk.Output.Line($"  waits, place {queue.Text("place")}: {queue.Text("reason")}");
                    }

                    foreach (var attempt in one["attempts"]?.AsArray() ?? [])
                    {
                        talk.Output.Line($"  attempt {attempt.Text("attempt")}  {attempt.Time("startedAt")}  {attempt.Text("state")}: {attempt.Text("text")}");
                    }
                });
                return ExitCodes.Ok;
            }),
            new Command("logs", "What a run said") { run, Follow }.Does(talk => LogsAsync(talk, talk.Value(run).ToString())),
            new Command("cancel", "Call a run off: one that waits never begins, one that goes on is killed") { run }.Does(async talk =>
            {
                await talk.SendAsync(HttpMethod.Post, $"api/tasks/{talk.Value(run)}/cancel");
                return await EndAsync(talk, talk.Value(run));
            }),
            new Command("retry", "Run again what failed for good") { run }.Does(async talk =>
            {
                await talk.SendAsync(HttpMethod.Post, $"api/tasks/{talk.Value(run)}/retry");
                return await FollowAsync(talk, talk.Value(run).ToString());
            }),
        };
    }

    /// <summary>Shows what a run said until now; to its end where that is followed.</summary>
    public static async Task<int> LogsAsync(Talk talk, string id)
    {
        if (talk.Value(Follow))
        {
            return await FollowAsync(talk, id);
        }

        var all = new JsonArray();
        for (string? after = "0"; after is not null;)
        {
            var page = await talk.GetAsync($"api/tasks/{id}/logs?after={after}");
            Print(talk, page.Items());
            after = page.Text("next");
            foreach (var line in talk.Output.IsJson ? page.Items() : [])
            {
                all.Add(line?.DeepClone());
            }
        }

        talk.Output.Show(new JsonObject { ["items"] = all, ["next"] = null }, () => { });
        return ExitCodes.Ok;
    }

    // Whether it was called off in time is known when it has ended.
    private static async Task<int> EndAsync(Talk talk, Guid id)
    {
        while (true)
        {
            var run = await talk.FollowAsync($"api/tasks/{id}");
            if (run.Text("state") is not ("queued" or "running"))
            {
                talk.Output.Show(run, () => talk.Output.Line($"{run.Text("state")}: {run.Text("text")}"));
                return run.Text("state") == "cancelled" ? ExitCodes.Ok : ExitCodes.Failed;
            }

            await Task.Delay(Look, TimeProvider.System, talk.Cancellation);
        }
    }

    /// <summary>Says that a run was accepted.</summary>
    public static int Accepted(Talk talk, JsonNode run)
    {
        talk.Output.Show(run, () => talk.Output.Line($"It is on its way: steward runs show {run.Text("id")}"));
        return ExitCodes.Ok;
    }

    /// <summary>Shows what a run says to its end, and how it ended.</summary>
    public static async Task<int> FollowAsync(Talk talk, string id)
    {
        var after = 0;
        while (true)
        {
            // In this order: what it said before its end is there when its end is seen.
            var run = await talk.FollowAsync($"api/tasks/{id}");
            var lines = (await talk.FollowAsync($"api/tasks/{id}/logs?after={after}")).Items();
            Print(talk, lines);
            after += lines.Count;
            if (lines.Count == 0 && run.Text("state") is not ("queued" or "running"))
            {
                talk.Output.Show(run, () => talk.Output.Line($"{run.Text("state")}: {run.Text("text")}"));
                return run.Text("state") == "succeeded" ? ExitCodes.Ok : ExitCodes.Failed;
            }

            // What is there already is not waited for.
            await Task.Delay(lines.Count == 0 ? Look : TimeSpan.Zero, TimeProvider.System, talk.Cancellation);
        }
    }

    // A result may be long, and the whole of it is in 'show' and with --json.
    private static string? Short(string? text)
    {
        const int Longest = 100;
        var line = text?.Split('\n')[0].TrimEnd();
        return line?.Length > Longest ? line.Cut(Longest, " ...")
            : line?.Length < text?.TrimEnd().Length ? $"{line} ..." : line;
    }

    private static void Print(Talk talk, IReadOnlyList<JsonNode?> lines)
    {
        foreach (var line in lines)
        {
            talk.Output.Line($"{line.Time("at")} {line.Text("level"),-7} {line.Text("line")}");
        }
    }
}
