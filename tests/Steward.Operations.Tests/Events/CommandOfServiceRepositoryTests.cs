using System.Text.Json.Nodes;
using Steward.Governance.Approvals;
using Steward.Governance.Calls;
using Steward.Governance.Stops;
using Steward.Platform.Work;

namespace Steward.Operations.Tests.Events;

/// <summary>Commands in a repository that the settings name for a service, beside that of the section GitHub.</summary>
public sealed class CommandOfServiceRepositoryTests
{
    [Fact]
    public async Task It_commands_the_services_that_are_deployed_from_it()
    {
        await using var rig = await StartAsync();
        await rig.SayAsync("/stop web");

        Assert.Contains("The service is stopped", Assert.Single(await rig.AnswersAsync()), StringComparison.Ordinal);
        Assert.Equal("web", Assert.Single(await rig.Node.Get<KillSwitch>().ActiveAsync(CancellationToken.None)).Subject);
    }

    [Fact]
    public async Task It_deploys_them_and_no_others()
    {
        await using var rig = await StartAsync();
        await rig.SayAsync("/deploy");

        Assert.Contains("(web)", Assert.Single(await rig.AnswersAsync()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/deploy billing@production", CommandRig.Repository)]
    [InlineData("/deploy web@production", "acme/another")]
    public async Task A_service_that_is_deployed_from_elsewhere_is_not_deployed_from_it_under_its_name_either(string command, string repository)
    {
        await using var rig = await StartAsync(settings => (settings["Operations:Services:web:Repository"], settings["Operations:Services:queue:Repository"]) = (repository, CommandRig.Repository));
        await rig.SayAsync(command);

        var answer = Assert.Single(await rig.AnswersAsync());
        Assert.Contains("Nothing was begun", answer, StringComparison.Ordinal);
        Assert.Contains("that is deployed from acme/shop", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Known: billing", answer, StringComparison.Ordinal);
        Assert.Empty(await CommandScene.DeploysAsync(rig));
    }

    [Theory]
    [InlineData("/stop", "Say which")]
    [InlineData("/stop billing", "there is no such service")]
    public async Task It_stops_nothing_else(string command, string answer)
    {
        await using var rig = await StartAsync();
        await rig.SayAsync(command);

        Assert.Contains(answer, Assert.Single(await rig.AnswersAsync()), StringComparison.Ordinal);
        Assert.Empty(await rig.Node.Get<KillSwitch>().ActiveAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData("billing", "deployment/1", ApprovalState.Pending)]
    [InlineData("web", "deployment/1", ApprovalState.Approved)]
    [InlineData(null, "pull-request/acme/other#1", ApprovalState.Pending)]
    [InlineData(null, "pull-request/acme/shop#1", ApprovalState.Approved)]
    public async Task It_decides_on_what_is_its_own(string? service, string target, ApprovalState state)
    {
        await using var rig = await StartAsync();
        var asked = await rig.Node.Get<Gate>().AskAsync(
            new CallRequest("test", new Actor("operations"), new Call("something.nobody.knows", target, new JsonObject(), service), "A test.", "c"), CancellationToken.None);
        var id = Assert.IsType<GateAnswer.Waiting>(asked).ApprovalId;
        await rig.SayAsync($"/approve {id}");

        Assert.Single(await rig.AnswersAsync());
        Assert.Equal(state, (await rig.Node.Get<ApprovalNews>().FindAsync(id, CancellationToken.None))!.State);
    }

    [Fact]
    public async Task It_is_asked_who_may_write_to_it()
    {
        await using var rig = await StartAsync();
        await rig.SayAsync("/stop web", CommandRig.Stranger);

        var command = Assert.Single(await rig.CommandsAsync());
        Assert.Equal((WorkState.Failed, true), (command.State, command.Result!.Contains("mallory may not write to acme/shop", StringComparison.Ordinal)));
        Assert.Empty(await rig.Node.Get<KillSwitch>().ActiveAsync(CancellationToken.None));
    }

    private static async Task<CommandRig> StartAsync(Action<Dictionary<string, string?>>? change = null)
    {
        var rig = await CommandRig.StartAsync(settings: settings =>
        {
            settings["GitHub:Repository"] = "acme/other";
            settings["Operations:Services:web:Repository"] = CommandRig.Repository;
            change?.Invoke(settings);
        });
        rig.Node.World.Railway.AddService("web", "good");
        rig.Node.World.Railway.AddService("billing", "good");
        await rig.Node.UntilKnownGoodAsync("web");
        await rig.Node.UntilKnownGoodAsync("billing");
        return rig;
    }
}
