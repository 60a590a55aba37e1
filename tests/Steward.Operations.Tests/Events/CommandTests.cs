using System.Text.Json.Nodes;
using Steward.Connectors.GitHub;
using Steward.Governance.Approvals;
using Steward.Governance.Audit;
using Steward.Governance.Calls;
using Steward.Governance.Stops;
using Steward.Kernel;
using Steward.Operations.Events;
using Steward.Platform.Work;
using Steward.Testing;

namespace Steward.Operations.Tests.Events;

/// <summary>Commands of people who may give them: carried out once, and answered on the thread.</summary>
public sealed class CommandTests
{
    [Fact]
    public async Task Status_says_how_everything_stands_fenced()
    {
        await using var rig = await CommandRig.StartAsync();
        rig.Node.World.Railway.AddService("web", "good");
        await rig.Node.UntilKnownGoodAsync("web");
        await rig.SayAsync("/status");

        var answer = Assert.Single(await rig.AnswersAsync());

        Assert.StartsWith("1 services, 0 open findings, 0 approvals that wait.\n\n~~~~text\n", answer, StringComparison.Ordinal);
        Assert.Contains("  web: active good, health healthy", answer, StringComparison.Ordinal);
        var row = Assert.Single(await rig.AuditAsync(AuditKinds.CommandTaken));
        Assert.Equal(("person:anna@github", "/status", $"pull-request/acme/shop#{rig.PullRequest}"), (row.Actor, row.Action, row.Target));
    }

    [Fact]
    public async Task A_comment_is_obeyed_once_however_often_and_under_whatever_name_it_is_delivered()
    {
        await using var rig = await CommandRig.StartAsync();
        var id = await rig.SayAsync("/status");
        for (var copy = 0; copy < 5; copy++)
        {
            await rig.TellAsync(id, "/status");
        }

        Assert.Single(await rig.AnswersAsync());
        Assert.Single(await rig.CommandsAsync());
        Assert.Equal(1, rig.Node.Mutations("CreateComment"));
    }

    [Theory]
    [InlineData("approve", ApprovalState.Approved, "Approved, as person:anna@github said")]
    [InlineData("deny", ApprovalState.Denied, "Denied, as person:anna@github said")]
    public async Task A_decision_is_made_for_exactly_that_call_and_stands_once(string word, ApprovalState state, string said)
    {
        await using var rig = await CommandRig.StartAsync();
        var approval = await AskAsync(rig, "operations");

        await rig.SayAsync($"/{word} {approval}");
        Assert.Contains(said, Assert.Single(await rig.AnswersAsync()), StringComparison.Ordinal);
        await rig.SayAsync($"/{(word == "approve" ? "deny" : "approve")} {approval}");
        Assert.Contains("Nothing was decided", (await rig.AnswersAsync())[1], StringComparison.Ordinal);

        var decided = (await rig.Node.Get<ReadApprovals>().FindAsync(approval, CancellationToken.None))!;
        Assert.Equal((state, "person:anna@github"), (decided.State, decided.DecidedBy));
    }

    [Fact]
    public async Task Nobody_decides_on_what_they_asked_for_themselves()
    {
        await using var rig = await CommandRig.StartAsync();
        var approval = await AskAsync(rig, "person:ANNA@github");

        await rig.SayAsync($"/approve {approval}");

        Assert.Contains("not the one who asks", Assert.Single(await rig.AnswersAsync()), StringComparison.Ordinal);
        Assert.Equal(ApprovalState.Pending, (await rig.Node.Get<ReadApprovals>().FindAsync(approval, CancellationToken.None))!.State);
        Assert.Single(await rig.AuditAsync(AuditKinds.ApprovalRefused));
    }

