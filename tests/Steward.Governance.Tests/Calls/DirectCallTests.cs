using System.Text.Json.Nodes;
using Steward.Governance.Calls;
using Steward.Governance.Stops;
using Steward.Platform.Http;
using Steward.Testing;

namespace Steward.Governance.Tests.Calls;

public sealed class DirectCallTestsOnSqlite() : DirectCallTests(StoreKind.Sqlite);

public sealed class DirectCallTestsOnPostgres() : DirectCallTests(StoreKind.Postgres);

public abstract class DirectCallTests(StoreKind kind) : GovernanceTest(kind)
{
    private static readonly Call Needy = new("n8n.workflow.create", "workflow-name/w", new JsonObject { ["document"] = "d" });
    private static readonly Call Free = new("alert.send", "n8n/alert", new JsonObject { ["text"] = "x" });

    private int sent;

    [Fact]
    public async Task What_needs_nobody_is_done_every_time_it_is_asked_for()
    {
        for (var i = 1; i <= 5; i++)
        {
            Assert.Equal("did it", Assert.IsType<DirectOutcome.Done>(await AskAsync(Free)).Detail);
            Assert.Equal(i, sent);
        }
    }

    [Fact]
    public async Task What_needs_a_person_waits_and_goes_through_once_when_it_is_asked_for_again()
    {
        var waiting = Assert.IsType<DirectOutcome.Waiting>(await AskAsync(Needy));
        Assert.Equal(waiting.ApprovalId, Assert.IsType<DirectOutcome.Waiting>(await AskAsync(Needy)).ApprovalId);
        Assert.Equal(0, sent);
        await DecideAsync(waiting.ApprovalId, true);

        Assert.IsType<DirectOutcome.Done>(await AskAsync(Needy));
        Assert.Equal(1, sent);

        // The yes was for once.
        Assert.NotEqual(waiting.ApprovalId, Assert.IsType<DirectOutcome.Waiting>(await AskAsync(Needy)).ApprovalId);
        Assert.Equal(1, sent);
    }

    [Fact]
    public async Task Another_actor_and_another_call_do_not_ride_on_the_yes()
    {
        var waiting = Assert.IsType<DirectOutcome.Waiting>(await AskAsync(Needy));
        await DecideAsync(waiting.ApprovalId, true);

        Assert.IsType<DirectOutcome.Waiting>(await AskAsync(Needy, Actor.Person("bob")));
        Assert.IsType<DirectOutcome.Waiting>(await AskAsync(Needy with { Arguments = new JsonObject { ["document"] = "e" } }));
        Assert.Equal(0, sent);
    }

    [Fact]
    public async Task A_no_stands_as_long_as_the_yes_would_have_and_then_it_may_be_asked_anew()
    {
        var waiting = Assert.IsType<DirectOutcome.Waiting>(await AskAsync(Needy));
        await DecideAsync(waiting.ApprovalId, false);

        Assert.IsType<DirectOutcome.Denied>(await AskAsync(Needy));
        Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.IsType<DirectOutcome.Denied>(await AskAsync(Needy));
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.NotEqual(waiting.ApprovalId, Assert.IsType<DirectOutcome.Waiting>(await AskAsync(Needy)).ApprovalId);
    }

    [Fact]
    public async Task Where_nobody_decided_in_time_asking_again_asks_anew_at_once()
    {
        var waiting = Assert.IsType<DirectOutcome.Waiting>(await AskAsync(Needy));
        Clock.Advance(TimeSpan.FromMinutes(61));

        Assert.NotEqual(waiting.ApprovalId, Assert.IsType<DirectOutcome.Waiting>(await AskAsync(Needy)).ApprovalId);
    }

    [Fact]
    public async Task A_policys_no_stands_until_the_policy_changes()
    {
        var never = new Call("billing.pay", "x", []);
        Assert.IsType<DirectOutcome.Denied>(await AskAsync(never));
        Clock.Advance(TimeSpan.FromHours(2));
        Assert.IsType<DirectOutcome.Denied>(await AskAsync(never));

        await EditPolicyAsync(text => text.Replace("\"billing.*\"", "\"billings.*\"", StringComparison.Ordinal));

        Assert.IsType<DirectOutcome.Waiting>(await AskAsync(never));
    }

    [Fact]
    public async Task A_stop_holds_it_and_lifting_lets_it_through()
    {
        await Node.Switches.RaiseAsync(StopScope.Global, "", "test", Anna, Cancellation);
        Assert.IsType<DirectOutcome.Held>(await AskAsync(Free));
        await Node.Switches.LiftAsync(StopScope.Global, "", null, Anna, Cancellation);

        Assert.IsType<DirectOutcome.Done>(await AskAsync(Free));
        Assert.Equal(1, sent);
    }

    [Fact]
    public async Task What_failed_without_effect_is_done_the_next_time_under_the_same_yes()
    {
        var waiting = Assert.IsType<DirectOutcome.Waiting>(await AskAsync(Needy));
        await DecideAsync(waiting.ApprovalId, true);

        await Assert.ThrowsAsync<ConnectorException>(() => AskAsync(Needy, effect: CallEffect.None));
        Assert.IsType<DirectOutcome.Done>(await AskAsync(Needy));
        Assert.Equal(2, sent);
    }

    [Fact]
    public async Task A_lost_answer_is_looked_into_at_once()
    {
        Assert.IsType<DirectOutcome.Done>(await AskAsync(Free, effect: CallEffect.Unknown, happened: true));
        Assert.IsType<DirectOutcome.Done>(await AskAsync(Free));
        Assert.Equal(2, sent);
    }

