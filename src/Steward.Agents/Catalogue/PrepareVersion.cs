using System.Text.Json;
using Steward.Agents.Declarations;
using Steward.Agents.Workshop;
using Steward.Kernel;

namespace Steward.Agents.Catalogue;

/// <summary>A version that may be stored.</summary>
internal sealed record PreparedVersion(
    AgentLanguage Language, string Source, byte[] Assembly, string DeclarationJson, Declaration Declaration, IReadOnlyDictionary<string, JsonElement> Settings, IReadOnlyList<TestOutcome> Tests);

/// <summary>Takes source text through everything that has to hold before an agent runs: it compiles, declares itself well, passes its tests, and fits its settings.</summary>
internal sealed class PrepareVersion(Compilers compilers, TestAgent tests)
{
    private const int LongestSource = 1 << 20;
    private const int MostShown = 10;

    /// <summary>Takes it through. Settings that are null are not looked at; with them come those that were written as text.</summary>
    public async Task<Outcome<PreparedVersion>> HandleAsync(
        string name, AgentLanguage language, string source, IReadOnlyDictionary<string, JsonElement>? settings, IReadOnlyDictionary<string, string>? written, CancellationToken cancellationToken)
    {
        if (source.Length is 0 or > LongestSource)
        {
            return Refusal.Invalid("source", source.Length == 0 ? "The source is empty: send one file." : $"The source has {source.Length} characters; it may have {LongestSource}. Keep data out of it.");
        }

        // No store keeps a NUL, and U+FFFD stands where bytes were no text.
        if (source.AsSpan().IndexOfAny('\0', '\uFFFD') is var at and >= 0)
        {
            return Refusal.Invalid("source", $"The source is no text in UTF-8: see its character {at + 1}. Send one file of text.");
        }

        if (AgentHostProgram.Obstacle(language) is { } obstacle)
        {
            return obstacle;
        }

        var compiled = await compilers.Of(language).CompileAsync(name, source, cancellationToken);
        if (compiled.IsRefused)
        {
            return compiled.Refusal;
        }

        if (compiled.Value is not { Assembly: { } assembly, Declaration: { } json })
        {
            return Refusal.Invalid("source", $"The agent does not compile:\n{string.Join('\n', compiled.Value.Diagnostics.Where(one => one.Severity == "error").Take(MostShown))}");
        }

        var declaration = DeclarationReader.Read(json);
        if (declaration.IsRefused)
        {
            return declaration.Refusal;
        }

        var values = SettingValues.With(declaration.Value, settings ?? new Dictionary<string, JsonElement>(), written ?? new Dictionary<string, string>());
        if (settings is not null && SettingValues.Check(declaration.Value, values) is { } wrong)
        {
            return wrong;
        }

        if (declaration.Value.After.Contains(name))
        {
            return Refusal.Invalid("declaration.after", "An agent cannot run after itself: give it a schedule.");
        }

        var outcomes = await tests.HandleAsync(language, assembly, cancellationToken);
        return outcomes.IsRefused ? outcomes.Refusal
            : outcomes.Value.Where(outcome => !outcome.Passed).ToList() is { Count: > 0 } failed ? Refusal.Invalid("source", $"{failed.Count} of {outcomes.Value.Count} tests failed:\n{string.Join('\n', failed.Take(MostShown).Select(one => $"{one.Name}: {one.Fault}"))}")
            : new PreparedVersion(language, source, assembly, json, declaration.Value, values, outcomes.Value);
    }
}
