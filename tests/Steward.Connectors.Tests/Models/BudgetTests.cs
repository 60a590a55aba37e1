using Steward.Connectors.Models;
using Steward.Platform.Http;
using Steward.Simulation;
using Steward.Simulation.Faults;
using Steward.Testing;

namespace Steward.Connectors.Tests.Models;

/// <summary>What models may cost: $3 for a million tokens in, $15 out, and 400 out at the most, so a question costs about a cent at the worst.</summary>
public sealed class BudgetTests : ModelTest
{
    private readonly FakeClock clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    protected override TimeProvider Clock => clock;

    [Fact]
    public async Task A_question_that_could_cost_too_much_is_refused_before_it_is_sent()
    {
        var failure = await RefusedAsync(Question with { MaxTokens = 40_000 });

        Assert.Contains("Models:DollarsPerCall", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, (await ReportAsync()).All.Questions);
    }

    [Fact]
    public async Task Stewards_own_English_is_not_reckoned_a_token_a_byte()
    {
        var words = string.Concat(Enumerable.Repeat("Say what failed. ", 6000));
        await AskAsync(Question with { Guide = words });

        await RefusedAsync(Question with { Instructions = words });
    }

    [Fact]
    public async Task One_agent_cannot_use_up_what_is_there_for_others()
    {
        var question = Question with { For = "agent:greedy", MaxTokens = 10_000 };
        World.Faults.Add(Fault.DropAfterEffect, Systems.Model, times: 1);
        await Assert.ThrowsAsync<ConnectorException>(() => AskAsync(question));

        Assert.Contains("agent:greedy in 24 hours", (await RefusedAsync(question)).Message, StringComparison.Ordinal);

        await AskAsync(question with { For = "agent:other" });
        clock.Advance(TimeSpan.FromHours(25));
        await AskAsync(question);
    }

    [Fact]
    public async Task What_a_question_is_for_keeps_to_its_own_bound_over_all_days()
    {
        var question = Question with { For = "build:long", MaxTokens = 10_000, Within = 0.2 };
        World.Faults.Add(Fault.DropAfterEffect, Systems.Model, times: 1);
        await Assert.ThrowsAsync<ConnectorException>(() => AskAsync(question));
        clock.Advance(TimeSpan.FromHours(25));

        Assert.Contains("build:long in all may cost $0.20, and", (await RefusedAsync(question)).Message, StringComparison.Ordinal);

        await AskAsync(question with { MaxTokens = 100 });
        var bill = await Get<ShowModels>().BillAsync("build:long", Ending);
        Assert.True(bill is { TokensIn: > 0, Dollars: > 0.15 });
        Assert.Equal(0, (await Get<ShowModels>().BillAsync("build:other", Ending)).Dollars);
    }

    [Fact]
    public async Task A_day_and_everything_together_have_their_bounds()
    {
        World.Faults.Add(Fault.DropAfterEffect, Systems.Model, times: 4);
        foreach (var name in new[] { "a", "b", "c" })
        {
            await Assert.ThrowsAsync<ConnectorException>(() => AskAsync(Question with { For = name, MaxTokens = 10_000 }));
        }

        Assert.Contains("Models:DollarsPerDay", (await RefusedAsync(Question with { For = "d", MaxTokens = 10_000 })).Message, StringComparison.Ordinal);

        clock.Advance(TimeSpan.FromHours(25));
        await Assert.ThrowsAsync<ConnectorException>(() => AskAsync(Question with { For = "d", MaxTokens = 10_000 }));
        var failure = await RefusedAsync(Question with { For = "e", MaxTokens = 10_000 });
        Assert.Contains("(Models:Dollars)", failure.Message, StringComparison.Ordinal);
        Assert.Equal(4, (await ReportAsync()).All.Unanswered);
    }

    [Fact]
    public async Task Questions_at_the_same_time_cannot_share_the_same_dollars()
    {
        var gate = World.Faults.HoldBeforeEffect(Systems.Model, "AskModel");
        var question = Question with { For = "agent:greedy", MaxTokens = 10_000 };
        var first = AskAsync(question);
        await gate.Reached.WaitAsync(Ending);

        await Assert.ThrowsAsync<ConnectorException>(() => AskAsync(question));

        gate.Release();
        Assert.True((await first).IsWhole);
        Assert.Equal(1, Requests());
    }

    [Fact]
    public async Task What_was_put_aside_becomes_what_it_cost()
    {
        var answer = await AskAsync(Question with { For = "agent:thrifty" });

        var report = await ReportAsync();
        var own = Assert.Single(report.DayByAccount);
        Assert.Equal(("agent:thrifty", 1L, 0L), (own.Name, own.Questions, own.Unanswered));
        Assert.Equal(answer.Dollars!.Value, own.Dollars, 9);
        Assert.Equal(answer.Dollars.Value, Assert.Single(report.DayByModel, sum => sum.Name == Options.ModelName).Dollars, 9);
        Assert.Equal(0.5 - own.Dollars, report.Bounds.Single(bound => bound.Setting == "Models:DollarsPerDay").Left!.Value, 9);
    }

    [Fact]
    public async Task A_question_that_never_left_costs_nothing()
    {
        World.Faults.Add(Fault.RateLimit(TimeSpan.FromHours(1)), Systems.Model);

        await Assert.ThrowsAsync<ConnectorException>(() => AskAsync());

        Assert.Equal(0, (await ReportAsync()).All.Questions);
    }

    protected override void Configure(IDictionary<string, string?> settings)
    {
        base.Configure(settings);
        settings["Models:DollarsPerCall"] = "0.2";
        settings["Models:DollarsPerAgentPerDay"] = "0.2";
        settings["Models:DollarsPerDay"] = "0.5";
        settings["Models:Dollars"] = "0.65";
    }

    private async Task<ConnectorException> RefusedAsync(ModelQuestion question)
    {
        var before = Requests();
        var failure = await Assert.ThrowsAsync<ConnectorException>(() => AskAsync(question));
        Assert.Equal((CallEffect.None, false, before), (failure.Effect, failure.IsTransient, Requests()));
        return failure;
    }
}
