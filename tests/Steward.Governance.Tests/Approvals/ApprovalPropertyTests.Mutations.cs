using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Governance.Calls;

namespace Steward.Governance.Tests.Approvals;

/// <summary>The call that runs is the call that was approved.</summary>
public abstract partial class ApprovalPropertyTests
{
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
}
