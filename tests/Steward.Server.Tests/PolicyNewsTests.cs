using System.Text.Json.Nodes;
using Steward.Governance.Calls;

namespace Steward.Server.Tests;

public sealed class PolicyNewsTests
{
    [Fact]
    public async Task A_changed_policy_is_audited_also_when_it_was_looked_at_before_the_next_decision()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        var file = Path.Combine(server.DataDirectory, "policy.yaml");
        await File.AppendAllTextAsync(file, "\n# looked at again\n", TestContext.Current.CancellationToken);

        var version = (string?)(await server.GetAsync("/api/policy")).Json["version"];
        await server.Get<Gate>().AskAsync(new CallRequest("k", new Actor("operations"), new Call("tests.run", "x", []), "because", "c"), TestContext.Current.CancellationToken);

        var loaded = Assert.Single((await server.GetAsync("/api/audit?kind=policy.loaded")).Json["items"] as JsonArray ?? []);
        Assert.Equal(version, (string?)loaded!["policyVersion"]);
    }
}
