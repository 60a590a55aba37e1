using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Steward.Server.CommandLine;

/// <summary><c>steward agents diff</c>: what differs between two versions.</summary>
internal static class AgentDiffCommand
{
    public static Command Build()
    {
        var name = AgentCommands.Name();
        Option<int?> from = new("--from") { Description = "The one version; without it the one before the other" };
        Option<int?> to = new("--to") { Description = "The other version; without it the one that runs" };
        return new Command("diff", "What differs between two versions of an agent: what it may and needs in words, and its source") { name, from, to }.Does(async talk =>
        {
            var diff = await talk.GetAsync($"api/agents/{Uri.EscapeDataString(talk.Value(name))}/diff{Lists.Query(("from", Number(talk.Value(from))), ("to", Number(talk.Value(to))))}");
            talk.Output.Show(diff, () => Print(talk.Output, diff));
            return ExitCodes.Ok;
        });
    }

    private static string? Number(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static void Print(Output output, JsonNode diff)
    {
        var (from, to) = (diff["from"], diff["to"]);
        output.Line($"{diff.Text("agent")}, version {from.Text("version")} ({from.Text("madeBy")}, {from.Time("madeAt")}) to version {to.Text("version")} ({to.Text("madeBy")}, {to.Time("madeAt")}); version {diff.Text("runs")} runs.");
        if (diff["changes"]!.AsArray().Count == 0)
        {
            output.Line("It declares the same.");
        }

        Changes(output, diff["changes"]!.AsArray());
        if (diff.Text("note") is { } note)
        {
            output.Line(note);
        }

        output.Line(diff.Text("diff") is { Length: > 0 } ? $"Source: {diff.Text("added")} lines added, {diff.Text("removed")} removed." : "The source is the same.");
        foreach (var line in (diff.Text("diff") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            output.Line(line);
        }
    }

    /// <summary>What is declared in another way, each on a line with a mark in front.</summary>
    public static void Changes(Output output, JsonArray changes)
    {
        foreach (var change in changes)
        {
            output.Line($"  {change.Text("kind") switch { "gained" => '+', "lost" => '-', _ => '~' }} {change.Text("text")}");
        }
    }
}