    [Fact]
    public async Task An_approval_that_there_is_not_is_said_to_be_none()
    {
        await using var rig = await CommandRig.StartAsync();
        await rig.SayAsync($"/approve {Guid.CreateVersion7()}");

        Assert.Contains("There is no approval", Assert.Single(await rig.AnswersAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_is_stopped_and_the_thread_is_told()
    {
        await using var rig = await CommandRig.StartAsync();
        rig.Node.World.Railway.AddService("web", "good");
        await rig.Node.UntilKnownGoodAsync("web");
        await rig.SayAsync("/stop web");

        Assert.StartsWith("The service is stopped since", Assert.Single(await rig.AnswersAsync()), StringComparison.Ordinal);
        var stop = Assert.Single(await rig.Node.Get<KillSwitch>().ActiveAsync(CancellationToken.None));
        Assert.Equal((StopScope.Service, "web", "person:anna@github"), (stop.Scope, stop.Subject, stop.RaisedBy));
    }

    [Fact]
    public async Task A_stop_for_a_service_that_there_is_not_stops_nothing_and_says_so()
    {
        await using var rig = await CommandRig.StartAsync();
        await rig.SayAsync("/stop everything");

        Assert.StartsWith("Nothing was stopped", Assert.Single(await rig.AnswersAsync()), StringComparison.Ordinal);
        Assert.Empty(await rig.Node.Get<KillSwitch>().ActiveAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_stop_of_everything_holds_at_once_and_is_answered_when_it_is_lifted()
    {
        await using var rig = await CommandRig.StartAsync();
        await rig.SayAsync("/stop");
        Assert.Empty(await rig.AnswersAsync());
        var stop = Assert.Single(await rig.Node.Get<KillSwitch>().ActiveAsync(CancellationToken.None));
        Assert.Equal(StopScope.Global, stop.Scope);

        await rig.Node.Get<KillSwitch>().LiftAsync(StopScope.Global, "", "over", Actor.Person("bea"), CancellationToken.None);

        await Eventually.HoldsAsync(async () => (await rig.AnswersAsync()).Count == 1, "the answer is written", CancellationToken.None);
        Assert.StartsWith("Everything is stopped since", (await rig.AnswersAsync())[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_is_recorded_for_the_conductor_who_is_not_there_yet()
    {
        await using var rig = await CommandRig.StartAsync();
        var id = await rig.SayAsync("/claude fix the flaky test\nand this is not part of it");

        Assert.Contains("waits for the conductor, who is not there yet", Assert.Single(await rig.AnswersAsync()), StringComparison.Ordinal);
        var task = Assert.Single((await rig.Node.Get<WorkLedger>().ListAsync(WorkState.Pending, CommandActions.TaskKind, new PageRequest(), CancellationToken.None)).Items);
        var payload = JsonNode.Parse(task.Payload)!;
        Assert.Equal(("fix the flaky test", "person:anna@github", id), ((string?)payload["task"], (string?)payload["askedBy"], (long)payload["commentId"]!));
    }

    [Theory]
    [InlineData("approve", "Approved")]
    [InlineData("deny", "Denied")]
    public async Task A_decision_that_runs_again_after_a_crash_says_that_it_stands(string word, string said)
    {
        await using var rig = await CommandRig.StartAsync();
        var command = CommentCommand.Parse($"/{word} {await AskAsync(rig, "operations")}")!;
        var given = new GivenCommand(command, GitHubRepo.Parse(CommandRig.Repository), rig.PullRequest, 1, Actor.Person("anna@github"));

        await rig.Node.Get<CommandActions>().RunAsync(given, CancellationToken.None);
        var again = await rig.Node.Get<CommandActions>().RunAsync(given, CancellationToken.None);

        Assert.Equal($"{said}, as person:anna@github said before.", again.Summary);
    }

    [Theory]
    [InlineData(700, "The task is recorded")]
    [InlineData(CommentCommand.MaxTask, "The task is recorded")]
    [InlineData(CommentCommand.MaxTask + 1, "characters")]
    [InlineData(60_000, "characters")]
    public async Task A_long_task_is_recorded_whole_or_answered_with_how_long_one_may_be(int length, string answer)
    {
        await using var rig = await CommandRig.StartAsync();
        var text = $"/claude {new string('x', length)}";

        // An event tells the beginning of a comment.
        await rig.TellAsync(rig.GitHub.AddComment(rig.PullRequest, text, CommandRig.Writer), text[..Math.Min(text.Length, 1000)]);

        Assert.Contains(answer, Assert.Single(await rig.AnswersAsync()), StringComparison.Ordinal);
        var tasks = (await rig.Node.Get<WorkLedger>().ListAsync(WorkState.Pending, CommandActions.TaskKind, new PageRequest(), CancellationToken.None)).Items;
        Assert.Equal(length <= CommentCommand.MaxTask ? 1 : 0, tasks.Count);
        Assert.All(tasks, task => Assert.Contains(text["/claude ".Length..], task.Payload, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_answer_never_begins_like_a_command_and_quotes_nothing_as_Markdown()
    {
        await using var rig = await CommandRig.StartAsync();
        await rig.SayAsync("/claude ~~~~ @everyone token=abcdefghijkl");

        var answer = Assert.Single(await rig.AnswersAsync());
        Assert.Null(CommentCommand.Parse(answer));
        Assert.Contains("\n~~~~text\n~ ~ ~ ~ @everyone token=[redacted]\n~~~~", answer, StringComparison.Ordinal);
    }

    // Somebody asks for a call that needs a person.
    private static async Task<Guid> AskAsync(CommandRig rig, string actor)
    {
        var call = new Call("railway.variable.set", "service/web", new JsonObject { ["name"] = "A" }, "web");
        var answer = await rig.Node.Get<Gate>().AskAsync(new CallRequest($"test/{Guid.CreateVersion7()}", new Actor(actor), call, "to see", "test"), CancellationToken.None);
        return Assert.IsType<GateAnswer.Waiting>(answer).ApprovalId;
    }
}
