using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Steward.Simulation.Faults;
using Steward.Simulation.Models;

namespace Steward.Simulation.Tests;

/// <summary>The language model in the box: what it demands and answers is that of Anthropic's Messages API.</summary>
public sealed class ModelTests : WorldTest
{
    [Fact]
    public async Task It_says_what_it_was_told_to_and_that_nothing_thought_about_it()
    {
        World.Model.Says("All is lost.");

        var (status, answer) = await AskAsync(Question());

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("message", (string?)answer["type"]);
        Assert.Equal("end_turn", (string?)answer["stop_reason"]);
        Assert.Equal(SimulatedModel.Disclaimer + "All is lost.", (string?)answer["content"]![0]!["text"]);
        Assert.Contains("simulated", SimulatedModel.Disclaimer, StringComparison.Ordinal);
        Assert.True((int)answer["usage"]!["input_tokens"]! > 0 && (int)answer["usage"]!["output_tokens"]! > 0);
        Assert.Equal("why?", (string?)Assert.Single(World.Model.Questions)["messages"]![0]!["content"]);
        Assert.Empty(World.Mutations);
    }

    [Fact]
    public async Task It_stops_where_it_was_told_to()
    {
        World.Model.Says(new string('x', 1000));

        var (_, answer) = await AskAsync(Question(maxTokens: 20));

        Assert.Equal("max_tokens", (string?)answer["stop_reason"]);
        Assert.Equal(20, (int)answer["usage"]!["output_tokens"]!);
    }

    [Theory]
    [InlineData("model", 400, "invalid_request_error")]
    [InlineData("max_tokens", 400, "invalid_request_error")]
    [InlineData("messages", 400, "invalid_request_error")]
    [InlineData("another model", 404, "not_found_error")]
    [InlineData("another key", 401, "authentication_error")]
    [InlineData("no version", 400, "invalid_request_error")]
    public async Task It_refuses_what_is_not_a_question(string wrong, int status, string type)
    {
        var question = Question();
        question.Remove(wrong);
        question["model"] = wrong == "another model" ? wrong : question["model"]?.DeepClone();

        var (found, answer) = await AskAsync(question, wrong == "another key" ? wrong : Options.ModelApiKey, wrong != "no version");

        Assert.Equal(status, (int)found);
        Assert.Equal(type, (string?)answer["error"]!["type"]);
        Assert.Empty(World.Model.Questions);
    }

    [Fact]
    public async Task It_can_be_overloaded()
    {
        World.Faults.Add(Fault.ServerError(529), Systems.Model, times: 1);

        Assert.Equal(529, (int)(await AskAsync(Question())).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(Question())).Status);
    }

    private JsonObject Question(int maxTokens = 100) => new()
    {
        ["model"] = Options.ModelName,
        ["max_tokens"] = maxTokens,
        ["system"] = "Say why.",
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "why?" }),
    };

    private async Task<(HttpStatusCode Status, JsonNode Answer)> AskAsync(JsonObject question, string? key = null, bool withVersion = true)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(World.ModelUrl, "v1/messages")) { Content = JsonContent.Create(question) };
        request.Headers.Add("x-api-key", key ?? Options.ModelApiKey);
        if (withVersion)
        {
            request.Headers.Add("anthropic-version", "2023-06-01");
        }

        using var response = await Client.SendAsync(request, Ending);
        return (response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonNode>(Ending))!);
    }
}
