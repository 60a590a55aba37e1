using Steward.Simulation.GitHub;

namespace Steward.Server.Tests.Scenarios;

/// <summary>What the loop decides: proposed where a person has to say yes.</summary>
[Collection(SharedScenarios.Name)]
public sealed class DecisionTests(ScenarioRig rig)
{
    [Fact]
    public async Task Scenario_03_A_pull_request_that_is_ready_is_proposed_and_merged_when_a_person_says_so()
    {
        var red = rig.GitHub.AddPullRequest("A red one", "red");
        rig.GitHub.SetChecks(red, RunState.Red);
        var ready = rig.GreenPullRequest("A ready one", "ready");

        var asked = await rig.UntilAskedAsync("github.pull-request.merge", $"acme/shop#{ready}");
        Assert.Equal(0, rig.Performed("MergePullRequest", $"#{ready}"));
        await rig.PostAsync($"/api/approvals/{asked["id"]}/approve");
        await rig.UntilAsync(() => rig.GitHub.PullRequests.Single(one => one.Number == ready).MergeSha is not null, "it is merged");

        Assert.Equal((1, 0), (rig.Performed("MergePullRequest", $"#{ready}"), rig.Performed("MergePullRequest", $"#{red}")));
        await rig.UntilAsync(async () => (await rig.ListAsync("/api/findings?limit=200")).Any(one => ScenarioRig.Text(one, "subject") == $"pull-request/{ready}" && ScenarioRig.Text(one, "state") == "closed"), "the proposal is over");
        Assert.DoesNotContain(await rig.ListAsync("/api/findings?limit=200"), one => ScenarioRig.Text(one, "subject") == $"pull-request/{red}");
        rig.GitHub.CloseIssue(red);
    }
}
