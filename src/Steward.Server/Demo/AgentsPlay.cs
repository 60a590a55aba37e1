using System.Globalization;
using System.Text.Json.Nodes;
using Steward.Kernel;
using Steward.Simulation;

namespace Steward.Server.Demo;

/// <summary>Two agents from templates run on time in their boxes; one of them fails, is tried again and becomes a dead letter.</summary>
internal sealed class AgentsPlay : Play
{
    private const int WantedRuns = 3;

    public override string Name => "agents";

    public override string Summary => "Two agents are made from templates and run on time in the sandbox; one fails, is tried again and is laid aside as a dead letter.";

    // The simulated services live on this machine, where no agent may look unless its owner says so.
    public override IEnumerable<(string Name, string Value)> Settings(World world) => [("STEWARD_Tools__PrivateHosts", world.Railway.HealthUrl(DemoStage.Service).Host)];

    public override async Task<bool> RunAsync(Demonstration show, CancellationToken cancellationToken)
    {
        show.World.Railway.AddService(DemoStage.Service, "green");
        var address = show.World.Railway.HealthUrl(DemoStage.Service).ToString();
        Demonstration.Say("Each is compiled, its own tests are run in the sandbox, and it is put on the calendar:");
        await MakeAsync(show, "uptime", "*/5 * * * * *", new JsonObject { ["url"] = address });
        await MakeAsync(show, "watch", "*/7 * * * * *", new JsonObject { ["url"] = address, ["what"] = "A number that is not there", ["path"] = "no.such.number" });

        Demonstration.Say("\nThey run when their time comes. A run that fails is tried again after 2, 4 and 8 s:");
        var told = new HashSet<string>(StringComparer.Ordinal);
        JsonNode? dead = null;
        while (dead is null || await CountAsync(show, "uptime", "succeeded") < WantedRuns)
        {
            foreach (var run in (await show.ListAsync("api/tasks?limit=200")).OfType<JsonObject>().Reverse())
            {
                await TellAsync(show, run, told);
            }

            dead = (await show.ListAsync("api/work?state=dead&kind=agents.run")).FirstOrDefault();
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellationToken);
        }

        Demonstration.Say($"\nGiven up and laid aside for a person (steward work list --state dead):\n  {dead["kind"]} {dead["id"]}: {Short((string?)dead["result"] ?? (string?)dead["failures"]?.AsArray().LastOrDefault()?["error"])}");
        await TellUseAsync(show);
        return await CountAsync(show, "watch", "failed") >= 1;
    }

    private static async Task MakeAsync(Demonstration show, string template, string cron, JsonObject settings)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var agent = await show.PostAsync("api/agents", new JsonObject { ["template"] = template, ["settings"] = settings, ["schedule"] = new JsonObject { ["cron"] = cron } });
        show.Remember((string)agent["id"]!);
        var detail = await show.GetAsync($"api/agents/{template}");
        Demonstration.Say(string.Create(CultureInfo.InvariantCulture, $"  {template,-8} {detail["declaration"]!["purpose"]} ({cron}; made in {TimeProvider.System.GetElapsedTime(begun).TotalSeconds:0.0} s)"));
    }

    // Each attempt once, when it has ended.
    private static async Task TellAsync(Demonstration show, JsonObject run, HashSet<string> told)
    {
        if ((string?)run["state"] is "queued" && run["startedAt"] is null)
        {
            return;
        }

        var id = (string)run["id"]!;
        foreach (var attempt in (await show.GetAsync($"api/tasks/{id}"))["attempts"]?.AsArray() ?? [])
        {
            if (attempt!["finishedAt"] is { } finished && told.Add($"{id}/{attempt["attempt"]}"))
            {
                var name = await NameAsync(show, run);
                var took = finished.GetValue<DateTimeOffset>() - attempt["startedAt"]!.GetValue<DateTimeOffset>();
                Demonstration.Say(string.Create(CultureInfo.InvariantCulture,
                    $"  {UtcTime.ToText(finished.GetValue<DateTimeOffset>())[11..19]}  {name,-8} run {run["number"],-3} attempt {attempt["attempt"]}  {(string?)attempt["state"],-10} {took.TotalMilliseconds,5:0} ms  {Short((string?)attempt["text"])}"));
            }
        }
    }

    private static async Task<string> NameAsync(Demonstration show, JsonObject run) => (string)(await show.GetAsync($"api/agents/{run["agentId"]}"))["agent"]!["name"]!;

    private static async Task<int> CountAsync(Demonstration show, string agent, string state) => (await show.ListAsync($"api/agents/{agent}/tasks?state={state}&limit=200")).Count;

    private static async Task TellUseAsync(Demonstration show)
    {
        Demonstration.Say($"\nWhat they have used\n  {"agent",-8} {"tool",-12} {"calls",5} {"refused",7} {"failed",6} {"time",9}");
        foreach (var agent in new[] { "uptime", "watch" })
        {
            foreach (var use in await show.ListAsync($"api/agents/{agent}/usage"))
            {
                Demonstration.Say(string.Create(CultureInfo.InvariantCulture, $"  {agent,-8} {(string?)use!["tool"],-12} {use["calls"],5} {use["refused"],7} {use["failed"],6} {(double)use["milliseconds"]!,6:0} ms"));
            }
        }
    }

    private static string Short(string? text) => text is null ? "" : text.Length <= 100 ? text.ReplaceLineEndings(" ") : $"{text[..100].ReplaceLineEndings(" ")}...";
}
