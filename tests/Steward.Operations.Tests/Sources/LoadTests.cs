using Steward.Governance.Calls;
using Steward.Operations.Findings;
using Steward.Operations.Tests.Recovery;
using Steward.Operations.Watched;
using Steward.Simulation.Faults;
using Steward.Simulation;
using Steward.Testing;

namespace Steward.Operations.Tests.Sources;

/// <summary>Services that are loaded too much for long, whole: Railway's figures over HTTP, the issue, the alert, the end.</summary>
public sealed class LoadTests
{
    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task High_memory_is_told_with_an_issue_that_is_closed_when_it_is_over(StoreKind kind)
    {
        await using var rig = await StartAsync(kind);
        rig.World.Railway.SetMetric("web", "MEMORY_USAGE_GB", 0.9);
        await UntilAsync(rig, FindingKind.HighMemory, FindingState.Open);
        await rig.UntilQuietAsync();

        var issue = Assert.Single(rig.World.GitHub.Issues);
        Assert.Contains("90%", issue.Body, StringComparison.Ordinal);
        Assert.Contains("Listening on port", issue.Body, StringComparison.Ordinal);
        rig.World.Railway.SetMetric("web", "MEMORY_USAGE_GB", 0.5);
        await UntilAsync(rig, FindingKind.HighMemory, FindingState.Recovered);
        await rig.UntilQuietAsync();

        Assert.Equal("closed", Assert.Single(rig.World.GitHub.Issues).State);
        Assert.Equal(2, rig.World.N8n.Deliveries.Count);

        // Within the cool-down nobody hears of it again.
        rig.World.Railway.SetMetric("web", "MEMORY_USAGE_GB", 0.9);
        for (var turn = 0; turn < 3; turn++)
        {
            await rig.Get<Cycle>().RunOnceAsync(hurry: true, CancellationToken.None);
        }

        Assert.Single(await rig.FindingsAsync());
    }

    [Fact]
    public async Task Processor_errors_and_slowness_are_found_each_on_its_own()
    {
        await using var rig = await StartAsync();
        rig.World.Railway.SetMetric("web", "CPU_USAGE", 1.9);
        rig.World.Railway.SetHttp("web", errorShare: 0.2, p95: 3000, requestsPerMinute: 6000);
        foreach (var kind in new[] { FindingKind.HighCpu, FindingKind.HighErrorRate, FindingKind.HighLatency })
        {
            await UntilAsync(rig, kind, FindingState.Open);
        }

        Assert.Equal(3, (await rig.FindingsAsync()).Count);
    }

    [Fact]
    public async Task A_service_has_limits_of_its_own()
    {
        await using var rig = await StartAsync(settings: settings =>
        {
            settings["Operations:Services:web:Load:CpuPercent"] = "99";
            settings["Operations:Services:web:Load:P95"] = "00:00:00";
        });
        rig.World.Railway.SetMetric("web", "CPU_USAGE", 1.9);
        rig.World.Railway.SetHttp("web", errorShare: 0, p95: 60_000, requestsPerMinute: 6000);
        rig.World.Railway.SetMetric("web", "MEMORY_USAGE_GB", 0.9);
        await UntilAsync(rig, FindingKind.HighMemory, FindingState.Open);

        Assert.Single(await rig.FindingsAsync());
    }

    [Fact]
    public async Task Without_figures_nothing_is_concluded_and_nothing_ends()
    {
        await using var rig = await StartAsync();
        rig.World.Railway.SetMetric("web", "MEMORY_USAGE_GB", 0.9);
        await UntilAsync(rig, FindingKind.HighMemory, FindingState.Open);
        rig.World.Faults.Add(Fault.ErrorsWith200, Systems.Railway, "Metrics");
        rig.World.Railway.SetMetric("web", "MEMORY_USAGE_GB", 0.1);
        await Eventually.HoldsAsync(async () => (await rig.Get<Cycle>().RunOnceAsync(hurry: true, CancellationToken.None)).Missing.Any(source => source.StartsWith("load of railway", StringComparison.Ordinal)),
            "the picture is partial", CancellationToken.None);

        Assert.Null(Assert.Single(await rig.FindingsAsync()).ClosedAt);
    }

