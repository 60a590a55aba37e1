using System.CommandLine;
using System.Text.Json.Nodes;

namespace Steward.Server.CommandLine;

/// <summary><c>steward n8n</c>: look whether n8n is well, and bring its workflows out and in.</summary>
internal static class N8nCommands
{
    public static Command Build() => new("n8n", "The workflows of n8n")
    {
        Check(),
        List(),
        Executions(),
        Export(),
        Import(),
    };

    private static Command Check() => new Command("check", "Look whether Steward can work with n8n: reach, key, scopes, version, clock, the alerts' webhook").Does(async talk =>
    {
        var report = await talk.GetAsync("api/n8n/check");
        talk.Output.Show(report, () => Print(talk.Output, report));
        return report.Text("isWell") == "true" ? ExitCodes.Ok : ExitCodes.Failed;
    });

    private static Command List()
    {
        Option<string?> active = new("--active") { Description = "Only active ones (true), or only others (false)" };
        Option<string?> name = new("--name") { Description = "Only those whose name holds this text" };
        return Lists.Command("list", "n8n's workflows", "api/n8n/workflows", [("active", active), ("name", name)], "n8n has no such workflow.",
            ("id", workflow => workflow.Text("id")),
            ("name", workflow => workflow.Text("name")),
            ("active", workflow => workflow.Text("archived") == "true" ? "archived" : workflow.Text("active")),
            ("webhook", workflow => string.Join(", ", (workflow?["webhooks"] as JsonArray ?? []).Select(webhook => webhook.Text("path")))),
            ("updated", workflow => workflow.Time("updatedAt")));
    }

    private static Command Executions()
    {
        Option<string?> status = new("--status") { Description = "Only those of one status: new, running, waiting, success, error, crashed, canceled" };
        Option<string?> workflow = new("--workflow") { Description = "Only those of one workflow, by its id" };
        Option<string?> since = new("--since") { Description = "Only those that began then or later, such as 2026-11-20T13:00:00Z" };
        return Lists.Command("executions", "What n8n ran, newest first; what runs now only with --status running", "api/n8n/executions",
            [("status", status), ("workflow", workflow), ("since", since)], "n8n has no such execution.",
            ("id", execution => execution.Text("id")),
            ("workflow", execution => execution.Text("workflowId")),
            ("status", execution => execution.Text("status")),
            ("mode", execution => execution.Text("mode")),
            ("started", execution => execution.Time("startedAt")),
            ("stopped", execution => execution.Time("stoppedAt")));
    }

    private static Command Export()
    {
        Argument<DirectoryInfo> directory = new("dir") { Description = "Where the files go; made when it is not there" };
        Option<string?> workflow = new("--workflow") { Description = "Only the workflow of exactly this name" };
        Option<bool> force = new("--force") { Description = "Also over files that hold something else" };
        return new Command("export", "Write workflows to files, one each, in a form that changes little from one export to the next") { directory, workflow, force }
            .Does(talk => N8nExport.RunAsync(talk, talk.Value(directory), talk.Value(workflow), talk.Value(force)));
    }

    private static Command Import()
    {
        Argument<FileSystemInfo[]> paths = new("path") { Description = "Files, or folders whose *.json files are meant", Arity = ArgumentArity.OneOrMore };
        Option<bool> activate = new("--activate") { Description = "Turn them on as well" };
        return new Command("import", "Bring workflows into n8n by name: make what is missing, change what differs. After an approval, repeat the same command") { paths, activate }
            .Does(talk => N8nImport.RunAsync(talk, talk.Value(paths), talk.Value(activate)));
    }

    private static void Print(Output output, JsonNode report)
    {
        output.Facts(
            ("address", report.Text("address")),
            ("reachable", report.Text("reachable")),
            ("version", report.Text("version")),
            ("key accepted", report.Text("keyAccepted")),
            ("key ends", report.Time("keyExpiresAt")),
            ("clock ahead", report.Text("clockAheadSeconds") is { } ahead ? $"{ahead} s" : null),
            ("alerts' webhook", report.Text("alertWebhookLive") is { } live ? live == "true" ? "listens" : "does not listen" : null));
        var scopes = (report["scopes"] as JsonArray ?? []).ToList();
        output.Table(["scope", "granted", "needed to"], [.. scopes.Where(scope => scope.Text("purpose") is not null).Select(scope => new[]
        {
            scope.Text("name"), scope.Text("granted") switch { "true" => "yes", "false" => "no", _ => "not known" }, scope.Text("purpose"),
        })], "");
        if (scopes.Where(scope => scope.Text("purpose") is null).Select(scope => scope.Text("name")).ToList() is { Count: > 0 } more)
        {
            output.Line($"The key may do more than Steward needs: {string.Join(", ", more)}.");
        }

        var problems = (report["problems"] as JsonArray ?? []).ToList();
        foreach (var problem in problems)
        {
            output.Line($"! {problem}");
        }

        if (problems.Count == 0)
        {
            output.Line("All is well.");
        }
    }
}
