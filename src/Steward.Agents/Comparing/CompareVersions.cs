using Steward.Agents.Catalogue;
using Steward.Agents.Workshop;
using Steward.Kernel;
using Steward.Platform.Storage;

namespace Steward.Agents.Comparing;

/// <summary>One of two versions that are compared.</summary>
/// <param name="Version">Its number.</param>
/// <param name="MadeBy">Who made it.</param>
/// <param name="MadeAt">When.</param>
internal sealed record ComparedVersion(int Version, string MadeBy, DateTimeOffset MadeAt);

/// <summary>What differs between two versions of an agent.</summary>
/// <param name="Agent">Its name.</param>
/// <param name="Runs">Which version runs.</param>
/// <param name="From">The one version.</param>
/// <param name="To">The other.</param>
/// <param name="Changes">What it declares in another way: first what it may do in addition.</param>
/// <param name="Note">What to know about the changes; null when nothing.</param>
/// <param name="Added">How many lines of source came.</param>
/// <param name="Removed">How many lines went.</param>
/// <param name="Diff">The unified diff of the sources; empty when they are the same.</param>
internal sealed record VersionDiff(
    string Agent, int Runs, ComparedVersion From, ComparedVersion To, IReadOnlyList<DeclarationChange> Changes, string? Note, int Added, int Removed, string Diff);

/// <summary>Compares two versions of an agent: its sources line by line, its declarations in words.</summary>
internal sealed class CompareVersions(Database database)
{
    /// <summary>Without numbers: the version that runs, with the one before it. Without the first alone: the one before the second.</summary>
    public async Task<Outcome<VersionDiff>> HandleAsync(string name, int? from, int? to, CancellationToken cancellationToken)
    {
        var found = await database.ReadAsync(session => FindAsync(session, name, from, to), cancellationToken);
        if (found.IsRefused)
        {
            return found.Refusal;
        }

        var (agent, old, now) = found.Value;
        var file = $"{agent.Name}{(now.About.Language == AgentLanguage.Python ? ".py" : ".cs")}";
        var diff = UnifiedDiff.Of(old.Source, now.Source, $"a/{file}\tversion {old.About.Version}", $"b/{file}\tversion {now.About.Version}");
        var changes = DeclarationChanges.Between((old.About.Declaration, old.About.Language), (now.About.Declaration, now.About.Language));
        var note = agent.Schedule is { } own && changes.Any(change => change.About == "schedule") ? $"Whichever version runs, it runs {DeclarationWords.When(own)}: that was set in place of what it declares." : null;
        return new VersionDiff(agent.Name, agent.Version, Compared(old.About), Compared(now.About), changes, note, diff.Added, diff.Removed, diff.Text);
    }

    private static ComparedVersion Compared(AgentVersion version) => new(version.Version, version.MadeBy, version.MadeAt);

    private static async Task<Outcome<Found>> FindAsync(Session session, string name, int? from, int? to)
    {
        if (await ChangeAgent.FindAsync(session, name) is not { } agent)
        {
            return Refusal.NotFound("agent", name);
        }

        var second = to ?? agent.Version;
        var first = from ?? second - 1;
        if (from is null && second == 1)
        {
            return new Refusal(RefusalKind.Conflict, "first-version", $"There is no version of {agent.Name} before its first. Say which to compare: 'from' and 'to', of 1 to {await AgentStore.LatestVersionAsync(session, agent.Id)}.", "from");
        }

        var sides = new List<Side>();
        foreach (var (field, number) in new[] { ("to", second), ("from", first) })
        {
            if (await AgentStore.VersionAsync(session, agent.Id, number) is not { } version)
            {
                return new Refusal(RefusalKind.NotFound, "not-found", $"{agent.Name} has no version {number}: it has 1 to {await AgentStore.LatestVersionAsync(session, agent.Id)}.", field);
            }

            sides.Add(new Side(version, (await AgentStore.SourceAsync(session, agent.Id, number))!));
        }

        return new Found(agent, sides[1], sides[0]);
    }

    private sealed record Side(AgentVersion About, string Source);

    private sealed record Found(Agent Agent, Side Old, Side Now);
}
