using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Steward.AgentHost.Compiling;

namespace Steward.AgentHost.Checking;

/// <summary>
/// The rules of the .NET analyzers that find mistakes in a small program: correctness, reliability, security. Those about names, taste,
/// speed and culture are left out; agents run without cultures.
/// </summary>
internal sealed class NetAnalyzers
{
    /// <summary>What is reported when one of them cannot do its work.</summary>
    public const string Crashed = "AD0001";

    private static readonly string[] Files = ["Microsoft.CodeAnalysis.NetAnalyzers.dll", "Microsoft.CodeAnalysis.CSharp.NetAnalyzers.dll"];

    /// <summary>The rules that count.</summary>
    public static readonly IReadOnlySet<string> Rules = new HashSet<string>(StringComparer.Ordinal)
    {
        // Correctness and reliability.
        "CA1065", "CA1069", "CA1806", "CA2002", "CA2008", "CA2009", "CA2011", "CA2012", "CA2013", "CA2014", "CA2015", "CA2016", "CA2018", "CA2019", "CA2020", "CA2021", "CA2022",
        "CA2024", "CA2025", "CA2200", "CA2208", "CA2214", "CA2215", "CA2219", "CA2241", "CA2242", "CA2244", "CA2245", "CA2246", "CA2247", "CA2248", "CA2259", "CA2264", "CA2265",
        // Security.
        "CA3061", "CA3075", "CA5350", "CA5351", "CA5360", "CA5366", "CA5369", "CA5371", "CA5372", "CA5379", "CA5384", "CA5385",
    };

    private readonly ImmutableArray<DiagnosticAnalyzer> all;

    /// <summary>Loads them.</summary>
    /// <exception cref="InvalidOperationException">A rule that counts is in none of them: a check without it would be no check.</exception>
    public NetAnalyzers()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "analyzers");
        all = [.. Files.SelectMany(file => Assembly.LoadFrom(Path.Combine(folder, file)).GetTypes())
            .Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(DiagnosticAnalyzer)) && type.GetCustomAttribute<DiagnosticAnalyzerAttribute>()?.Languages.Contains(LanguageNames.CSharp) == true)
            .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!).Where(analyzer => analyzer.SupportedDiagnostics.Any(rule => Rules.Contains(rule.Id)))];
        var known = all.SelectMany(analyzer => analyzer.SupportedDiagnostics).Select(rule => rule.Id).ToHashSet(StringComparer.Ordinal);
        if (Rules.Where(rule => !known.Contains(rule)).ToList() is { Count: > 0 } missing)
        {
            throw new InvalidOperationException($"The analyzers lack {string.Join(", ", missing)}.");
        }

        Severities = known.ToImmutableDictionary(id => id, id => Rules.Contains(id) ? ReportDiagnostic.Warn : ReportDiagnostic.Suppress);
    }

    /// <summary>Which of their rules count, for a compilation that they are to look at.</summary>
    public ImmutableDictionary<string, ReportDiagnostic> Severities { get; }

    /// <summary>What they find.</summary>
    public IEnumerable<CompilerMessage> Look(CSharpCompilation compilation)
    {
        var with = new CompilationWithAnalyzers(compilation, all, new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), null, concurrentAnalysis: false, logAnalyzerExecutionTime: false));
        return with.GetAnalyzerDiagnosticsAsync(CancellationToken.None).GetAwaiter().GetResult()
            .Where(one => one.Id == Crashed || Rules.Contains(one.Id)).Select(one => Compiler.Message(one) with { Severity = "error" });
    }
}
