using System.Text.Json.Nodes;
using Steward.Connectors.Models;
using Steward.Governance.Calls;
using Steward.Simulation;
using Steward.Simulation.Faults;
using Steward.Testing;
using Gate = Steward.Governance.Calls.Gate;

namespace Steward.Server.Tests.Models;

/// <summary>Models as the owner sees them, set up by the environment alone.</summary>
public sealed class ModelCommandTests
{
    private static readonly WorldOptions Options = new() { Speed = WorldOptions.Instant, ModelName = "claude-sonnet-5" };

    [Fact]
    public async Task Without_a_model_everything_says_which_setting_is_missing_and_what_works_without()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();

        var (code, text, _) = await Cli.RunAsync(server, "models");
        var (_, report, _) = await Cli.RunAsync(server, "models", "--json");
        var (_, doctor, _) = await Cli.RunAsync(server, "doctor");

        Assert.Equal(0, code);
        Assert.False((bool)JsonNode.Parse(report)!["isConfigured"]!);
        foreach (var said in new[] { text, report, doctor })
        {
            Assert.All(["Models:ApiKey", "ANTHROPIC_API_KEY", "steward agents templates"], word => Assert.Contains(word, said, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task A_key_in_the_environment_is_enough_and_what_was_spent_is_shown(StoreKind kind)
    {
        await using var world = await World.StartAsync(Options, TimeProvider.System, TestContext.Current.CancellationToken);
        await using var server = new RunningServer();
        if (kind == StoreKind.Postgres)
        {
            server.Environment["STEWARD_Storage__ConnectionString"] = await TestPostgres.NewDatabaseAsync();
        }

        server.Environment["ANTHROPIC_API_KEY"] = Options.ModelApiKey;
        server.Environment["ANTHROPIC_BASE_URL"] = world.ModelUrl.ToString();
        server.Environment["STEWARD_Models__DollarsPerMillionOut"] = "1000";
        await server.InitializeAsync();
        world.Model.Says("Because.");

        var answer = await AskAsync(server, 1);
        world.Faults.Add(Fault.DropAfterEffect, Systems.Model, times: 1);
        await Assert.ThrowsAnyAsync<Exception>(() => AskAsync(server, 2));

        Assert.Equal("claude-sonnet-5", answer.Model);
        var report = (await server.GetAsync("/api/models/spend")).Json;
        var account = Assert.Single(report["dayByAccount"]!.AsArray())!;
        Assert.Equal(("build:1", 2, 1), ((string?)account["name"], (int)account["questions"]!, (int)account["unanswered"]!));
        Assert.Equal(answer.Dollars!.Value + 0.4, (double)report["all"]!["dollars"]!, 6);
        var (_, text, error) = await Cli.RunAsync(server, "models");
        Assert.True(error.Length == 0, error);
        Assert.All(["claude-sonnet-5", "127.0.0.1", "build:1", "Models:DollarsPerDay", "$10.00", "2 questions"], word => Assert.Contains(word, text, StringComparison.Ordinal));
        Assert.DoesNotContain(Options.ModelApiKey, report.ToJsonString() + text + server.Log, StringComparison.Ordinal);
        Assert.Equal(401, (await server.GetAsync("/api/models/spend", key: null)).Status);
    }

    private static async Task<ModelAnswer> AskAsync(RunningServer server, int number)
    {
        var question = new ModelQuestion("Say why.", $"Question {number}") { For = "build:1" };
        var call = server.Get<ModelCalls>().Ask(question);
        var asked = await server.Get<Gate>().AskAsync(new CallRequest($"test/{number}", new Actor("operations"), call, "A test.", "c"), TestContext.Current.CancellationToken);
        return await server.Get<ModelClient>().AskAsync(Assert.IsType<GateAnswer.Permitted>(asked).Permit, question, TestContext.Current.CancellationToken);
    }
}
