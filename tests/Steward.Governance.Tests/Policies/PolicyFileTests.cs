using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Steward.Governance.Audit;
using Steward.Governance.Elevations;
using Steward.Governance.Policies;
using Steward.Platform.Storage;
using Steward.Testing;

namespace Steward.Governance.Tests.Policies;

public sealed class PolicyFileTests() : GovernanceTest(StoreKind.Sqlite)
{
    [Fact]
    public async Task The_default_is_written_where_there_is_none() =>
        Assert.Equal(PolicyReader.DefaultText, await File.ReadAllTextAsync(Node.Policy.Location, Cancellation));

    [Fact]
    public async Task Nodes_that_start_together_find_a_whole_policy()
    {
        for (var round = 0; round < 50; round++)
        {
            using var directory = new TempDirectory();
            var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var versions = Enumerable.Range(0, 4).Select(async _ =>
            {
                await start.Task;
                return new PolicyFile(Options.Create(new GovernanceOptions()), Options.Create(new StorageOptions { DataDirectory = directory.Location }),
                    NullLogger<PolicyFile>.Instance).Current().Version;
            }).ToList();
            start.SetResult();

            Assert.Single((await Task.WhenAll(versions)).Distinct());
            Assert.Single(Directory.GetFiles(directory.Location));
        }
    }

    [Fact]
    public async Task A_changed_file_holds_from_the_next_decision_and_is_audited()
    {
        await PermittedAsync(Rollback("web", "1"));
        await EditPolicyAsync(text => text.Replace("autonomy: autonomous", "autonomy: manual    ", StringComparison.Ordinal));

        await WaitingAsync(Rollback("web", "2"));

        Assert.Single(await Node.RowsAsync(new AuditFilter(Kind: AuditKinds.PolicyLoaded)));
    }

    [Fact]
    public async Task A_change_is_audited_also_when_a_grant_saw_it_first()
    {
        await Node.Gate.AskAsync(Rollback("web", "1"), Cancellation);
        await EditPolicyAsync(text => $"{text}\n# changed\n");
        await Node.Elevate.HandleAsync(new ElevationRequest("operations", "web", AutonomyLevel.Autonomous, "why", 5), Anna, Cancellation);
        await Node.Gate.AskAsync(Rollback("web", "2"), Cancellation);

        Assert.Single(await Node.RowsAsync(new AuditFilter(Kind: AuditKinds.PolicyLoaded)));
    }

    [Theory]
    [InlineData("autonomi: wild")]
    [InlineData("")]
    public async Task A_broken_change_is_refused_once_and_the_last_good_one_stays(string broken)
    {
        var version = Node.Policy.Current().Version;
        await EditPolicyAsync(_ => broken);

        await PermittedAsync(Rollback("web", "1"));
        await PermittedAsync(Rollback("web", "2"));

        Assert.Equal(version, Node.Policy.Current().Version);
        Assert.Single(await Node.RowsAsync(new AuditFilter(Kind: AuditKinds.PolicyRejected)));
    }

    [Fact]
    public async Task A_file_that_is_gone_leaves_the_last_good_one()
    {
        await PermittedAsync(Rollback("web", "1"));
        File.Delete(Node.Policy.Location);

        await PermittedAsync(Rollback("web", "2"));

        var row = Assert.Single(await Node.RowsAsync(new AuditFilter(Kind: AuditKinds.PolicyRejected)));
        Assert.Contains("cannot be read", row.Entry.Reason!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_file_stops_the_start_with_its_place()
    {
        await EditPolicyAsync(text => text.Replace("confidence: 0.8", "confidence: 80", StringComparison.Ordinal));

        var error = await Assert.ThrowsAsync<StorageException>(async () => (await AnotherNodeAsync()).Policy.Current());

        Assert.Contains("policy.yaml", error.Message, StringComparison.Ordinal);
        Assert.Contains("confidence: 80", error.Message, StringComparison.Ordinal);
    }
}
