using System.Text.Json;
using Steward.Agents.Catalogue;
using Steward.Agents.Declarations;
using Steward.Kernel;

namespace Steward.Agents.Workshop;

/// <summary>Source text that is to be tried.</summary>
/// <param name="Source">One file.</param>
/// <param name="Settings">The values of its settings; without them only their declaration is looked at.</param>
/// <param name="Language">What it is written in.</param>
internal sealed record SourceWish(string? Source = null, IReadOnlyDictionary<string, JsonElement>? Settings = null, AgentLanguage Language = AgentLanguage.Csharp);

/// <summary>Source text that would do.</summary>
/// <param name="Declaration">What it declares.</param>
/// <param name="Tests">How its tests went: all passed.</param>
internal sealed record TriedSource(Declaration Declaration, IReadOnlyList<TestOutcome> Tests);

/// <summary>Takes source text through all that making an agent takes it through, and keeps nothing.</summary>
internal sealed class TrySource(PrepareVersion prepare)
{
    // A name that no agent has.
    private const string Name = "a-trial-of-source-that-is-not-kept-under-any-name-of-an-agent";

    public async Task<Outcome<TriedSource>> HandleAsync(SourceWish wish, CancellationToken cancellationToken)
    {
        var prepared = await prepare.HandleAsync(Name, wish.Language, wish.Source ?? "", wish.Settings, null, cancellationToken);
        return prepared.IsRefused ? prepared.Refusal : new TriedSource(prepared.Value.Declaration, prepared.Value.Tests);
    }
}
