using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Steward.AgentHost.Compiling;
using Steward.Agents.Sdk.Testing;

namespace Steward.AgentHost.Checking;

/// <summary>A source that compiles, as the rules look at it.</summary>
internal sealed class Inspected
{
    // What following values through a file may cost, in looks at operations: a second or two.
    private const long MostLooks = 50_000_000;

    private readonly Lazy<IReadOnlyList<IOperation>> operations;
    private readonly Lazy<IReadOnlyList<IInvocationOperation>> calls;
    private readonly Lazy<IReadOnlySet<INamedTypeSymbol>> testTypes;
    private readonly Lazy<ILookup<ISymbol?, IOperation>> appended;
    private readonly HashSet<IOperation> followed = [];
    private readonly HashSet<ISymbol> entered = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<IMethodSymbol, IOperation?> bodies = new(SymbolEqualityComparer.Default);
    private long looks;

    private Inspected(CSharpCompilation compilation)
    {
        var tree = compilation.SyntaxTrees[^1];
        (Root, Model) = (tree.GetCompilationUnitRoot(), compilation.GetSemanticModel(tree));
        (var agent, var json, _) = Compiler.Declared(compilation);
        (Agent, Declared) = (agent!, new DeclaredParts(json!));
        Types = [.. Compiler.Types(compilation)];
        operations = new(() => [.. Bodies().SelectMany(body => body.DescendantsAndSelf())]);
        calls = new(() => [.. Operations.OfType<IInvocationOperation>().Where(call => !IsTest(call.Syntax))]);
        appended = new(() => TextParts.Appended(Operations));
        testTypes = new(() => Types.Where(type => type.GetMembers().Any(IsTest) && !SymbolEqualityComparer.Default.Equals(type, Agent)).ToHashSet<INamedTypeSymbol>(SymbolEqualityComparer.Default));
    }

    /// <summary>The file.</summary>
    public CompilationUnitSyntax Root { get; }

    /// <summary>What the compiler knows about it.</summary>
    public SemanticModel Model { get; }

    /// <summary>The one agent.</summary>
    public INamedTypeSymbol Agent { get; }

    /// <summary>What it declares.</summary>
    public DeclaredParts Declared { get; }

    /// <summary>All types of the file.</summary>
    public IReadOnlyList<INamedTypeSymbol> Types { get; }

    /// <summary>All that is done anywhere in the file.</summary>
    public IReadOnlyList<IOperation> Operations => operations.Value;

    /// <summary>The calls that are not part of a test.</summary>
    public IReadOnlyList<IInvocationOperation> Calls => calls.Value;

    /// <summary>What is put behind what is in a variable.</summary>
    public ILookup<ISymbol?, IOperation> Appended => appended.Value;

    /// <summary>The classes of tests.</summary>
    public IReadOnlySet<INamedTypeSymbol> TestTypes => testTypes.Value;

    /// <summary>Looks at a compilation without errors.</summary>
    public static Inspected Of(CSharpCompilation compilation) => new(compilation);

    /// <summary>Whether something stands in a class of tests, where other things are to be done than in an agent.</summary>
    public bool IsTest(SyntaxNode node) => node.AncestorsAndSelf().OfType<TypeDeclarationSyntax>().LastOrDefault() is { } outer
        && Model.GetDeclaredSymbol(outer) is INamedTypeSymbol type && TestTypes.Contains(type);

    /// <summary>Whether something is a test.</summary>
    public static bool IsTest(ISymbol member) => member is IMethodSymbol && member.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == nameof(AgentTestAttribute));

    /// <summary>What a method of the file does, its local functions and expression bodies too; null for what has no body here.</summary>
    public IOperation? BodyOf(IMethodSymbol method)
    {
        Look(1);
        if (!bodies.TryGetValue(method, out var body))
        {
            bodies[method] = body = Body(method);
        }

        return body;
    }

    /// <summary>What something comes to, or null alone, which stands for what cannot be followed, where that is being looked for already.</summary>
    public IReadOnlyList<IOperation?> Once(IOperation what, Func<IEnumerable<IOperation?>> found) => Once(followed, what, found) ?? [null];

    /// <summary>What a variable comes to; nothing more where that is being looked for already.</summary>
    public IReadOnlyList<T> Once<T>(ISymbol variable, Func<IEnumerable<T>> found) => Once(entered, variable, found) ?? [];

    // Null where it is being looked for.
    private static IReadOnlyList<T>? Once<TKey, T>(HashSet<TKey> sought, TKey what, Func<IEnumerable<T>> found)
    {
        if (!sought.Add(what))
        {
            return null;
        }

        try
        {
            return [.. found()];
        }
        finally
        {
            sought.Remove(what);
        }
    }

    /// <summary>Counts what following values costs.</summary>
    /// <exception cref="InvalidOperationException">The source is too entangled to be followed: it does not pass.</exception>
    /// <exception cref="InsufficientExecutionStackException">It goes too deep: as above.</exception>
    public void Look(int count)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if ((looks += count) > MostLooks)
        {
            throw new InvalidOperationException("the source is too large or too entangled to be followed");
        }
    }

    private IOperation? Body(IMethodSymbol method) => method.OriginalDefinition.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is { } node && node.SyntaxTree == Root.SyntaxTree
        ? Model.GetOperation(node) switch
        {
            ILocalFunctionOperation local => local.Body,
            { } operation => operation,
            _ => node is ArrowExpressionClauseSyntax arrow ? Model.GetOperation(arrow) : null,
        }
        : null;

    /// <summary>An error at a place.</summary>
    public static CompilerMessage Error(string id, string message, SyntaxNode at) => Compiler.Message(id, "error", message, at.GetLocation());

    /// <summary>An error at a name.</summary>
    public static CompilerMessage Error(string id, string message, SyntaxToken at) => Compiler.Message(id, "error", message, at.GetLocation());

    /// <summary>An error about the declaration.</summary>
    public CompilerMessage DeclarationError(string id, string message) => Compiler.Message(id, "error", message, Agent.GetAttributes().First(attribute => attribute.AttributeClass!.Name == "DeclarationAttribute").ApplicationSyntaxReference!.GetSyntax().GetLocation());

    // Where code stands: bodies of methods, initializers of fields and properties, arguments of base constructors.
    private IEnumerable<IOperation> Bodies() => Root.DescendantNodes(node => node is not (BlockSyntax or ArrowExpressionClauseSyntax or EqualsValueClauseSyntax))
        .Where(node => node is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or ArrowExpressionClauseSyntax or EqualsValueClauseSyntax or AttributeSyntax or PrimaryConstructorBaseTypeSyntax)
        .Where(node => node is not (ArrowExpressionClauseSyntax { Parent: BaseMethodDeclarationSyntax or AccessorDeclarationSyntax }))
        .Select(node => Model.GetOperation(node)).OfType<IOperation>().Where(operation => operation.Parent is null).Distinct();
}
