using System.CommandLine;
using System.Text.Json.Nodes;
using Steward.Server.Startup;

namespace Steward.Server.CommandLine;

/// <summary><c>steward doctor</c>: looks at this machine and at the server, and says what to do about what is wrong.</summary>
internal static class DoctorCommand
{
    public static Command Build()
    {
        Option<string?> data = new("--data") { Description = "The data directory that the server would use", HelpName = "DIR" };
        Option<string?> config = new("--config") { Description = "The settings file that the server would use", HelpName = "FILE" };
        return new Command("doctor", "Look for what is wrong here and at the server, and say what to do") { data, config }.Does(async talk =>
        {
            var start = new StewardStart { DataDirectory = talk.Value(data), ConfigFile = talk.Value(config) };
            List<Finding> findings = [];
            await foreach (var finding in Examination.OfMachineAsync(start, talk.Cancellation))
            {
                findings.Add(finding);
            }

            await foreach (var finding in Examination.OfServerAsync(talk.Server, talk.Cancellation))
            {
                findings.Add(finding);
            }

            var sound = findings.TrueForAll(finding => finding.Verdict != Verdict.Fail);
            var document = new JsonObject
            {
                ["sound"] = sound,
                ["checks"] = new JsonArray([.. findings.Select(finding => new JsonObject
                {
                    ["check"] = finding.Check, ["verdict"] = finding.Word, ["found"] = finding.Found, ["advice"] = finding.Advice,
                })]),
            };
            talk.Output.Show(document, () =>
            {
                foreach (var finding in findings)
                {
                    talk.Output.Line($"{finding.Word,-4}  {finding.Check,-10}  {finding.Found}");
                    if (finding.Advice is { } advice)
                    {
                        talk.Output.Line($"{"",-18}{advice}");
                    }
                }
            });
            return sound ? ExitCodes.Ok : ExitCodes.Failed;
        });
    }
}
