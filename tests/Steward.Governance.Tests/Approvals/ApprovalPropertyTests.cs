using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Governance.Approvals;
using Steward.Governance.Calls;
using Steward.Governance.Stops;
using Steward.Platform.Http;
using Steward.Testing;

namespace Steward.Governance.Tests.Approvals;

public sealed class ApprovalPropertyTestsOnSqlite() : ApprovalPropertyTests(StoreKind.Sqlite);

public sealed class ApprovalPropertyTestsOnPostgres() : ApprovalPropertyTests(StoreKind.Postgres);

/// <summary>
/// What a person approved runs once, exactly as approved, or not at all: many ways to cheat or to fail, each tried with
/// many random calls. A failure names its seed.
/// </summary>
public abstract class ApprovalPropertyTests(StoreKind kind) : GovernanceTest(kind)
{
    private int policies;

    private async Task ForManyAsync(Func<ApprovalCase, Task> check, [System.Runtime.CompilerServices.CallerMemberName] string name = "")
    {
        var other = await AnotherNodeAsync();
        var seeds = LongForm.Or(Kind == StoreKind.Sqlite ? 20 : 8, 200);
        for (var seed = 1; seed <= seeds; seed++)
        {
            var one = new ApprovalCase(seed, name, Node, other);
            try
            {
                await check(one);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"It fails with seed {seed}: {e.Message}", e);
            }

            // The next case starts with an empty hour.
            Clock.Advance(TimeSpan.FromHours(2));
        }

