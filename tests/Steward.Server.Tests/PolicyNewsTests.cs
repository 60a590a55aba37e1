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

    [Fact]
    public async Task A_file_that_is_refused_is_seen_in_the_status_until_it_is_mended()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        var file = Path.Combine(server.DataDirectory, "policy.yaml");
        var sound = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        var version = (string?)(await server.GetAsync("/api/policy")).Json["version"];

        await File.WriteAllTextAsync(file, $"{sound}\n  - name: broken\n    decide: maybe\n", TestContext.Current.CancellationToken);

        var (_, output, _) = await Cli.RunAsync(server, "status");
        Assert.Contains("MISTAKE    The policy file as it stands is refused", output, StringComparison.Ordinal);
        Assert.Contains("'maybe' is none of allow, approve, deny", output, StringComparison.Ordinal);
        Assert.Equal(version, (string?)(await server.GetAsync("/api/policy")).Json["version"]);

        await File.WriteAllTextAsync(file, sound, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("MISTAKE", (await Cli.RunAsync(server, "status")).Output, StringComparison.Ordinal);
    }
}
