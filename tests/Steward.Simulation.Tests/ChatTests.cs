using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Steward.Simulation.Faults;
using Steward.Simulation.Models;

namespace Steward.Simulation.Tests;

/// <summary>The language model in the box, in OpenAI's words, in pieces, and from recordings.</summary>
public sealed class ChatTests : WorldTest
{
    [Fact]
    public async Task It_answers_as_openai_does()
    {
        World.Model.Says("All is lost.");

        var answer = JsonNode.Parse(await AskAsync(Question()))!;

        Assert.Equal("chat.completion", (string?)answer["object"]);
        Assert.Equal(SimulatedModel.Disclaimer + "All is lost.", (string?)answer["choices"]![0]!["message"]!["content"]);
        Assert.Equal("stop", (string?)answer["choices"]![0]!["finish_reason"]);
        Assert.True((int)answer["usage"]!["prompt_tokens"]! > 0 && (int)answer["usage"]!["completion_tokens"]! > 0);
    }

    [Theory]
    [InlineData("max_tokens")]
    [InlineData("max_completion_tokens")]
    public async Task It_stops_where_it_was_told_to(string limit)
    {
        var question = Question();
        question[limit] = 3;

        Assert.Contains("\"finish_reason\":\"length\"", await AskAsync(question), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_ends_with_what_was_counted_and_half_of_one_does_not()
    {
        var question = Question();
        question["stream"] = true;
        question["stream_options"] = new JsonObject { ["include_usage"] = true };

        var whole = await AskAsync(question);
        World.Faults.Add(Fault.Truncated, Systems.Model);
        var half = await AskAsync(question);

        Assert.EndsWith("data: [DONE]\n\n", whole, StringComparison.Ordinal);
        Assert.Contains("completion_tokens", whole, StringComparison.Ordinal);
        Assert.DoesNotContain("finish_reason\":\"stop", half, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("key", 401)]
    [InlineData("model", 404)]
    [InlineData("messages", 400)]
    public async Task It_refuses_what_is_not_a_question(string wrong, int status)
    {
        var question = Question();
        question.Remove(wrong);

        await AskAsync(question, status, wrong == "key" ? "another" : null);

        Assert.Empty(World.Model.Questions);
    }

    [Fact]
    public async Task A_recording_is_found_by_the_users_turn_whatever_the_instructions_are()
    {
        World.Model.Replays([new("plan", "why?", "It was the semicolon.", "model-9", DateTimeOffset.UnixEpoch)]);
        var question = Question();
        question["messages"]![0]!["content"] = "Other instructions.";

        var answer = JsonNode.Parse(await AskAsync(question))!;

        Assert.Equal("replay:model-9", (string?)answer["model"]);
        Assert.Equal("It was the semicolon.", (string?)answer["choices"]![0]!["message"]!["content"]);
    }

    [Fact]
    public async Task Without_a_recording_it_says_so_until_it_is_told_what_to_say()
    {
        World.Model.Replays([]);
        Assert.Contains("no recording", await AskAsync(Question(), 404), StringComparison.Ordinal);

        World.Model.Says("Words.");
        Assert.Contains("Words.", await AskAsync(Question()), StringComparison.Ordinal);
    }

    [Fact]
    public void Recordings_are_read_from_a_folder()
    {
        var folder = Directory.CreateTempSubdirectory("steward-recordings-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "one.json"),
                """{ "task": "write", "data": "why?", "answer": "because", "model": "model-9", "recordedAt": "2026-05-01T10:00:00Z" }""");

            Assert.Equal(new ModelRecording("write", "why?", "because", "model-9", new(2026, 5, 1, 10, 0, 0, TimeSpan.Zero)), Assert.Single(ModelRecording.ReadAll(folder.FullName)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private JsonObject Question() => new()
    {
        ["model"] = Options.ModelName,
        ["messages"] = new JsonArray(
            new JsonObject { ["role"] = "system", ["content"] = "Say why." }, new JsonObject { ["role"] = "user", ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = "why?" }) }),
    };

    private async Task<string> AskAsync(JsonObject question, int status = 200, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{World.ChatUrl}/chat/completions") { Content = JsonContent.Create(question) };
        request.Headers.Authorization = new("Bearer", key ?? Options.ModelApiKey);
        using var response = await Client.SendAsync(request, Ending);
        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        return await response.Content.ReadAsStringAsync(Ending);
    }
}
