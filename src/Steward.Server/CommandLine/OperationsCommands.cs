using System.CommandLine;

namespace Steward.Server.CommandLine;

/// <summary><c>steward services</c>, <c>deploy</c>, <c>deployments</c>, <c>findings</c>: what is watched, wanted and seen.</summary>
internal static class OperationsCommands
{
    public static IEnumerable<Command> Build()
    {
        yield return WatchCommands.Build();

        Option<string?> deploymentsOf = new("--service") { Description = "Only those of one service" };
        yield return Lists.Command("deployments", "The deployments that were followed, newest first", "api/deployments", [("service", deploymentsOf)], "No deployment was seen.",
            ("id", deployment => deployment.Text("id")),
            ("service", deployment => deployment.Text("service")),
            ("state", deployment => deployment.Text("state")),
            ("version", deployment => deployment.Text("version")),
            ("at", deployment => deployment.Time("createdAt")),
            ("good since", deployment => deployment.Time("goodAt")));

        foreach (var command in DeployCommands.Build())
        {
            yield return command;
        }

        Option<string?> findingsOf = new("--service") { Description = "Only those of one service" };
        Option<string?> state = new("--state") { Description = "Only those of one state: open, waiting, recovering, recovered, closed, stuck" };
        yield return Lists.Command("findings", "What was found wrong, newest first", "api/findings", [("service", findingsOf), ("state", state)], "Nothing was found wrong.",
            ("id", finding => finding.Text("id")),
            ("service", finding => finding.Text("service")),
            ("kind", finding => finding.Text("kind")),
            ("severity", finding => finding.Text("severity")),
            ("state", finding => finding.Text("state")),
            ("at", finding => finding.Time("openedAt")),
            ("finding", finding => finding.Text("summary")));
    }
}