    [Fact]
    public async Task What_is_put_aside_and_seen_again_has_one_open_issue_which_is_closed_when_it_is_over()
    {
        await using var rig = await StartAsync(settings: settings => settings["Operations:Load:CoolDown"] = "00:00:00");
        rig.World.Railway.SetMetric("web", "MEMORY_USAGE_GB", 0.9);
        await UntilAsync(rig, FindingKind.HighMemory, FindingState.Open);
        await rig.UntilQuietAsync();

        await rig.Get<SetWatched>().HandleAsync("web", watched: false, Actor.Person("anna"), CancellationToken.None);
        await UntilAsync(rig, FindingKind.HighMemory, FindingState.Closed);
        await rig.UntilQuietAsync();
        var issue = Assert.Single(rig.World.GitHub.Issues);
        Assert.Equal("closed", issue.State);
        Assert.Contains(rig.World.GitHub.Comments(issue.Number), comment => comment.Body.Contains("put aside", StringComparison.Ordinal) && comment.Body.Contains("left alone", StringComparison.Ordinal));

        await rig.Get<SetWatched>().HandleAsync("web", watched: true, Actor.Person("anna"), CancellationToken.None);
        await UntilAsync(rig, FindingKind.HighMemory, FindingState.Open);
        await rig.UntilQuietAsync();
        Assert.Single(rig.World.GitHub.Issues, one => one.State == "open");
        rig.World.Railway.SetMetric("web", "MEMORY_USAGE_GB", 0.5);
        await UntilAsync(rig, FindingKind.HighMemory, FindingState.Recovered);
        await rig.UntilQuietAsync();
        Assert.All(rig.World.GitHub.Issues, one => Assert.Equal("closed", one.State));
    }

    [Fact]
    public async Task What_is_put_aside_while_its_issue_is_being_opened_leaves_none_open()
    {
        await using var rig = await StartAsync();
        var opening = rig.World.Faults.HoldAfterEffect(Systems.GitHub, "CreateIssue");
        rig.World.Railway.SetMetric("web", "MEMORY_USAGE_GB", 0.9);
        await opening.Reached;

        await rig.Get<SetWatched>().HandleAsync("web", watched: false, Actor.Person("anna"), CancellationToken.None);
        await UntilAsync(rig, FindingKind.HighMemory, FindingState.Closed);
        opening.Release();
        await rig.UntilQuietAsync();

        Assert.Equal("closed", Assert.Single(rig.World.GitHub.Issues).State);
    }

    [Fact]
    public async Task What_was_put_aside_while_GitHub_was_away_has_no_issue()
    {
        await using var rig = await StartAsync();
        rig.World.Faults.Add(Fault.ServerError(503), Systems.GitHub);
        rig.World.Railway.SetMetric("web", "MEMORY_USAGE_GB", 0.9);
        await UntilAsync(rig, FindingKind.HighMemory, FindingState.Open);
        await Eventually.HoldsAsync(() => rig.World.Calls.Of(Systems.GitHub) > 0, "it was asked for an issue", CancellationToken.None);

        await rig.Get<SetWatched>().HandleAsync("web", watched: false, Actor.Person("anna"), CancellationToken.None);
        await UntilAsync(rig, FindingKind.HighMemory, FindingState.Closed);
        rig.World.Faults.Clear();
        await rig.UntilQuietAsync();

        Assert.Empty(rig.World.GitHub.Issues);
    }

    private static async Task<RecoveryRig> StartAsync(StoreKind kind = StoreKind.Sqlite, Action<Dictionary<string, string?>>? settings = null)
    {
        var rig = await RecoveryRig.StartAsync(kind, said =>
        {
            said["Operations:Load:Window"] = "00:00:10";
            said["Operations:Load:Interval"] = "00:00:01";
            settings?.Invoke(said);
        });
        rig.World.Railway.AddService("web", "good");
        rig.World.Railway.SetMetric("web", "CPU_USAGE", 0.2);
        rig.World.Railway.SetMetric("web", "CPU_LIMIT", 2);
        rig.World.Railway.SetMetric("web", "MEMORY_USAGE_GB", 0.2);
        rig.World.Railway.SetMetric("web", "MEMORY_LIMIT_GB", 1);
        await rig.UntilKnownGoodAsync("web");
        return rig;
    }

    private static Task UntilAsync(RecoveryRig rig, FindingKind kind, FindingState state) => rig.UntilFindingAsync(finding => finding.Kind == kind && finding.State == state, $"{kind} is {state}");
}
