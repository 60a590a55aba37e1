using System.CommandLine;

namespace Steward.Server.CommandLine;

/// <summary><c>steward services</c>, <c>deployments</c>, <c>findings</c>: what is watched and what was seen.</summary>
internal static class OperationsCommands
{
    public static IEnumerable<Command> Build()
    {
        yield return Lists.Command("services", "The services that are watched", "api/services", [], "No service is watched.",
            ("name", service => service.Text("name")),
            ("state", service => service.Text("state", "status")),
            ("version", service => service.Text("version", "deployment")),
            ("health", service => service.Text("health")));

        Option<string?> ofService = new("--service") { Description = "Only those of one service" };
        yield return Lists.Command("deployments", "The deployments that were seen, newest first", "api/deployments", [("service", ofService)], "No deployment was seen.",
            ("id", deployment => deployment.Text("id")),
            ("service", deployment => deployment.Text("service")),
            ("state", deployment => deployment.Text("state", "status")),
            ("version", deployment => deployment.Text("version")),
            ("at", deployment => deployment.Time("at") ?? deployment.Time("createdAt")));

        Option<string?> findingsOf = new("--service") { Description = "Only those of one service" };
        yield return Lists.Command("findings", "What was found wrong, newest first", "api/findings", [("service", findingsOf)], "Nothing was found wrong.",
            ("id", finding => finding.Text("id")),
            ("service", finding => finding.Text("service")),
            ("kind", finding => finding.Text("kind", "type")),
            ("severity", finding => finding.Text("severity")),
            ("at", finding => finding.Time("at") ?? finding.Time("createdAt")),
            ("finding", finding => finding.Text("summary", "detail", "message")));
    }
}
