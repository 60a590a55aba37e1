using System.CommandLine;
using System.Text.Json.Nodes;

namespace Steward.Server.CommandLine;

/// <summary><c>steward github check</c> and <c>railway check</c>: whether the server can work with a provider as it is set up.</summary>
internal static class CheckCommands
{
    public static IEnumerable<Command> Build()
    {
        yield return new Command("github", "GitHub, as the server is set up for it")
        {
            new Command("check", "Look whether Steward can work with GitHub: credentials, repository, permissions, clock, limit").Does(async talk =>
            {
                var report = await talk.GetAsync("api/github/check");
                talk.Output.Show(report, () => PrintGitHub(talk.Output, report));
                return report.Text("isWell") == "true" ? ExitCodes.Ok : ExitCodes.Failed;
            }),
        };
        yield return new Command("railway", "Railway, as the server is set up for it")
        {
            new Command("check", "Look whether Steward can work with every environment: token, project, environment, clock").Does(async talk =>
            {
                var reports = await talk.GetAsync("api/railway/check");
                talk.Output.Show(reports, () => PrintRailway(talk.Output, reports));
                return reports is JsonArray environments && environments.All(one => one.Text("isWell") == "true") ? ExitCodes.Ok : ExitCodes.Failed;
            }),
        };
    }

    private static void PrintGitHub(Output output, JsonNode report)
    {
        output.Facts(
            ("credentials", report.Text("credentials")),
            ("known as", report.Text("account")),
            ("repository", report.Text("repository")),
            ("reached", report.Text("repositoryVisible")),
            ("clock ahead", Seconds(report)),
            ("requests left", report["rateLimit"].Text("remaining") is { } left ? $"{left} of {report["rateLimit"].Text("limit")}" : null));
        var grants = (report["permissions"] as JsonArray ?? []).ToList();
        if (grants.Count > 0)
        {
            output.Table(["permission", "needed", "granted", "state", "for"],
                [.. grants.Select(grant => new[] { grant.Text("name"), grant.Text("needed"), grant.Text("granted"), grant.Text("state"), grant.Text("purpose") })], "");
        }

        PrintProblems(output, report);
    }

    private static void PrintRailway(Output output, JsonNode reports)
    {
        foreach (var report in reports as JsonArray ?? [])
        {
            output.Facts(
                ("environment", report.Text("environment")),
                ("token", report.Text("token")),
                ("kind", report.Text("tokenKind")),
                ("environment reached", report.Text("environmentVisible")),
                ("project reached", report.Text("projectVisible")),
                ("clock ahead", Seconds(report)));
            foreach (var missing in report?["missing"] as JsonArray ?? [])
            {
                output.Line($"not set: {missing}");
            }

            PrintProblems(output, report);
        }
    }

    private static void PrintProblems(Output output, JsonNode? report)
    {
        foreach (var problem in report?["problems"] as JsonArray ?? [])
        {
            output.Line($"problem: {problem}");
        }

        output.Line(report.Text("isWell") == "true" ? "All is well." : "It cannot be worked with as it is.");
    }

    private static string? Seconds(JsonNode? report) => report.Text("clockAheadSeconds") is { } ahead ? $"{ahead} s" : null;
}
