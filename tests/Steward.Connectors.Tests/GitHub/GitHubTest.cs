using Steward.Connectors.GitHub;
using Steward.Governance.Approvals;
using Steward.Governance.Calls;
using Steward.Simulation;
using Steward.Simulation.GitHub;

namespace Steward.Connectors.Tests.GitHub;

/// <summary>A Steward beside a simulated GitHub, and somebody who approves what needs it.</summary>
public abstract class GitHubTest : ConnectorTest
{
    protected static readonly GitHubRepo Repo = GitHubRepo.Parse("acme/shop");

    private int keys;

    protected SimulatedGitHub GitHub => World.GitHub;

    protected GitHubCalls Calls => Get<GitHubCalls>();

    /// <summary>A permit for a call, with a person's yes where the policy wants one.</summary>
    protected async Task<Permit> PermittedAsync(Call call)
    {
        var key = $"test/{++keys}";
        if (await AskAsync(call, key) is GateAnswer.Waiting waiting)
        {
            Assert.False((await Get<DecideApproval>().HandleAsync(waiting.ApprovalId, true, Actor.Person("anna"), null, Ending)).IsRefused);
        }

        return await PermitAsync(call, key);
    }

    protected IEnumerable<string> Mutations => World.Mutations.Where(one => one.System == Systems.GitHub).Select(one => one.Operation);
}
