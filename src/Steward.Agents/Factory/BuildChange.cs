using Steward.Agents.Catalogue;
using Steward.Agents.Comparing;
using Steward.Agents.Declarations;
using Steward.Agents.Workshop;
using Steward.Platform.Storage;

namespace Steward.Agents.Factory;

/// <summary>What the newest version of a build would change about the agent that is there.</summary>
/// <param name="From">The version whose place it takes.</param>
/// <param name="Changes">What it declares in another way, first what it may do in addition; empty also while it does not compile.</param>
/// <param name="Added">How many lines of source come.</param>
/// <param name="Removed">How many lines go.</param>
/// <param name="Diff">The unified diff of the sources.</param>
internal sealed record BuildChange(int From, IReadOnlyList<DeclarationChange> Changes, int Added, int Removed, string Diff)
{
    /// <summary>Of a build; null when it makes a new agent, has written nothing yet, or what it is about is gone.</summary>
    public static async Task<BuildChange?> OfAsync(Session session, Build build, BuildRound? round)
    {
        if (round is null || build is not { AgentId: { } id, Base: { } number } || await AgentStore.VersionAsync(session, id, number) is not { } version || await AgentStore.SourceAsync(session, id, number) is not { } source)
        {
            return null;
        }

        var changes = round.Declaration is { } json && DeclarationReader.Read(json).Value is { } declaration
            ? DeclarationChanges.Between((version.Declaration, version.Language), (declaration, AgentLanguage.Csharp))
            : [];
        var diff = UnifiedDiff.Of(source, round.Source, $"a/{build.Name}.cs\tversion {number}", $"b/{build.Name}.cs\tbuild {build.Id}, version {round.Round}");
        return new BuildChange(number, changes, diff.Added, diff.Removed, diff.Text);
    }

    /// <summary>In a few lines, for who has to agree to it.</summary>
    public IEnumerable<string> Lines(Guid build) =>
    [
        .. Changes.Count > 0 ? Changes.Select(change => $"Other than in version {From}, it {change.Text}") : [$"It declares what version {From} declares"],
        $"Source: {Added} lines come and {Removed} go (steward builds show {build} --code)",
    ];
}
