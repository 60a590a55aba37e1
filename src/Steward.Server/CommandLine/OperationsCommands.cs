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

        yield return FindingCommands.Build();
    }
}
