using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Steward.AgentHost.Compiling;

namespace Steward.AgentHost.Checking.Rules;

/// <summary>Only what is on the list of what a small program needs is used, by what the compiler knows it to be and not by its name in the text.</summary>
internal static class ApiRule
{
    // By the beginning of the full name: what to do instead.
    private static readonly (string Begin, string Instead)[] Instead =
    [
        ("System.IO.File", "There is no disk: keep files with context.Files, which needs \"files\"."),
        ("System.IO.Directory", "There is no disk: keep files with context.Files, which needs \"files\"."),
        ("System.IO", "There is no disk: use context.Files for files, and MemoryStream or StringReader for data."),
        ("System.Net", "There is no network: use context.Http with the declared hosts; WebUtility for encoding."),
        ("System.Diagnostics.Process", "No process can be started: use the tools of the context."),
        ("System.Diagnostics.CodeAnalysis.Suppress", "Mend what the warning says instead of silencing it."),
        ("System.Diagnostics", "Say what goes on with context.Log, and take the time from context.Clock."),
        ("System.Console", "Say what goes on with context.Log."),
        ("System.Environment", "There is no environment: declare a setting and read it from context.Settings."),
        ("System.AppContext", "There is no environment: declare a setting and read it from context.Settings."),
        ("System.Threading.Tasks.Parallel", "Await the calls one after the other, or a few of them with Task.WhenAll."),
        ("System.Threading", "Await what is asynchronous with its cancellation token; wait with Task.Delay(span, context.Clock, cancellationToken)."),
        ("System.Reflection", "Name the types and members that you use: reflection hides them."),
        ("System.Type", "Name the types and members that you use: reflection hides them."),
        ("System.Activator", "Use 'new' with the type's name."),
        ("System.Runtime.Serialization", "Use System.Text.Json with records of your own."),
        ("System.Xml.Serialization", "Use System.Xml.Linq."),
        ("System.Xml", "Use XDocument.Parse or XmlReader over a StringReader; nothing is fetched."),
        ("System.HashCode", "A hash differs in each process: compare the values, or use SHA256."),
        ("System.Security.Cryptography", "Only hashing is there: SHA256.HashData, HMACSHA256.HashData."),
        ("System.Linq.Expressions", "Write the code itself."),
    ];

    private static readonly HashSet<string> FromPaths = new(StringComparer.Ordinal)
    {
        "System.Xml.XmlReader.Create", "System.Xml.XmlWriter.Create", "System.Xml.XmlDocument.Load", "System.Xml.XmlDocument.Save", "System.Xml.Linq.XDocument.Load", "System.Xml.Linq.XElement.Load", "System.Xml.Linq.XDocument.LoadAsync", "System.Xml.Linq.XDocument.Save", "System.Xml.Linq.XElement.Save", "System.Xml.Linq.XStreamingElement.Save",
        "System.IO.StreamReader..ctor", "System.IO.StreamWriter..ctor", "System.Xml.XPath.XPathDocument..ctor", "System.Xml.XmlTextReader..ctor", "System.Xml.XmlTextWriter..ctor",
    };

    public static IEnumerable<CompilerMessage> Look(Inspected at)
    {
        var told = new List<Microsoft.CodeAnalysis.Text.TextSpan>();
        foreach (var name in at.Root.DescendantNodes().OfType<SimpleNameSyntax>().Where(name => !name.Ancestors().Any(node => node is UsingDirectiveSyntax)))
        {
            if (Type(at.Model.GetSymbolInfo(name).Symbol) is { } type && !IsOwn(at, type) && !AllowedApis.Allows(type) && !IsPartOfAllowedMember(at, name))
            {
                told.Add(name.Span);
                yield return Refusal(AllowedApis.Name(type), name);
            }
        }

        foreach (var operation in at.Operations)
        {
            if (Member(operation) is { ContainingType: { } type } member && !IsOwn(at, type))
            {
                var full = $"{AllowedApis.Name(type)}.{member.Name}";
                if (!AllowedApis.Allows(member) && (!AllowedApis.Allows(type) || full == "System.Array.CreateInstance" || (FromPaths.Contains(full) && member is IMethodSymbol { Parameters: [{ Type.SpecialType: SpecialType.System_String }, ..] })))
                {
                    // Its type has perhaps been named already.
                    if (!told.Exists(span => operation.Syntax.Span.Contains(span)))
                    {
                        yield return Refusal(full, operation.Syntax);
                    }
                }
            }
        }
    }

    private static CompilerMessage Refusal(string name, SyntaxNode at) =>
        Inspected.Error("AGENT110", $"'{name}' is not among what an agent may use. {System.Array.Find(Instead, one => name.StartsWith(one.Begin, StringComparison.Ordinal)).Instead ?? "Use the tools of the context, collections, LINQ, text, JSON, XML, regular expressions and arithmetic."}", at);

    private static INamedTypeSymbol? Type(ISymbol? symbol) => symbol switch
    {
        INamedTypeSymbol type => type,
        IMethodSymbol { MethodKind: MethodKind.Constructor } made => made.ContainingType,
        _ => null,
    };

    private static ISymbol? Member(IOperation operation) => operation switch
    {
        IInvocationOperation call => call.TargetMethod.ReducedFrom ?? call.TargetMethod,
        IObjectCreationOperation made => made.Constructor,
        IMemberReferenceOperation member => member.Member,
        IConversionOperation { OperatorMethod: { } conversion } => conversion,
        IBinaryOperation { OperatorMethod: { } binary } => binary,
        _ => null,
    };

    // Anonymous types, tuples and delegates that the compiler makes have no place in a list.
    private static bool IsOwn(Inspected at, INamedTypeSymbol type) => type.IsAnonymousType || type.TypeKind == TypeKind.Error || SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, at.Agent.ContainingAssembly);

    // Path in Path.Combine, Environment in Environment.NewLine.
    private static bool IsPartOfAllowedMember(Inspected at, SimpleNameSyntax name)
    {
        SyntaxNode whole = name;
        while (whole.Parent is MemberAccessExpressionSyntax { } qualified && qualified.Name == whole)
        {
            whole = qualified;
        }

        return whole.Parent is MemberAccessExpressionSyntax member && member.Expression == whole
            && at.Model.GetSymbolInfo(member.Name) is { Symbol: { ContainingType: { } type } one } && !IsOwn(at, type) && AllowedApis.Allows(one);
    }
}
