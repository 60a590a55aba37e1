using Steward.Connectors.Models;
using Steward.Governance.Calls;
using Steward.Platform.Http;

namespace Steward.Connectors.Tests.Models;

/// <summary>The Messages API, as Anthropic's documentation has it.</summary>
public sealed class ModelClientTests : StubTest
{
    private static readonly ModelQuestion Question = new("Say why.", "<log>error</log>");

    [Fact]
    public async Task An_answer_is_read_and_the_key_travels_in_its_header()
    {
        await AnswerAsync(200, """
            {"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"A semicolon "},{"type":"text","text":"is missing."}],
             "stop_reason":"end_turn","usage":{"input_tokens":12,"output_tokens":5}}
            """);

        var answer = await Get<ModelClient>().AskAsync(await PermitAsync(Get<ModelCalls>().Ask(Question)), Question, Ending);

        Assert.Equal(new ModelAnswer("claude-x", "A semicolon is missing.", true, 12, 5) { StopReason = "end_turn" }, answer);
        var headers = Assert.Single(Stub.Requests);
        Assert.Equal("the-key-of-the-model", headers["x-api-key"]);
        Assert.Matches("^20[0-9]{2}-[0-9]{2}-[0-9]{2}$", headers["anthropic-version"]);
        Assert.DoesNotContain("the-key-of-the-model", Stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_ran_out_of_length_says_so()
    {
        await AnswerAsync(200, """{"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[{"type":"text","text":"A semi"}],"stop_reason":"max_tokens","usage":{"input_tokens":12,"output_tokens":5}}""");

        Assert.False((await Get<ModelClient>().AskAsync(await PermitAsync(Get<ModelCalls>().Ask(Question)), Question, Ending)).IsWhole);
    }

    [Theory]
    [InlineData(401, """{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}""", false)]
    [InlineData(500, """{"type":"error","error":{"type":"api_error","message":"Internal server error"}}""", true)]
    [InlineData(307, "", false)]
    [InlineData(200, "<html>proxy</html>", true)]
    public async Task A_failure_is_asked_once_and_told_in_words(int status, string body, bool transient)
    {
        await AnswerAsync(status, body);
        var permit = await PermitAsync(Get<ModelCalls>().Ask(Question));

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => Get<ModelClient>().AskAsync(permit, Question, Ending));

        Assert.Equal(transient, failure.IsTransient);
        Assert.Single(Stub.Requests);
    }

    [Fact]
    public async Task An_error_within_a_stream_is_told_and_is_not_asked_again()
    {
        await AnswerAsync(200, "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n", "text/event-stream");
        var permit = await PermitAsync(Get<ModelCalls>().Ask(Question));

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => Get<ModelClient>().AskAsync(permit, Question, static _ => { }, Ending));

        Assert.True(failure is { IsTransient: true, Effect: CallEffect.Unknown });
        Assert.Contains("overloaded_error", failure.Message, StringComparison.Ordinal);
        Assert.Single(Stub.Requests);
    }

    [Fact]
    public async Task A_permit_for_one_question_asks_no_other()
    {
        await AnswerAsync(200, "{}");
        var permit = await PermitAsync(Get<ModelCalls>().Ask(Question));

        await Assert.ThrowsAsync<PermitRefusedException>(() => Get<ModelClient>().AskAsync(permit, Question with { Data = "something else" }, Ending));

        Assert.Empty(Stub.Requests);
    }

    protected override void Configure(IDictionary<string, string?> settings)
    {
        base.Configure(settings);
        settings["Models:BaseUrl"] = VendorUrl;
        settings["Models:ApiKey"] = "the-key-of-the-model\n";
        settings["Models:Model"] = "claude-x";
    }
}
