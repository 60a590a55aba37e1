using System.Text.Json.Nodes;
using Steward.Simulation;
using Steward.Testing;

namespace Steward.Server.Tests.Agents.Factory;

/// <summary>A build where more than one server could make it, with a model behind the other protocol.</summary>
public sealed class NodesTests
{
    [Fact]
    public async Task Two_nodes_make_one_agent_of_a_sentence_and_ask_a_model_of_OpenAIs_words_once_for_each_step()
    {
        var options = new WorldOptions { Speed = WorldOptions.Instant };
        await using var world = await World.StartAsync(options, TimeProvider.System, AgentServer.Ending);
        var store = await TestPostgres.NewDatabaseAsync();
        await using (var one = new RunningServer())
        await using (var two = new RunningServer())
        {
            foreach (var (server, name, value) in new[] { one, two }.SelectMany(server => new[]
            {
                (server, "Storage__ConnectionString", store), (server, "Models__Provider", "OpenAI"), (server, "Models__BaseUrl", new Uri(world.ModelUrl, "v1").ToString()),
                (server, "Models__ApiKey", options.ModelApiKey), (server, "Models__Model", options.ModelName), (server, "Models__DollarsPerMillionIn", "3"), (server, "Models__DollarsPerMillionOut", "15"),
            }))
            {
                server.Environment[$"STEWARD_{name}"] = value;
            }

            await Task.WhenAll(one.InitializeAsync().AsTask(), two.InitializeAsync().AsTask());
            var owner = one.ShownKey ?? two.ShownKey;
            world.Model.SaysNext(Said.Plan("shared"), Said.Source("answer.Body, NumberStyles", "answer.Bodi, NumberStyles"), Said.Source());
            var asked = await one.PostAsync("/api/agents", new JsonObject { ["description"] = "Tell me when the number at numbers.example.org is ten or more.", ["yes"] = true }, owner);
            JsonNode? build = null;
            await Eventually.HoldsAsync(async () => (build = (await two.GetAsync($"/api/builds/{asked.Json["id"]}", owner)).Json["build"])!["closedAt"] is not null, "the build ends", FactoryServer.Patience, FactoryServer.Look, AgentServer.Ending);

            Assert.Equal(("published", 1, 3), ((string?)build!["state"], (int?)build["version"], (int?)build["questions"]));
            Assert.Equal(3, world.Model.Questions.Count);
            Assert.True((long)build["tokensIn"]! > 10_000 && (double)build["dollars"]! > 0.03, build.ToJsonString());
            Assert.Single((await two.GetAsync("/api/agents", owner)).Json["items"]!.AsArray());
        }

        await TestPostgres.DropAsync(store);
    }
}
