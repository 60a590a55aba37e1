using Steward.Connectors.Models;
using Steward.Platform.Http;
using Steward.Simulation;
using Steward.Simulation.Faults;
using Steward.Simulation.Models;

namespace Steward.Connectors.Tests.Models;

/// <summary>Answers that come in pieces, in both providers' words.</summary>
public abstract class StreamTests : ModelTest
{
    private static readonly string Words = string.Join(' ', Enumerable.Range(0, 40).Select(number => $"word{number}"));

    protected abstract string Operation { get; }

    [Fact]
    public async Task The_words_are_heard_as_they_come_and_the_answer_is_all_of_them()
    {
        World.Model.Says(Words);
        var heard = new List<string>();

        var answer = await AskAsync(onText: heard.Add);

        Assert.True(heard.Count > 3);
        Assert.Equal(SimulatedModel.Disclaimer + Words, string.Concat(heard));
        Assert.Equal(SimulatedModel.Disclaimer + Words, answer.Text);
        Assert.True(answer is { IsWhole: true, IsReplayed: false, TokensIn: > 5, TokensOut: > 60 });
        Assert.Equal(((answer.TokensIn * 3) + (answer.TokensOut * 15)) / 1e6, answer.Dollars!.Value, 9);
    }

    [Fact]
    public async Task Streamed_and_whole_answers_are_the_same()
    {
        World.Model.Says(Words);

        Assert.Equal(await AskAsync(), await AskAsync(onText: static _ => { }));
    }

    [Fact]
    public async Task A_stream_that_breaks_off_is_a_failure_that_was_paid_for_and_is_not_repeated()
    {
        World.Model.Says(Words);
        World.Faults.Add(Fault.Truncated, Systems.Model);

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => AskAsync(onText: static _ => { }));

        Assert.True(failure is { IsTransient: true, Effect: CallEffect.Unknown }, failure.Message);
        Assert.Equal(1, Requests(Operation));
        var day = (await ReportAsync()).Day;
        Assert.Equal(1, day.Unanswered);
        Assert.True(day.Dollars > 0.006);
    }

    [Fact]
    public async Task A_long_task_is_streamed_also_when_nobody_listens()
    {
        World.Model.Says(Words);

        Assert.Equal(SimulatedModel.Disclaimer + Words, (await AskAsync(Question with { Task = ModelTask.Write })).Text);

        var asked = Assert.Single(World.Model.Questions);
        Assert.True((bool)asked["stream"]!);
        Assert.Equal(16_000, (int)(asked["max_tokens"] ?? asked["max_completion_tokens"])!);
    }

    [Fact]
    public async Task The_words_of_a_cut_answer_are_marked_as_not_whole()
    {
        World.Model.Ends(ModelEnd.Cut, ModelEnd.Cut);

        Assert.False((await AskAsync()).IsWhole);
        Assert.False((await AskAsync(onText: static _ => { })).IsWhole);
    }

    [Fact]
    public async Task A_refusal_is_told_as_one_and_was_paid_for()
    {
        World.Model.Ends(ModelEnd.Refusal, ModelEnd.Refusal);

        var whole = await Assert.ThrowsAsync<UnusableAnswerException>(() => AskAsync());
        var streamed = await Assert.ThrowsAsync<UnusableAnswerException>(() => AskAsync(onText: static _ => { }));

        Assert.Equal((AnswerFault.Refused, AnswerFault.Refused), (whole.Fault, streamed.Fault));
        Assert.True(whole.Answer.Dollars > 0);
        Assert.Equal(2, Requests(Operation));
        Assert.Equal((2, 0), ((await ReportAsync()).Day.Questions, (await ReportAsync()).Day.Unanswered));
    }

    [Fact]
    public async Task An_empty_answer_is_asked_for_once_more()
    {
        World.Model.Says("There.");
        World.Model.Ends(ModelEnd.Empty);

        Assert.EndsWith("There.", (await AskAsync()).Text, StringComparison.Ordinal);

        Assert.Equal(2, Requests(Operation));
        Assert.Equal(2, (await ReportAsync()).Day.Questions);
    }

    [Fact]
    public async Task What_is_empty_twice_is_told_so_and_counts_twice()
    {
        World.Model.Ends(ModelEnd.Empty, ModelEnd.Empty);

        var failure = await Assert.ThrowsAsync<UnusableAnswerException>(() => AskAsync());

        Assert.Equal(AnswerFault.Empty, failure.Fault);
        Assert.Equal(2, Requests(Operation));
        Assert.Equal((await ReportAsync()).Day.TokensIn, failure.Answer.TokensIn);
    }

    [Theory]
    [InlineData(429, true)]
    [InlineData(529, true)]
    [InlineData(500, false)]
    public async Task An_overloaded_server_is_asked_again_and_one_that_failed_is_not(int status, bool again)
    {
        World.Faults.Add(status == 429 ? Fault.RateLimit(TimeSpan.Zero) : Fault.ServerError(status), Systems.Model, times: 1);

        var failure = await Record.ExceptionAsync(() => AskAsync());

        Assert.Equal(again, failure is null);
        Assert.Equal(again ? 2 : 1, Requests(Operation));
        var day = (await ReportAsync()).Day;
        Assert.Equal((1, again ? 0 : 1), (day.Questions, day.Unanswered));
    }

    [Fact]
    public async Task A_recorded_answer_says_that_it_is_one_and_costs_nothing()
    {
        World.Model.Replays([new("summary", Question.Data, "It was the semicolon.", "some-model-9", DateTimeOffset.UnixEpoch)]);

        var answer = await AskAsync();

        Assert.Equal(("replay:some-model-9", "It was the semicolon.", true, null), (answer.Model, answer.Text, answer.IsReplayed, answer.Dollars));
        Assert.Equal(0, (await ReportAsync()).Day.Dollars);
        var failure = await Assert.ThrowsAsync<ConnectorException>(() => AskAsync(Question with { Data = "another question" }));
        Assert.Contains("no recording", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schema_is_asked_for_and_the_answer_is_the_json_alone()
    {
        World.Model.SaysExactly("```json\n{\"name\":\"stock-watch\"}\n```");

        Assert.Equal("""{"name":"stock-watch"}""", (await AskAsync(Question with { Schema = Schema })).Text);

        var asked = Assert.Single(World.Model.Questions);
        Assert.Contains("additionalProperties", asked.ToJsonString(), StringComparison.Ordinal);
        Assert.NotNull(asked["output_config"] ?? asked["response_format"]);
    }

    [Theory]
    [InlineData("I would call it stock-watch.", "it is not JSON")]
    [InlineData("""{"title":"stock-watch"}""", "it has no 'name'")]
    [InlineData("""{"name":3}""", "it.name is no string")]
    [InlineData("""["stock-watch"]""", "it is no object")]
    [InlineData("""{"name":"stock-watch","name":"stock-watch"}""", "it is not JSON")]
    [InlineData("""{"name":"stock-watch","\ud83d":"x"}""", "characters in it that are none")]
    [InlineData("""{"name":"stock\udc00watch"}""", "characters in it that are none")]
    [InlineData("""{"name":"stock\u0000watch"}""", "characters in it that are none")]
    public async Task What_is_not_the_json_asked_for_is_asked_for_once_more_and_then_told(string words, string fault)
    {
        World.Model.SaysExactly(words);

        var failure = await Assert.ThrowsAsync<UnusableAnswerException>(() => AskAsync(Question with { Schema = Schema }));

        Assert.Equal(AnswerFault.NotJson, failure.Fault);
        Assert.Contains(fault, failure.Message, StringComparison.Ordinal);
        Assert.Equal(words, failure.Answer.Text);
        Assert.Equal(2, Requests(Operation));
    }

    [Fact]
    public async Task Half_a_json_document_is_never_used()
    {
        World.Model.SaysExactly("""{"name":"stock-watch","more":"and more"}""");
        World.Model.Ends(ModelEnd.Cut);

        var failure = await Assert.ThrowsAsync<UnusableAnswerException>(() => AskAsync(Question with { Schema = Schema }));

        Assert.Equal(AnswerFault.Cut, failure.Fault);
        Assert.Contains("Models:LongMaxTokens", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, Requests(Operation));
    }

    [Fact]
    public async Task The_key_is_in_nothing_that_is_written_down()
    {
        World.Faults.Add(Fault.NotJson, Systems.Model);

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => AskAsync());

        Assert.Equal(CallEffect.Unknown, failure.Effect);
        Assert.DoesNotContain(Options.ModelApiKey, failure + Stored + Log.Everything, StringComparison.Ordinal);
    }
}

