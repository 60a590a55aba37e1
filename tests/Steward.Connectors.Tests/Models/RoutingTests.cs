using Steward.Connectors.Models;
using Steward.Platform.Http;
using Steward.Simulation;
using Steward.Simulation.Faults;

namespace Steward.Connectors.Tests.Models;

/// <summary>Which model is asked, and whom next: Anthropic's words first, OpenAI's second.</summary>
public sealed class RoutingTests : ModelTest
{
    [Fact]
    public async Task Every_task_goes_to_its_own_model_and_all_others_to_the_general_one()
    {
        await AskAsync();
        await AskAsync(Question with { Task = ModelTask.Repair });

        Assert.Equal((1, 1), (Requests(), Requests("AskChat")));
    }

    [Theory]
    [InlineData(529)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_server_that_is_down_is_passed_over_and_the_log_says_so(int status)
    {
        World.Faults.Add(Fault.ServerError(status), Systems.Model, "AskModel");

        var answer = await AskAsync();

        Assert.True(answer.IsWhole);
        Assert.Equal(1, Requests("AskChat"));
        Assert.Contains(Log.Warnings, line => line.Contains("was not to be asked", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_lost_at_the_first_model_is_counted_beside_the_answer_of_the_second()
    {
        World.Faults.Add(Fault.DropAfterEffect, Systems.Model, "AskModel");

        await AskAsync();

        var day = (await ReportAsync()).Day;
        Assert.Equal((2, 1), (day.Questions, day.Unanswered));
    }

    [Fact]
    public async Task Nobody_else_is_asked_once_somebody_has_heard_words()
    {
        World.Model.Says(new string('x', 500));
        World.Faults.Add(Fault.Truncated, Systems.Model, "AskModel");

        await Assert.ThrowsAsync<ConnectorException>(() => AskAsync(onText: static _ => { }));

        Assert.Equal(0, Requests("AskChat"));
    }

    [Fact]
    public async Task When_all_fail_and_one_may_have_been_paid_the_failure_says_so()
    {
        World.Faults.Add(Fault.DropAfterEffect, Systems.Model, "AskModel");
        World.Faults.Add(Fault.ServerError(529), Systems.Model, "AskChat");

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => AskAsync());

        Assert.Equal(CallEffect.Unknown, failure.Effect);
        Assert.Contains("lost", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await ReportAsync()).Day.Questions);
    }

    [Fact]
    public void The_call_that_is_asked_for_names_everybody_who_may_be_asked()
    {
        var call = Get<ModelCalls>().Ask(Question);

        Assert.Equal($"model/{Options.ModelName}", call.Target);
        Assert.Equal($"[\"{Options.ModelName}\"]", call.Arguments["fallbacks"]!.ToJsonString());
        Assert.Equal("summary", (string?)call.Arguments["task"]);
    }

    protected override void Configure(IDictionary<string, string?> settings)
    {
        base.Configure(settings);
        settings["Models:Fallbacks"] = $"second:{Options.ModelName}";
        settings["Models:Repair"] = $"second:{Options.ModelName}";
        settings["Models:Second:BaseUrl"] = World.ChatUrl.ToString();
        settings["Models:Second:ApiKey"] = Options.ModelApiKey;
    }
}
