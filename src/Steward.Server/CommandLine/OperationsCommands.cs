using System.CommandLine;

namespace Steward.Server.CommandLine;

/// <summary><c>steward services</c>, <c>deployments</c>, <c>findings</c>: what is watched and what was seen.</summary>
internal static class OperationsCommands
{
    public static IEnumerable<Command> Build()
    {
        yield return Lists.Command("services", "The services that are watched", "api/services", [], "No service is watched.",
            ("name", service => service.Text("name")),
            ("state", service => service.Text("state")),
            ("version", service => service.Text("version")),
            ("health", service => service.Text("health")),
            ("autonomy", service => service.Text("autonomy")));

        Option<string?> deploymentsOf = new("--service") { Description = "Only those of one service" };
        yield return Lists.Command("deployments", "The deployments that were followed, newest first", "api/deployments", [("service", deploymentsOf)], "No deployment was seen.",
            ("id", deployment => deployment.Text("id")),
            ("service", deployment => deployment.Text("service")),
            ("state", deployment => deployment.Text("state")),
            ("version", deployment => deployment.Text("version")),
            ("at", deployment => deployment.Time("createdAt")),
            ("good since", deployment => deployment.Time("goodAt")));

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