/// <summary>The same in Anthropic's words.</summary>
public sealed class AnthropicStreamTests : StreamTests
{
    protected override string Operation => "AskModel";

    [Fact]
    public async Task The_instructions_may_be_cached_and_the_data_may_not()
    {
        await AskAsync();

        var asked = Assert.Single(World.Model.Questions);
        Assert.Equal("ephemeral", (string?)asked["system"]![0]!["cache_control"]!["type"]);
        Assert.DoesNotContain("cache_control", asked["messages"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_guide_is_cached_without_the_instructions_that_follow_it()
    {
        World.Model.SaysExactly("""{"name":"stock-watch"}""");
        await AskAsync(Question with { Guide = "You know all about logs. ", Schema = Schema });
        await AskAsync(Question with { Guide = "You know all about logs. ", Instructions = "Say when." });

        var asked = World.Model.Questions;
        Assert.All(asked, question => Assert.Equal(("You know all about logs. ", "ephemeral"), ((string?)question["system"]![0]!["text"], (string?)question["system"]![0]!["cache_control"]!["type"])));
        Assert.Equal(("Say when.", null), ((string?)asked[^1]["system"]![1]!["text"], asked[^1]["system"]![1]!["cache_control"]));
    }
}

/// <summary>The same in OpenAI's.</summary>
public sealed class OpenAIStreamTests : StreamTests
{
    protected override string Operation => "AskChat";

    [Fact]
    public async Task A_guide_and_the_instructions_are_one_text()
    {
        await AskAsync(Question with { Guide = "You know all about logs. " });

        Assert.Equal("You know all about logs. Say why.", (string?)Assert.Single(World.Model.Questions)["messages"]![0]!["content"]);
    }

    protected override void Configure(IDictionary<string, string?> settings)
    {
        base.Configure(settings);
        settings["Models:Provider"] = "openai";
        settings["Models:BaseUrl"] = World.ChatUrl.ToString();
    }
}
