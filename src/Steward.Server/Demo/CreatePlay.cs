using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using Steward.Simulation;
using Steward.Simulation.Models;

namespace Steward.Server.Demo;

/// <summary>A sentence becomes a tested, scheduled agent. What the model says was recorded from a real one; all else happens.</summary>
internal sealed class CreatePlay : Play
{
    // "Make an agent that follows Tesla's share and tells me when the price rises 5 %."
    private const string Wish = "צור סוכן שעוקב אחרי מניית טסלה ומודיע לי כשהמחיר עולה ב-5%";

    private const string Folder = "Recordings/";

    public override string Name => "create";

    public override string Summary => "A sentence becomes an agent: planned, written, checked, tested in the sandbox, and scheduled.";

    /// <summary>What real models answered when these were recorded.</summary>
    internal static IReadOnlyList<ModelRecording> Recordings { get; } =
    [
        .. Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(name =>
        {
            using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
            return ModelRecording.Read(stream);
        }),
    ];

    public override IEnumerable<(string Name, string Value)> Settings(World world)
    {
        world.Model.Replays(Recordings);
        yield return ("STEWARD_Models__BaseUrl", world.ModelUrl.ToString());
        yield return ("STEWARD_Models__ApiKey", new WorldOptions().ModelApiKey);
        yield return ("STEWARD_Models__Model", new WorldOptions().ModelName);
    }

    // A person who says yes beforehand is not asked again about what only reads; with --approve the question comes.
    public override string Policy(string text, bool approve) => approve ? text.Replace("when: [asked-by-a-person, read-only, checked]", "when: [nobody-says-this]", StringComparison.Ordinal) : text;

    public override async Task<bool> RunAsync(Demonstration show, CancellationToken cancellationToken)
    {
        Demonstration.Say($"The answers of the model are replayed: {Recordings.Count} of them, recorded from {string.Join(", ", Recordings.Select(one => one.Model).Distinct())}. No model is asked now; everything else happens.\n");
        Demonstration.Say($"Somebody says (in Hebrew: follow Tesla's share and tell me when it rises 5 %):\n  {Wish}\n");
        var begun = TimeProvider.System.GetTimestamp();
        var build = await show.PostAsync("api/agents", new JsonObject { ["description"] = Wish, ["yes"] = true });
        var (id, after) = ((string)build["id"]!, 0);
        show.Remember(id);
        var story = Demonstration.Begin();
        JsonObject detail;
        do
        {
            await show.FollowAsync(story, () => Task.FromResult(true), cancellationToken);
            detail = await show.GetAsync($"api/builds/{id}");
            foreach (var one in detail["events"]!.AsArray().Where(one => (int)one!["seq"]! > after))
            {
                after = (int)one!["seq"]!;
                Demonstration.Say($"  {(string?)one["state"],-13} {one["text"]}");
            }
        }
        while (detail["build"]!["closedAt"] is null);

        var took = TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
        if ((string?)detail["build"]!["state"] != "published")
        {
            Demonstration.Say($"It was not published: {detail["build"]!["note"]}");
            return false;
        }

        var name = (string)detail["build"]!["name"]!;
        var agent = await show.GetAsync($"api/agents/{name}");
        Demonstration.Say(string.Create(CultureInfo.InvariantCulture, $"""

            From the sentence to the calendar in {took:0.0} s of Steward's own time.
              agent     {name}, version {agent["agent"]!["version"]}, next run at {agent["nextRunAt"]}
              purpose   {agent["declaration"]!["purpose"]}
              asked     {string.Join(", ", detail["build"]!["models"]!.AsArray().Select(model => model!.ToString()))}: {detail["build"]!["tokensIn"]} tokens in, {detail["build"]!["tokensOut"]} out (as the replay counts them)
              rehearsal {string.Join("\n            ", detail["rounds"]!.AsArray()[^1]!["rehearsal"]!.AsArray().Select(run => run!.ToString()))}
            """));
        return agent["nextRunAt"] is not null;
    }
}
