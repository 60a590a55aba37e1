using System.Globalization;
using System.Text.Json.Nodes;
using Steward.Agents.Catalogue;
using Steward.Agents.Runs;
using Steward.Agents.Workshop;
using Steward.Connectors.Models;
using Steward.Governance.Calls;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Platform.Work;

namespace Steward.Agents.Factory;

/// <summary>
/// Proposes that a model mends an agent that keeps failing: once for a version. A person decides by default; what the model
/// then writes is another question.
/// </summary>
internal sealed class ProposeRepair(Database database, Gate gate, StartBuild start, ModelClient model, TimeProvider clock) : IWorkHandler
{
    /// <summary>What the policy calls it.</summary>
    public const string Action = "agent.repair";

    /// <summary>After so many runs in a row that failed for good an agent keeps failing.</summary>
    public const int Failures = 3;

    private const string WorkKind = "agents.propose-repair";

    public string Kind => WorkKind;

    /// <summary>Has it proposed when the newest runs of an agent have all failed, in the transaction that ends the last of them.</summary>
    public static async Task WatchAsync(Session session, WorkLedger ledger, Agent agent)
    {
        var newest = (await RunStore.ListAsync(session, new RunFilter(agent.Id, null, null), new PageRequest(Failures))).Items;
        if (newest.Count == Failures && newest.All(run => run.Version == agent.Version && RunStats.IsFailure(run.State)))
        {
            await ledger.EnqueueAsync(session, new NewWork(WorkKind, string.Create(CultureInfo.InvariantCulture, $"{agent.Id}/{agent.Version}"), Json.Write(new ProposalPayload(agent.Id, agent.Version))) { CorrelationId = agent.Id.ToString() });
        }
    }

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken cancellationToken)
    {
        var payload = item.Read<ProposalPayload>();
        var (agent, version, texts) = await database.ReadAsync(async session => await AgentStore.FindAsync(session, payload.AgentId) is { } found
            ? (found, await AgentStore.VersionAsync(session, found.Id, found.Version), await LastWordsAsync(session, found))
            : default, cancellationToken);
        if (agent is null || agent.Version != payload.Version || version!.Language != AgentLanguage.Csharp || !model.IsConfigured)
        {
            return WorkResult.Done("There is nothing to propose: the agent has changed, is written in Python, or no model is set up.");
        }

        var call = new Call(Action, $"agent/{agent.Name}", new JsonObject { ["version"] = payload.Version });
        Outcome<Build>? started = null;
        var step = await new GovernedStep(gate, clock) { RepeatBecause = "Another build of the same repair is seen and called off." }.RunAsync(
            new CallRequest($"agent/{agent.Id}/{payload.Version}/repair", new Actor($"agent:{agent.Name}"), call, $"{agent.Name} failed {Failures} times in a row. Have a model mend it? What it writes is shown before it runs.", agent.Id.ToString())
            {
                Evidence = texts, WaitingWork = item.Id,
            },
            async (permit, token) => await permit.RunAsync(call, async sending =>
            {
                started = await start.ChangeAsync(agent.Name, BuildKind.Repair, new BuildWish(), new Actor($"agent:{agent.Name}"), sending);
                return started.IsRefused ? started.Refusal.Message : $"Build {started.Value.Id} was started.";
            }, static told => told, token), static (_, _) => Task.FromResult<bool?>(null), cancellationToken);
        return step.Later ?? WorkResult.Done(step.Detail);
    }

    private static async Task<IReadOnlyList<string>> LastWordsAsync(Session session, Agent agent) =>
        [.. (await RunStore.ListAsync(session, new RunFilter(agent.Id, null, null), new PageRequest(Failures))).Items.Select(run => $"run {run.Number}: {Row.EnumText(run.State)}: {Short(run.Text)}")];

    private static string Short(string? text) => text?.Cut(300, "...") ?? "";

    private sealed record ProposalPayload(Guid AgentId, int Version);
}