        Assert.Null((await Node.VerifyAsync()).Fault);
    }

    private Task MutationAsync(Func<ApprovalCase, Call, Call> mutate, [System.Runtime.CompilerServices.CallerMemberName] string name = "") => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        var permit = await one.ApprovedAsync(request);
        await one.MustBeRefusedAsync(permit, mutate(one, Copy(request.Call)));

        // The attempt made the permit void; the exact call still runs under the same approval, once.
        await one.MustBeRefusedAsync(permit, request.Call);
        var again = await one.PermitAsync(request);
        await one.ExecuteAsync(again, request.Call);
        await one.MustBeRefusedAsync(again, request.Call);
        Assert.Equal(1, one.Executed);
    }, name);

    private static Call Copy(Call call) => new(call.Action, call.Target, call.Arguments.DeepClone().AsObject(), call.Service);

    private static Call With(Call call, Action<JsonObject> change)
    {
        change(call.Arguments);
        return Copy(call);
    }

    [Fact]
    public Task Another_action_is_refused() =>
        MutationAsync((_, call) => new Call($"{call.Action}.x", call.Target, call.Arguments, call.Service));

    [Fact]
    public Task Another_target_is_refused() =>
        MutationAsync((one, call) => new Call(call.Action, one.Pick($"{call.Target}0", call.Target.ToUpperInvariant(), ""), call.Arguments, call.Service));

    [Fact]
    public Task Another_service_is_refused() =>
        MutationAsync((_, call) => new Call(call.Action, call.Target, call.Arguments, call.Service is null ? "web" : call.Service == "web" ? null : ""));

    [Fact]
    public Task A_changed_argument_is_refused() =>
        MutationAsync((one, call) => With(call, arguments => arguments[one.Pick([.. arguments.Select(member => member.Key)])] = "something else"));

    [Fact]
    public Task A_changed_argument_deep_inside_is_refused() =>
        MutationAsync((_, call) => With(call, arguments => arguments["nested"]!["inner"] = "something else"));

    [Fact]
    public Task An_added_argument_is_refused() =>
        MutationAsync((one, call) => With(call, arguments => arguments[one.Pick("force", "", "zzz")] = one.Pick<JsonNode?>(true, null, 0)));

    [Fact]
    public Task A_removed_argument_is_refused() =>
        MutationAsync((one, call) => With(call, arguments => arguments.Remove(one.Pick([.. arguments.Select(member => member.Key)]))));

    [Fact]
    public Task A_renamed_argument_is_refused() => MutationAsync((_, call) => With(call, arguments =>
    {
        var value = arguments["always"]?.DeepClone();
        arguments.Remove("always");
        arguments["Always"] = value;
    }));

    [Fact]
    public Task A_retyped_argument_is_refused() => MutationAsync((_, call) => With(call, arguments =>
    {
        var value = arguments["always"];
        arguments["always"] = value is null ? "null" : value.GetValueKind() == JsonValueKind.String ? new JsonArray(value.DeepClone()) : value.ToJsonString();
    }));

    [Fact]
    public Task Swapped_items_of_a_list_are_refused() =>
        MutationAsync((_, call) => With(call, arguments => arguments["list"] = new JsonArray(2, 1)));

    [Fact]
    public Task A_copy_with_another_target_is_refused() =>
        MutationAsync((_, call) => call with { Target = "deployment/other" });

    [Fact]
    public Task A_copy_with_other_arguments_is_refused() =>
        MutationAsync((_, call) => call with { Arguments = new JsonObject { ["always"] = "something else" } });

    [Fact]
    public Task Arguments_that_change_after_the_question_are_refused() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        var permit = await one.ApprovedAsync(request);
        request.Call.Arguments["force"] = true;

        await one.MustBeRefusedAsync(permit, request.Call);
        Assert.Equal(0, one.Executed);
    });

    [Fact]
    public Task The_same_arguments_in_another_order_are_the_same_call() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        var permit = await one.ApprovedAsync(request);
        var turned = new JsonObject([.. request.Call.Arguments.Reverse().Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))]);

        await one.ExecuteAsync(permit, new Call(request.Call.Action, request.Call.Target, turned, request.Call.Service));
        Assert.Equal(1, one.Executed);
    });

    [Fact]
    public Task Another_actor_cannot_use_the_approval() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        await one.ApproveAsync(request);
        var rows = await one.RefusalsAsync();

        Assert.IsType<GateAnswer.Denied>(await one.Node.Gate.AskAsync(request with { Actor = new Actor("agent:thief") }, Cancellation));
        Assert.True(await one.RefusalsAsync() > rows);
        await one.ExecuteAsync(await one.PermitAsync(request), request.Call);
        Assert.Equal(1, one.Executed);
    });

    [Fact]
    public Task Another_call_cannot_use_the_approval() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        await one.ApproveAsync(request);
        var rows = await one.RefusalsAsync();

        Assert.IsType<GateAnswer.Denied>(await one.Other.Gate.AskAsync(request with { Call = request.Call with { Target = "deployment/other" } }, Cancellation));
        Assert.True(await one.RefusalsAsync() > rows);
    });

    [Fact]
    public Task The_same_call_for_another_occasion_needs_its_own_approval() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        await one.ExecuteAsync(await one.ApprovedAsync(request), request.Call);

        await one.WaitAsync(request with { Key = $"{request.Key}/again" });
        Assert.Equal(1, one.Executed);
    });

    [Fact]
    public Task A_used_permit_is_refused() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        var permit = await one.ApprovedAsync(request);
        await one.ExecuteAsync(permit, request.Call);

        for (var i = one.Random.Next(1, 4); i > 0; i--)
        {
            await one.MustBeRefusedAsync(permit, request.Call);
        }

        Assert.IsType<GateAnswer.Done>(await one.Node.Gate.AskAsync(request, Cancellation));
        Assert.Equal(1, one.Executed);
    });

    [Fact]
    public Task Of_several_permits_only_the_last_is_good() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        var old = await one.ApprovedAsync(request);
        var last = await one.PermitAsync(request, one.Pick(one.Node, one.Other));

        await one.MustBeRefusedAsync(old, request.Call);
        await one.ExecuteAsync(last, request.Call);
        await one.MustBeRefusedAsync(old, request.Call);
        Assert.Equal(1, one.Executed);
    });

    [Fact]
    public Task Of_several_tasks_one_wins() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        var permit = await one.ApprovedAsync(request);
        var rows = await one.RefusalsAsync();

        var refused = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => one.IsRefusedAsync(permit, request.Call))));

        Assert.Equal(5, refused.Count(isRefused => isRefused));
        Assert.Equal(rows + 5, await one.RefusalsAsync());
        Assert.Equal(1, one.Executed);
    });

    [Fact]
    public Task Of_several_nodes_one_wins() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        await one.ApproveAsync(request);

        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(async () =>
        {
            if (await (i % 2 == 0 ? one.Node : one.Other).Gate.AskAsync(request, Cancellation) is GateAnswer.Permitted yes)
            {
                await one.IsRefusedAsync(yes.Permit, request.Call);
            }
        })));

        Assert.Equal(1, one.Executed);
        Assert.IsType<GateAnswer.Done>(await one.Node.Gate.AskAsync(request, Cancellation));
    });

    [Fact]
    public Task A_permit_ends_with_its_time() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        var permit = await one.ApprovedAsync(request);
        Clock.Advance(permit.ExpiresAt - Clock.GetUtcNow() + TimeSpan.FromMilliseconds(one.Random.Next(2000)));

        await one.MustBeRefusedAsync(permit, request.Call);
        await one.ExecuteAsync(await one.PermitAsync(request), request.Call);
        Assert.Equal(1, one.Executed);
    });

    [Fact]
    public Task A_permit_ends_with_the_approval_that_it_rests_on() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        var id = await one.WaitAsync(request);
        Clock.Advance(TimeSpan.FromMinutes(60) - TimeSpan.FromSeconds(one.Random.Next(1, 30)));
        await one.Node.Approvals.HandleAsync(id, true, Anna, null, Cancellation);
        var permit = await one.PermitAsync(request);
        Clock.Advance(TimeSpan.FromSeconds(30));

        await one.MustBeRefusedAsync(permit, request.Call);
        Assert.IsType<GateAnswer.Denied>(await one.Node.Gate.AskAsync(request, Cancellation));
        Assert.Equal(0, one.Executed);
    });

    [Fact]
    public Task Silence_means_no() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        var id = await one.WaitAsync(request);
        Clock.Advance(TimeSpan.FromMinutes(60) + TimeSpan.FromSeconds(one.Random.Next(3)));
        if (one.Random.Next(2) == 0)
        {
            await one.Node.Runner.RunOnceAsync(Cancellation);
        }

        var late = await one.Node.Approvals.HandleAsync(id, true, Anna, null, Cancellation);

        Assert.True(late.IsRefused);
        Assert.True(await one.RefusalsAsync() > 0);
        Assert.IsType<GateAnswer.Denied>(await one.Node.Gate.AskAsync(request, Cancellation));
    });

    [Fact]
    public Task A_yes_that_is_not_used_in_time_is_void() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        await one.ApproveAsync(request);
        Clock.Advance(TimeSpan.FromMinutes(61));
        if (one.Random.Next(2) == 0)
        {
            await one.Node.Runner.RunOnceAsync(Cancellation);
        }

        Assert.IsType<GateAnswer.Denied>(await one.Node.Gate.AskAsync(request, Cancellation));
        Assert.True(await one.RefusalsAsync() > 0);
    });

    [Fact]
    public Task A_decision_stands() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        var id = await one.WaitAsync(request);
        var first = one.Random.Next(2) == 0;
        await one.Node.Approvals.HandleAsync(id, first, Anna, null, Cancellation);
        var rows = await one.RefusalsAsync();

        var second = await one.Other.Approvals.HandleAsync(id, !first, Actor.Person("carl"), null, Cancellation);

        Assert.Equal("already-decided", second.Refusal?.Code);
        Assert.True(await one.RefusalsAsync() > rows);
        var answer = await one.Node.Gate.AskAsync(request, Cancellation);
        Assert.Equal(first, answer is GateAnswer.Permitted);
        Assert.Equal(!first, answer is GateAnswer.Denied);
    });

    [Fact]
    public Task Of_several_people_one_decides() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        var id = await one.WaitAsync(request);

        var decisions = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() =>
            (i % 2 == 0 ? one.Node : one.Other).Approvals.HandleAsync(id, i % 3 == 0, Actor.Person($"p{i}"), null, Cancellation))));

        var won = Assert.Single(decisions, decision => !decision.IsRefused).Value!;
        var answer = await one.Node.Gate.AskAsync(request, Cancellation);
        Assert.Equal(won.State == ApprovalState.Approved, answer is GateAnswer.Permitted);
    });

    [Fact]
    public Task Nobody_approves_his_own_call() => ForManyAsync(async one =>
    {
        var request = one.NewRequest() with { Actor = Actor.Person("bob") };
        var id = await one.WaitAsync(request);

        var decided = await one.Node.Approvals.HandleAsync(id, true, Actor.Person(one.Pick("bob", "Bob")), null, Cancellation);

        Assert.Equal("not-your-decision", decided.Refusal?.Code);
        Assert.Equal(1, await one.RefusalsAsync());
        await one.WaitAsync(request);
    });

    [Fact]
    public Task Only_people_approve() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        var id = await one.WaitAsync(request);

        var decided = await one.Node.Approvals.HandleAsync(id, true, new Actor(one.Pick("operations", "agent:anna", "", "persona:x", "Person:anna")), null, Cancellation);

        Assert.Equal("not-your-decision", decided.Refusal?.Code);
        Assert.Equal(1, await one.RefusalsAsync());
        await one.WaitAsync(request);
    });

    [Fact]
    public Task Another_policy_voids_a_yes() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        await one.ApproveAsync(request);
        await ChangePolicyAsync();

        await one.WaitAsync(request, one.Pick(one.Node, one.Other));
        Assert.True(await one.RefusalsAsync() > 0);
        Assert.Equal(0, one.Executed);
    });

    [Fact]
    public Task Another_policy_voids_a_permit() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        var permit = await one.ApprovedAsync(request);
        await ChangePolicyAsync();

        await one.MustBeRefusedAsync(permit, request.Call);
        await one.WaitAsync(request);
        Assert.Equal(0, one.Executed);
    });

    [Fact]
    public Task A_stop_holds_back_what_was_approved() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        await one.ApproveAsync(request);
        var (scope, subject) = StopFor(one, request);
        await one.Other.Switches.RaiseAsync(scope, subject, "wait", Anna, Cancellation);

        Assert.IsType<GateAnswer.Held>(await one.Node.Gate.AskAsync(request, Cancellation));
        await one.Node.Switches.LiftAsync(scope, subject, null, Anna, Cancellation);
        await one.ExecuteAsync(await one.PermitAsync(request), request.Call);
        Assert.Equal(1, one.Executed);
    });

    [Fact]
    public Task A_stop_voids_a_permit_that_is_out() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        var permit = await one.ApprovedAsync(request);
        var (scope, subject) = StopFor(one, request);
        await one.Other.Switches.RaiseAsync(scope, subject, "wait", Anna, Cancellation);

        await one.MustBeRefusedAsync(permit, request.Call);
        await one.Other.Switches.LiftAsync(scope, subject, null, Anna, Cancellation);
        await one.MustBeRefusedAsync(permit, request.Call);
        await one.ExecuteAsync(await one.PermitAsync(request), request.Call);
        Assert.Equal(1, one.Executed);
    });

    [Fact]
    public Task A_crash_between_yes_and_action_runs_it_once() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        await one.ApproveAsync(request);
        var lost = one.Random.Next(2) == 0 ? await one.PermitAsync(request) : null;

        // The other node stands for the same one after its crash.
        await one.ExecuteAsync(await one.PermitAsync(request, one.Other), request.Call);
        if (lost is not null)
        {
            await one.MustBeRefusedAsync(lost, request.Call);
        }

        Assert.IsType<GateAnswer.Done>(await one.Node.Gate.AskAsync(request, Cancellation));
        Assert.Equal(1, one.Executed);
    });

    [Fact]
    public Task A_lost_answer_of_something_that_happened_is_not_repeated() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        await Assert.ThrowsAsync<IOException>(async () => await one.ExecuteAndLoseTheAnswerAsync(await one.ApprovedAsync(request), request.Call));

        var unknown = Assert.IsType<GateAnswer.OutcomeUnknown>(await one.Other.Gate.AskAsync(request, Cancellation));
        await one.Other.Gate.ResolveAsync(unknown.CallId, happened: true, "the provider shows it", Cancellation);
        await one.Other.Gate.ResolveAsync(unknown.CallId, happened: false, "a second look", Cancellation);

        Assert.IsType<GateAnswer.Done>(await one.Node.Gate.AskAsync(request, Cancellation));
        Assert.Equal(1, one.Executed);
    });

    [Fact]
    public Task A_lost_answer_of_something_that_did_not_happen_is_repeated_once() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        var permit = await one.ApprovedAsync(request);
        await Assert.ThrowsAsync<TimeoutException>(() => one.ExecuteAsync(permit, request.Call, new TimeoutException()));

        var unknown = Assert.IsType<GateAnswer.OutcomeUnknown>(await one.Other.Gate.AskAsync(request, Cancellation));
        await one.Other.Gate.ResolveAsync(unknown.CallId, happened: false, "the provider does not know it", Cancellation);
        await one.MustBeRefusedAsync(permit, request.Call);
        var second = await one.PermitAsync(request, one.Other);
        await one.ExecuteAsync(second, request.Call);
        await one.MustBeRefusedAsync(second, request.Call);

        Assert.IsType<GateAnswer.Done>(await one.Node.Gate.AskAsync(request, Cancellation));
        Assert.Equal(1, one.Executed);
    });

    [Fact]
    public Task What_is_known_not_to_have_happened_may_be_tried_again() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        var refused = new ConnectorException("railway", "Redeploy", "no") { Effect = CallEffect.None };
        var permit = await one.ApprovedAsync(request);
        await Assert.ThrowsAsync<ConnectorException>(() => one.ExecuteAsync(permit, request.Call, refused));

        await one.MustBeRefusedAsync(permit, request.Call);
        await one.ExecuteAsync(await one.PermitAsync(request), request.Call);
        Assert.IsType<GateAnswer.Done>(await one.Node.Gate.AskAsync(request, Cancellation));
        Assert.Equal(1, one.Executed);
    });

    [Fact]
    public Task A_no_stands() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();
        var id = await one.WaitAsync(request);
        await one.Node.Approvals.HandleAsync(id, false, Anna, "not today", Cancellation);
        Clock.Advance(TimeSpan.FromMinutes(one.Random.Next(120)));

        var denied = Assert.IsType<GateAnswer.Denied>(await one.Other.Gate.AskAsync(request, Cancellation));
        Assert.Contains("not today", denied.Reason, StringComparison.Ordinal);
    });

    [Fact]
    public Task Several_nodes_that_ask_at_once_ask_one_question() => ForManyAsync(async one =>
    {
        var request = one.NewRequest();

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => (i % 2 == 0 ? one.Node : one.Other).Gate.AskAsync(request, Cancellation))));

        Assert.Single(answers.Cast<GateAnswer.Waiting>().Select(waiting => waiting.ApprovalId).Distinct());
    });

    private Task ChangePolicyAsync() => EditPolicyAsync(text => $"{text}\n# change {++policies}\n");

    private static (StopScope Scope, string Subject) StopFor(ApprovalCase one, CallRequest request) => request.Call.Service is { } service
        ? one.Pick((StopScope.Global, ""), (StopScope.Actor, request.Actor.Name), (StopScope.Service, service))
        : one.Pick((StopScope.Global, ""), (StopScope.Actor, request.Actor.Name));
}
