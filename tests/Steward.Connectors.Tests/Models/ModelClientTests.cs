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

        Assert.Equal(new ModelAnswer("claude-x", "A semicolon is missing.", true, 12, 5), answer);
        var headers = Assert.Single(Stub.Requests);
        Assert.Equal("the-key-of-the-model", headers["x-api-key"]);
        Assert.Equal("2023-06-01", headers["anthropic-version"]);
        Assert.DoesNotContain("the-key-of-the-model", Stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_ran_out_of_length_says_so()
    {
        await AnswerAsync(200, """{"content":[{"type":"text","text":"A semi"}],"stop_reason":"max_tokens"}""");

        Assert.False((await Get<ModelClient>().AskAsync(await PermitAsync(Get<ModelCalls>().Ask(Question)), Question, Ending)).IsWhole);
    }

    [Theory]
    [InlineData(401, """{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}""", false)]
    [InlineData(529, """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", true)]
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
