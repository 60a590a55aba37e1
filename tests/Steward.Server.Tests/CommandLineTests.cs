using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Steward.Testing;

namespace Steward.Server.Tests;

public sealed partial class CommandLineTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_program_shows_its_first_key_apart_from_the_log_and_stops_when_it_is_told()
    {
        using var directory = new TempDirectory();
        using var process = Cli.Start(directory.Location, new Dictionary<string, string>(), "up", "--urls", "http://127.0.0.1:0");
        var log = process.StandardOutput.ReadToEndAsync(Cancellation);
        var said = "";
        while (!said.Contains("is up at", StringComparison.Ordinal))
        {
            said += await process.StandardError.ReadLineAsync(Cancellation) ?? throw new InvalidOperationException($"It ended: {said}");
        }

        var key = Key().Match(said).Value;
        var (exitCode, output, _) = await Cli.RunAsync(directory.Location,
            new Dictionary<string, string> { ["STEWARD_Url"] = Url().Match(said).Value, ["STEWARD_Key"] = key }, "keys", "list", "--json");
        Assert.Equal(0, exitCode);
        Assert.Equal("owner", (string?)JsonNode.Parse(output)!["items"]![0]!["holder"]);

        using (var terminate = System.Diagnostics.Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await process.WaitForExitAsync(Cancellation);
        }

        Assert.Equal(0, process.ExitCode);
        Assert.DoesNotContain(key, await log, StringComparison.Ordinal);
        Assert.All((await log).Split('\n', StringSplitOptions.RemoveEmptyEntries), line => JsonNode.Parse(line));
    }

    [Fact]
    public async Task Commands_act_on_the_server_and_answer_plainly_in_a_pipe()
    {
        var (stopped, said, _) = await Cli.RunAsync(server, "stop", "--service", "web", "--reason", "odd figures");
        Assert.Equal((0, true), (stopped, said.StartsWith("Stopped service web", StringComparison.Ordinal)));
        var (status, screen, _) = await Cli.RunAsync(server, "status");
        Assert.Equal(0, status);
        Assert.Contains("odd figures", screen, StringComparison.Ordinal);
        Assert.Contains("nothing is wrong", screen, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', screen);

        var (listed, rows, _) = await Cli.RunAsync(server, "audit", "list", "--kind", "stop.raised", "--json");
        Assert.Equal((0, "stop.raised"), (listed, (string?)JsonNode.Parse(rows)!["items"]![0]!["kind"]));
        Assert.Equal(0, (await Cli.RunAsync(server, "resume", "--service", "web")).ExitCode);
        Assert.Equal(1, (await Cli.RunAsync(server, "resume", "--service", "web")).ExitCode);
    }

    [Fact]
    public async Task Exit_codes_tell_what_kind_of_no_it_was()
    {
        var nobody = new Dictionary<string, string> { ["STEWARD_Url"] = "http://127.0.0.1:1", ["STEWARD_Key"] = "stw_x" };
        var stranger = new Dictionary<string, string> { ["STEWARD_Url"] = server.Address.ToString(), ["STEWARD_Key"] = "stw_x" };

        Assert.Equal(2, (await Cli.RunAsync(server, "stop")).ExitCode);
        Assert.Equal(2, (await Cli.RunAsync(server, "work", "list", "--state", "done")).ExitCode);
        Assert.Equal(3, (await Cli.RunAsync(server.Directory.Location, nobody, "status")).ExitCode);
        var (exitCode, output, error) = await Cli.RunAsync(server.Directory.Location, stranger, "work", "list", "--json");
        Assert.Equal(4, exitCode);
        Assert.Equal("wrong-key", (string?)JsonNode.Parse(output)!["error"]!["problem"]!["code"]);
        Assert.NotEmpty(error);
    }

    [Fact]
    public async Task The_doctor_finds_a_healthy_server_sound_and_a_wrong_setting_not()
    {
        var (sound, report, _) = await Cli.RunAsync(server, "doctor", "--data", "data", "--json");
        Assert.Equal(0, sound);
        var checks = JsonNode.Parse(report)!["checks"]!.AsArray();
        // This server has no provider to watch and no channel for alerts, and that is what the last checks warn of.
        Assert.Equal(["watching warn", "alerts warn"], checks.TakeLast(2).Select(check => $"{check!["check"]} {check["verdict"]}"));
        Assert.All(checks.SkipLast(2), check => Assert.Equal("ok", (string?)check!["verdict"]));

        var (unsound, _, _) = await Cli.RunAsync(server.Directory.Location, new Dictionary<string, string> { ["STEWARD_Work__Lease"] = "x" }, "doctor");
        Assert.Equal(1, unsound);
    }

    [GeneratedRegex("stw_[A-Za-z0-9_-]{43}")]
    private static partial Regex Key();

    [GeneratedRegex("http://127.0.0.1:[0-9]+")]
    private static partial Regex Url();
}
