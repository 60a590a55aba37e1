using Microsoft.CodeAnalysis;
using Steward.AgentHost.Checking.Rules;
using Steward.AgentHost.Compiling;

namespace Steward.AgentHost.Checking;

/// <summary>
/// Holds a source that nobody has read against the rules for it: formats it, compiles it without a warning, and looks at what
/// the compiler knows about it. It looks at trees and symbols; what comments and texts say to its reader changes nothing.
/// </summary>
internal sealed class Checker(Compiler compiler) : IDisposable
{
    // What is written so that a model can repair it in one go is not repeated for ever.
    private const int MostMessages = 50;

    // Fifty times what an agent needs.
    private const int LongestSource = 200_000;

    private static readonly Func<Inspected, IEnumerable<CompilerMessage>>[] Rules =
    [
        LanguageRule.Look, StateRule.Look, ApiRule.Look, RepeatableRule.Look, WaitingRule.Look, TaskRule.Look, RegexRule.Look, LoopRule.Look, RecursionRule.Look, BudgetRule.Look, CatchRule.Look,
        ToolRule.Look, HostRule.Look, SettingRule.Look, GrantRule.Look, ScheduleRule.Look, ResultRule.Look, HandoffRule.Look, TestRule.Look, SecretRule.Look, DocumentRule.Look,
    ];

    private readonly Lazy<Formatting> formatting = new();
    private NetAnalyzers? analyzers;

    /// <summary>Checks. A stage that cannot run is an error like any other.</summary>
    public Compiled Check(CompileJob job)
    {
        if (job.Source.Length > LongestSource)
        {
            return new Compiled(null, null, [], [Compiler.Message("AGENT100", "error", $"The source has {job.Source.Length} characters; an agent that is checked may have {LongestSource}. Keep data out of it.", null)]);
        }

        if (formatting.Value.Format(job.Source) is not { } formatted)
        {
            return compiler.Compile(job);
        }

        var (stages, sends) = (new List<CompilerMessage>(), (IReadOnlyList<string>)[]);
        var compilation = compiler.Compilation(job with { Source = formatted });
        stages.AddRange(Ran("Loading the .NET analyzers", () =>
        {
            analyzers ??= new NetAnalyzers();
            compilation = compilation.WithOptions(compilation.Options.WithSpecificDiagnosticOptions(analyzers.Severities));
            return [];
        }));
        var compiled = Compiler.Compile(compilation);
        List<CompilerMessage> messages = [.. stages, .. compiled.Diagnostics.Select(message => message with { Severity = "error" })];
        if (compiled.Assembly is not null)
        {
            var inspected = Inspected.Of(compilation);
            messages.AddRange(Ran("Looking for what is sent", () =>
            {
                sends = Sending.Of(inspected);
                return [];
            }));
            messages.AddRange(Rules.SelectMany(rule => Ran(rule.Method.DeclaringType!.Name, () => rule(inspected))));
            messages.AddRange(Ran("The .NET analyzers", () => analyzers?.Look(compilation) ?? []));
        }

        messages = [.. messages.Distinct().OrderBy(message => message.Line).ThenBy(message => message.Column).Take(MostMessages)];
        return new Compiled(messages.TrueForAll(message => message.Severity != "error") ? compiled.Assembly : null, compiled.Declaration, compiled.Tests, messages) { Formatted = formatted, Sends = sends };
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (formatting.IsValueCreated)
        {
            formatting.Value.Dispose();
        }
    }

    private static List<CompilerMessage> Ran(string stage, Func<IEnumerable<CompilerMessage>> look)
    {
        try
        {
            return [.. look()];
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return [Compiler.Message("AGENT100", "error", $"{stage} could not run over this source ({e.GetType().Name}: {e.Message}), and what was not checked does not pass. Write it in a simpler way.", null)];
        }
    }
}
