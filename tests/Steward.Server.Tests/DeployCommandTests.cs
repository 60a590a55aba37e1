using System.Diagnostics;
using System.Text.Json.Nodes;
using Steward.Simulation;
using Steward.Simulation.GitHub;
using Steward.Simulation.Models;
using Steward.Testing;

namespace Steward.Server.Tests;

/// <summary>Deploying, rolling back, watching and checking from the command line, against a server and a simulated world.</summary>
public sealed class DeployCommandTests : IAsyncLifetime
{
    private readonly RunningServer server = new();
    private World world = null!;

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var options = new WorldOptions { Speed = 100 };
        world = await World.StartAsync(options, TimeProvider.System, Ending);
        world.Railway.AddService("web", "aaaa");
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["STEWARD_Railway__Endpoint"] = world.RailwayEndpoint.ToString(),
            ["STEWARD_Railway__Token"] = options.RailwayToken,
            ["STEWARD_Railway__ProjectId"] = options.RailwayProjectId,
            ["STEWARD_Railway__EnvironmentId"] = options.RailwayEnvironmentId,
            ["STEWARD_GitHub__BaseUrl"] = world.GitHubUrl.ToString(),
            ["STEWARD_GitHub__Repository"] = options.GitHubRepository,
            ["STEWARD_GitHub__Token"] = options.GitHubToken,
            ["STEWARD_Models__BaseUrl"] = world.ModelUrl.ToString(),
            ["STEWARD_Models__ApiKey"] = options.ModelApiKey,
            ["STEWARD_Models__Model"] = options.ModelName,
            ["STEWARD_Operations__PollInterval"] = "00:00:01",
            ["STEWARD_Operations__SettleTime"] = "00:00:00",
            ["STEWARD_Operations__VerifyInterval"] = "00:00:00.1",
            ["STEWARD_Operations__Services__web__HealthUrl"] = world.Railway.HealthUrl("web").ToString(),
        })
        {
            server.Environment[name] = value;
        }

        await server.InitializeAsync();
        await UntilGoodAsync("aaaa");
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task A_rollback_by_hand_is_followed_to_its_verified_end()
    {
        world.Railway.Deploy("web", "bbbb");
        await UntilGoodAsync("bbbb");

        var (exit, output, _) = await Cli.RunAsync(server, "rollback", "web");

        Assert.Equal(0, exit);
        Assert.Contains("succeeded", output, StringComparison.Ordinal);
        Assert.Equal("aaaa", world.Railway.Active("web")!.Commit);
        var (_, list, _) = await Cli.RunAsync(server, "deploy", "list", "--json");
        Assert.Equal("Rollback of web", (string?)JsonNode.Parse(list)!["items"]![0]!["title"]);
    }

    [Fact]
    public async Task What_cannot_be_deployed_is_refused_with_the_reason()
    {
        var (unknown, _, error) = await Cli.RunAsync(server, "deploy", "service", "nothing");
        Assert.Equal(2, unknown);
        Assert.Contains("Known: web", error, StringComparison.Ordinal);

        var (elsewhere, _, nowhere) = await Cli.RunAsync(server, "deploy", "service", "web", "--env", "moon");
        Assert.Equal(2, elsewhere);
        Assert.Contains("Known: production", nowhere, StringComparison.Ordinal);

        var (missing, output, _) = await Cli.RunAsync(server, "deploy", "pr", "4711");
        Assert.Equal(1, missing);
        Assert.Contains("There is no pull request 4711", output, StringComparison.Ordinal);

        Assert.Equal(0, world.Mutations.Count(mutation => mutation.System is Systems.Railway or Systems.GitHub));
    }

    [Fact]
    public async Task A_deploy_that_waits_for_a_person_is_shown_and_called_off()
    {
        var (accepted, output, _) = await Cli.RunAsync(server, "deploy", "service", "web", "--commit", "cccccccccccccccccccccccccccccccccccccccc", "--detach", "--json");
        Assert.Equal(0, accepted);
        var id = (string)JsonNode.Parse(output)!["id"]!;
        await Eventually.HoldsAsync(async () => ((string?)(await server.GetAsync($"/api/deploys/{id}")).Json["note"] ?? "").Contains("Waits for a person", StringComparison.Ordinal), "it waits", Ending);

        var (again, _, conflict) = await Cli.RunAsync(server, "deploy", "service", "web");
        Assert.Equal(1, again);
        Assert.Contains("under way", conflict, StringComparison.Ordinal);

        var item = (string)(await server.GetAsync("/api/work?kind=operations.deploy")).Json["items"]!.AsArray().First(one => (string?)one!["occurrence"] == id)!["id"]!;
        var (dropped, _, refusal) = await Cli.RunAsync(server, "work", "drop", item);
        Assert.Equal(1, dropped);
        Assert.Contains($"steward deploy cancel {id}", refusal, StringComparison.Ordinal);

        var (cancelled, word, _) = await Cli.RunAsync(server, "deploy", "cancel", id);
        Assert.Equal(0, cancelled);
        Assert.Contains("Called off by", word, StringComparison.Ordinal);
        Assert.Contains("cancelled", (await Cli.RunAsync(server, "deploy", "show", id)).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("operations.watch")]
    [InlineData("alerts.dead-letters")]
    public async Task A_loop_that_never_ends_is_not_dropped(string kind)
    {
        var item = (string)Assert.Single((await server.GetAsync($"/api/work?kind={kind}")).Json["items"]!.AsArray())!["id"]!;
        var (dropped, _, refusal) = await Cli.RunAsync(server, "work", "drop", item);
        Assert.Equal(1, dropped);
        Assert.Contains("would not come back before the next start", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deploy_is_followed_over_a_restart_of_the_server()
    {
        var key = server.ShownKey!;
        using var process = Cli.Start(server.Directory.Location, new Dictionary<string, string> { ["STEWARD_Url"] = server.Address.ToString(), ["STEWARD_Key"] = key },
            "deploy", "service", "web", "--commit", "cccccccccccccccccccccccccccccccccccccccc");
        await UntilSaidAsync(process, "Waits for a person");

        await server.RestartAsync(() => UntilSaidAsync(process, "cannot be reached"));
        var id = (string)(await server.GetAsync("/api/deploys", key)).Json["items"]![0]!["id"]!;
        await server.SendAsync(HttpMethod.Post, $"/api/deploys/{id}/cancel", key: key);

        await UntilSaidAsync(process, "Called off by");
        await process.WaitForExitAsync(Ending);
        Assert.Equal(1, process.ExitCode);
    }

    private static async Task UntilSaidAsync(Process process, string words)
    {
        while (await process.StandardOutput.ReadLineAsync(Ending) is var line && line?.Contains(words, StringComparison.Ordinal) != true)
        {
            Assert.True(line is not null, $"It ended and never said: {words}. {(line is null ? await process.StandardError.ReadToEndAsync(Ending) : "")}");
        }
    }

    [Fact]
    public async Task A_service_that_is_left_alone_is_not_looked_at_until_it_is_watched_again()
    {
        Assert.Equal(0, (await Cli.RunAsync(server, "services", "unwatch", "web")).ExitCode);
        Assert.Contains("no", (await Cli.RunAsync(server, "services")).Output.Split('\n')[1], StringComparison.Ordinal);
        Assert.Equal(1, (await Cli.RunAsync(server, "services", "unwatch", "nothing")).ExitCode);

        Assert.Equal(0, (await Cli.RunAsync(server, "services", "watch", "web")).ExitCode);
        Assert.Contains("yes", (await Cli.RunAsync(server, "services")).Output.Split('\n')[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_finding_is_shown_with_the_lines_of_the_log_and_what_a_model_made_of_them()
    {
        world.GitHub.AddRun(RunState.Red, jobs: [new SimulatedJob("test", RunState.Red, "src/Program.cs(17,9): error CS1002: ; expected\n")]);
        await Eventually.HoldsAsync(() => world.GitHub.Issues.Count == 1, "the issue is there", Ending);
        var (_, list, _) = await Cli.RunAsync(server, "findings", "--json");
        var finding = JsonNode.Parse(list)!["items"]![0]!;
        Assert.False((bool)finding["rootCause"]!["summary"]!["isVerified"]!);

        var (exit, output, _) = await Cli.RunAsync(server, "findings", "show", (string)finding["id"]!);

        Assert.Equal(0, exit);
        Assert.Contains("  | src/Program.cs(17,9): error CS1002: ; expected", output, StringComparison.Ordinal);
        Assert.Contains("not verified", output, StringComparison.Ordinal);
        Assert.Contains($"  | {SimulatedModel.Disclaimer}", output, StringComparison.Ordinal);
        Assert.NotEqual(0, (await Cli.RunAsync(server, "findings", "show", "0199c5a0-0000-7000-8000-000000000000")).ExitCode);
    }

    [Fact]
    public async Task The_checks_say_what_is_well_and_what_is_not()
    {
        var (railway, output, _) = await Cli.RunAsync(server, "railway", "check");
        Assert.Equal(0, railway);
        Assert.Contains("production", output, StringComparison.Ordinal);
        Assert.Contains("All is well.", output, StringComparison.Ordinal);

        var (_, gitHub, _) = await Cli.RunAsync(server, "github", "check", "--json");
        Assert.Equal("token", (string?)JsonNode.Parse(gitHub)!["credentials"]);
    }

    private Task UntilGoodAsync(string commit) => Eventually.HoldsAsync(async () =>
        (await server.GetAsync("/api/deployments")).Json["items"]!.AsArray().Any(one => (string?)one!["version"] == commit && one["goodAt"] is not null),
        $"{commit} is known good", Ending);
}
