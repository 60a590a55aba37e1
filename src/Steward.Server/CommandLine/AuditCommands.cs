using System.CommandLine;
using System.Text.Json.Nodes;
using Steward.Governance.Audit;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Telemetry;

namespace Steward.Server.CommandLine;

/// <summary><c>steward audit</c>: what was done and why, and whether the record is whole.</summary>
internal static class AuditCommands
{
    public static Command Build()
    {
        Option<string?> kind = new("--kind") { Description = "Only rows of one kind, such as call.permitted" };
        Option<string?> actor = new("--actor") { Description = "Only rows of one actor" };
        Option<string?> service = new("--service") { Description = "Only rows about one service" };
        Option<string?> correlation = new("--correlation") { Description = "Only rows that follow from one cause" };
        return new Command("audit", "What was done and why, and whether the record is whole")
        {
            Lists.Command("list", "Rows, newest first", "api/audit",
                [("kind", kind), ("actor", actor), ("service", service), ("correlation", correlation)], "There are no such rows.",
                ("seq", row => row.Text("seq")),
                ("at", row => row.Time("at")),
                ("kind", row => row.Text("kind")),
                ("actor", row => row.Text("actor")),
                ("action", row => row.Text("action")),
                ("target", row => row.Text("target")),
                ("reason", row => row.Text("reason"))),
            Verify(),
            Export(),
        };
    }

    private static Command Verify()
    {
        Option<string?> anchor = new("--anchor") { Description = "A row's number and hash as they were noted elsewhere", HelpName = "SEQ:HASH" };
        Option<string?> data = new("--data") { Description = "Check a stopped server's data directory, without a server", HelpName = "DIR" };
        var verify = new Command("verify", "Check that no row was altered, removed or inserted; exits with 1 when one was") { data, anchor };
        return verify.Does(async talk =>
        {
            var noted = talk.Value(anchor) is { } text ? Anchor(text) : ((long Seq, string Hash)?)null;
            var found = talk.Value(data) is { } directory ? await OfflineAsync(directory, noted, talk.Cancellation) : await OnlineAsync(talk, noted);
            var whole = found.Text("isWhole") == "true";
            talk.Output.Show(found, () => talk.Output.Line(whole
                ? $"audit chain verified: {found.Text("rows")} rows, the last one's hash is {found.Text("hash")}"
                : $"AUDIT CHAIN BROKEN: {found.Text("fault")}"));
            return whole ? ExitCodes.Ok : ExitCodes.Failed;
        });
    }

    private static Command Export() => new Command("export", "The whole log, oldest first, one JSON object a line").Does(async talk =>
    {
        using var answer = await talk.Server.AnswerAsync(HttpMethod.Get, "api/audit/export", null, talk.Cancellation);
        await using var lines = await answer.Content.ReadAsStreamAsync(talk.Cancellation);
        await using var output = Console.OpenStandardOutput();
        await lines.CopyToAsync(output, talk.Cancellation);
        return ExitCodes.Ok;
    });

    private static Task<JsonNode> OnlineAsync(Talk talk, (long Seq, string Hash)? anchor) => talk.SendAsync(HttpMethod.Post, "api/audit/verify",
        anchor is { } noted ? new JsonObject { ["seq"] = noted.Seq, ["hash"] = noted.Hash } : null);

    private static async Task<JsonNode> OfflineAsync(string directory, (long Seq, string Hash)? anchor, CancellationToken cancellationToken)
    {
        try
        {
            await using var database = await OpenDatabase.ToReadAsync(directory, cancellationToken);
            var found = await new VerifyAudit(new AuditLog(database, new Redactor(), TimeProvider.System)).HandleAsync(anchor, cancellationToken);
            return JsonNode.Parse(Json.Write(found))!;
        }
        catch (StorageException e)
        {
            throw new CommandFailure(ExitCodes.Failed, e.Message);
        }
        catch (System.Data.Common.DbException e)
        {
            throw new CommandFailure(ExitCodes.Failed, $"The store in {Path.GetFullPath(directory)} cannot be read: {e.Message}");
        }
    }

    private static (long Seq, string Hash) Anchor(string text) =>
        text.Split(':') is [var seq, { Length: 64 } hash] && long.TryParse(seq, System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? (number, hash)
            : throw new CommandFailure(ExitCodes.Usage, "--anchor must be a row's number, a colon and its hash of 64 hexadecimal digits.");
}
