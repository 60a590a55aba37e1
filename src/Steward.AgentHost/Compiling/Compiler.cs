using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;
using Steward.Agents.Sdk;
using Steward.Agents.Sdk.Testing;

namespace Steward.AgentHost.Compiling;

/// <summary>Compiles an agent against the kit and .NET's reference assemblies. The same text gives the same bytes.</summary>
internal sealed class Compiler
{
    // What a project that leaves everything as it is has.
    private const string Usings =
        """
        global using System;
        global using System.Collections.Generic;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Steward.Agents.Sdk;
        global using Steward.Agents.Sdk.Testing;
        global using Steward.Agents.Sdk.Tools;
        """;

    private static readonly CSharpParseOptions Language = new(LanguageVersion.Latest, DocumentationMode.Parse);

    private static readonly CSharpCompilationOptions Options = new(
        OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable,
        allowUnsafe: false, deterministic: true, concurrentBuild: false);

    private static readonly EmitOptions Emit = new(debugInformationFormat: DebugInformationFormat.Embedded);

    private readonly ImmutableArray<MetadataReference> references =
    [
        .. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "ref"), "*.dll").Order(StringComparer.Ordinal).Append(typeof(Agent).Assembly.Location)
            .Select(file => MetadataReference.CreateFromFile(file)),
    ];

    private readonly SyntaxTree usings = Parse(Usings, "usings.cs");

    /// <summary>Compiles.</summary>
    public Compiled Compile(CompileJob job) => Compile(Compilation(job));

    /// <summary>Compiles what may also be looked at otherwise.</summary>
    public static Compiled Compile(CSharpCompilation compilation)
    {
        using var assembly = new MemoryStream();
        var emitted = compilation.Emit(assembly, options: Emit);
        List<CompilerMessage> messages = [.. emitted.Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).Select(Message)];
        if (!emitted.Success)
        {
            return new Compiled(null, null, [], messages);
        }

        var (_, declaration, fault) = Declared(compilation);
        return fault is null
            ? new Compiled(assembly.ToArray(), declaration, Tests(compilation), messages)
            : new Compiled(null, null, [], [.. messages, fault]);
    }

    /// <summary>The source with all that it is compiled against. The agent's own tree is the last one.</summary>
    public CSharpCompilation Compilation(CompileJob job) => CSharpCompilation.Create(job.Name, [usings, Parse(job.Source, "agent.cs")], references, Options);

    private static SyntaxTree Parse(string text, string path) => CSharpSyntaxTree.ParseText(SourceText.From(text, Encoding.UTF8), Language, path);

    /// <summary>The one agent and its declaration, or what is wrong about it.</summary>
    public static (INamedTypeSymbol? Agent, string? Json, CompilerMessage? Fault) Declared(CSharpCompilation compilation)
    {
        var agent = compilation.GetTypeByMetadataName(typeof(Agent).FullName!)!;
        var agents = Types(compilation).Where(type => !type.IsAbstract && IsA(type, agent)).ToList();
        if (agents is not [var only])
        {
            return (null, null, Fault("AGENT1", agents.Count == 0 ? "No class derives from Agent. Derive one, public and sealed." : $"{agents.Count} classes derive from Agent. One file holds one agent.", agents.LastOrDefault()));
        }

        if (only.DeclaredAccessibility != Accessibility.Public || !only.InstanceConstructors.Any(one => one.Parameters.Length == 0 && one.DeclaredAccessibility == Accessibility.Public))
        {
            return (null, null, Fault("AGENT2", "The agent's class is not public or has no public constructor without parameters.", only));
        }

        var json = only.GetAttributes().FirstOrDefault(attribute => attribute.AttributeClass?.Name == nameof(DeclarationAttribute))?.ConstructorArguments[0].Value as string;
        return json is null ? (null, null, Fault("AGENT3", "The agent has no [Declaration(...)] above its class.", only)) : (only, json, null);
    }

    /// <summary>The names of the tests.</summary>
    public static IReadOnlyList<string> Tests(CSharpCompilation compilation) =>
    [
        .. Types(compilation).SelectMany(type => type.GetMembers().OfType<IMethodSymbol>())
            .Where(method => method.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == nameof(AgentTestAttribute))).Select(method => method.Name),
    ];

    /// <summary>All types of the source, those inside others too.</summary>
    public static IEnumerable<INamedTypeSymbol> Types(CSharpCompilation compilation) => Types(compilation.Assembly.GlobalNamespace);

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol symbol) => symbol.GetMembers().OfType<INamespaceOrTypeSymbol>()
        .SelectMany(member => member is INamedTypeSymbol type ? [type, .. Types(type)] : Types(member));

    private static bool IsA(INamedTypeSymbol type, INamedTypeSymbol what)
    {
        for (var parent = type.BaseType; parent is not null; parent = parent.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(parent, what))
            {
                return true;
            }
        }

        return false;
    }

    private static CompilerMessage Fault(string id, string message, ISymbol? at) => Message(id, "error", message, at?.Locations.FirstOrDefault());

    /// <summary>What the compiler says, as it goes over the wire.</summary>
    public static CompilerMessage Message(Diagnostic diagnostic) =>
        Message(diagnostic.Id, diagnostic.Severity == DiagnosticSeverity.Error ? "error" : "warning", diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture), diagnostic.Location);

    /// <summary>A message about a place.</summary>
    public static CompilerMessage Message(string id, string severity, string message, Location? location)
    {
        var start = location?.GetLineSpan().StartLinePosition ?? default;
        return new CompilerMessage(id, severity, message, start.Line + 1, start.Character + 1);
    }
}