    [Fact]
    public async Task What_may_still_be_on_its_way_is_not_repeated_and_what_never_arrived_is()
    {
        await Assert.ThrowsAsync<ConnectorException>(() => AskAsync(Free, effect: CallEffect.Unknown, happened: false));
        Assert.IsType<DirectOutcome.Unknown>(await AskAsync(Free, happened: false));
        Assert.Equal(1, sent);
        Clock.Advance(TimeSpan.FromSeconds(15));

        Assert.IsType<DirectOutcome.Done>(await AskAsync(Free, happened: false));
        Assert.Equal(2, sent);
    }

    [Fact]
    public async Task What_nobody_can_know_is_not_repeated_and_what_turns_out_to_be_done_is_done()
    {
        await Assert.ThrowsAsync<ConnectorException>(() => AskAsync(Free, effect: CallEffect.Unknown, happened: null));
        Clock.Advance(TimeSpan.FromHours(1));

        Assert.IsType<DirectOutcome.Unknown>(await AskAsync(Free, happened: null));
        Assert.IsType<DirectOutcome.Done>(await AskAsync(Free, happened: true));
        Assert.Equal(1, sent);
    }

    [Fact]
    public async Task What_was_done_on_an_occasion_is_known_on_it_and_a_new_call_on_another()
    {
        Assert.IsType<DirectOutcome.Done>(await AskAsync(Free, occasion: First));
        Assert.Equal("did it", Assert.IsType<DirectOutcome.Done>(await AskAsync(Free, occasion: First)).Detail);
        Assert.Equal(1, sent);

        Assert.IsType<DirectOutcome.Done>(await AskAsync(Free, occasion: Second));
        Assert.IsType<DirectOutcome.Done>(await AskAsync(Free, occasion: First));
        Assert.Equal(2, sent);
    }

    [Fact]
    public async Task What_was_done_before_an_occasion_began_anew_is_done_again()
    {
        await AskAsync(Free, occasion: First);
        Clock.Advance(TimeSpan.FromSeconds(2));
        var anew = First with { Since = Clock.GetUtcNow() };

        await AskAsync(Free, occasion: anew);
        await AskAsync(Free, occasion: anew);

        Assert.Equal(2, sent);
    }

    [Fact]
    public async Task What_nobody_can_know_is_not_repeated_on_its_occasion_and_holds_up_no_other()
    {
        await Assert.ThrowsAsync<ConnectorException>(() => AskAsync(Free, effect: CallEffect.Unknown, occasion: First));
        Clock.Advance(TimeSpan.FromHours(1));

        Assert.IsType<DirectOutcome.Unknown>(await AskAsync(Free, occasion: First with { Since = Clock.GetUtcNow() }));
        Assert.Equal(1, sent);
        Assert.IsType<DirectOutcome.Done>(await AskAsync(Free, occasion: Second));
        Assert.IsType<DirectOutcome.Unknown>(await AskAsync(Free, occasion: First));
        Assert.Equal(2, sent);
    }

    [Fact]
    public async Task A_persons_yes_is_good_for_the_next_occasion_once()
    {
        var waiting = Assert.IsType<DirectOutcome.Waiting>(await AskAsync(Needy, occasion: First));
        Assert.Equal(waiting.ApprovalId, Assert.IsType<DirectOutcome.Waiting>(await AskAsync(Needy, occasion: Second)).ApprovalId);
        await DecideAsync(waiting.ApprovalId, true);

        await Assert.ThrowsAsync<ConnectorException>(() => AskAsync(Needy, effect: CallEffect.None, occasion: First));
        Assert.IsType<DirectOutcome.Done>(await AskAsync(Needy, occasion: Second));
        Assert.IsType<DirectOutcome.Done>(await AskAsync(Needy, occasion: Second));
        Assert.Equal(2, sent);
        Assert.IsType<DirectOutcome.Waiting>(await AskAsync(Needy, occasion: First));
    }

    [Fact]
    public async Task A_no_holds_on_every_occasion_and_when_it_is_outdated_it_is_asked_anew()
    {
        var waiting = Assert.IsType<DirectOutcome.Waiting>(await AskAsync(Needy, occasion: First));
        await DecideAsync(waiting.ApprovalId, false);
        Assert.IsType<DirectOutcome.Denied>(await AskAsync(Needy, occasion: Second));
        Clock.Advance(TimeSpan.FromMinutes(60));

        Assert.NotEqual(waiting.ApprovalId, Assert.IsType<DirectOutcome.Waiting>(await AskAsync(Needy, occasion: First)).ApprovalId);
    }

    private CallOccasion First => new("run/1", Clock.GetUtcNow().AddHours(-2));

    private CallOccasion Second => First with { Name = "run/2" };

    private Task<DirectOutcome> AskAsync(Call call, Actor? actor = null, CallEffect? effect = null, bool? happened = null, CallOccasion? occasion = null) => Node.Direct.RunAsync(
        actor ?? Anna, call, "A test.", "correlation",
        (permit, cancellationToken) => permit.RunAsync(call, _ =>
        {
            sent++;
            return effect is { } failed ? throw new ConnectorException("n8n", "Test", "no") { Effect = failed } : Task.FromResult<string?>("did it");
        }, detail => detail, cancellationToken),
        (_, _) => Task.FromResult(happened), Cancellation, occasion);

    private async Task DecideAsync(Guid approval, bool yes) =>
        Assert.False((await Node.Approvals.HandleAsync(approval, yes, Actor.Person("owner"), null, Cancellation)).IsRefused);
}
