using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Steward.AgentHost.Compiling;

namespace Steward.AgentHost.Checking.Rules;

/// <summary>What of C# an agent does without: all that hides code from the other rules, or runs when nobody called it.</summary>
internal static class LanguageRule
{
    public static IEnumerable<CompilerMessage> Look(Inspected at)
    {
        foreach (var trivia in at.Root.DescendantTrivia(descendIntoTrivia: false).Where(trivia => trivia.IsDirective || trivia.IsKind(SyntaxKind.DisabledTextTrivia)).DistinctBy(trivia => trivia.SpanStart))
        {
            yield return Inspected.Error("AGENT101", $"'{Words(trivia.ToString())}': an agent has no directives. Take it out; mend what a warning says instead of silencing it.", trivia.Token);
        }

        foreach (var node in at.Root.DescendantNodes())
        {
            if (Fault(at, node) is { } fault)
            {
                yield return Inspected.Error("AGENT102", fault, node);
            }
        }
    }

    private static string? Fault(Inspected at, SyntaxNode node) => node switch
    {
        UnsafeStatementSyntax or FixedStatementSyntax or PointerTypeSyntax or FunctionPointerTypeSyntax or StackAllocArrayCreationExpressionSyntax or ImplicitStackAllocArrayCreationExpressionSyntax =>
            "An agent has no pointers and no stackalloc. Use a list or an array.",
        RefTypeExpressionSyntax or RefValueExpressionSyntax or MakeRefExpressionSyntax => "An agent has no typed references. Use an ordinary value.",
        DestructorDeclarationSyntax => "A finalizer runs when nobody calls it. Take it out; use 'using' for what has to be disposed.",
        ConstructorDeclarationSyntax one when one.Modifiers.Any(SyntaxKind.StaticKeyword) => "A static constructor runs when nobody calls it. Initialize constants and readonly fields where they are declared.",
        GotoStatementSyntax one when one.IsKind(SyntaxKind.GotoStatement) => "Use a loop or a method in place of goto.",
        MemberDeclarationSyntax one when one.Modifiers.Any(SyntaxKind.UnsafeKeyword) || one.Modifiers.Any(SyntaxKind.ExternKeyword) => "An agent has no unsafe and no extern code. Reach the outside through the tools of the context.",
        AttributeListSyntax { Target: { } target } when target.Identifier.IsKind(SyntaxKind.AssemblyKeyword) || target.Identifier.IsKind(SyntaxKind.ModuleKeyword) => "An agent has no attributes of the assembly or module. Take it out.",
        ExternAliasDirectiveSyntax => "An agent has no extern aliases. Take it out.",
        GlobalStatementSyntax => "An agent has no statements outside its classes. Put them into RunAsync.",
        IdentifierNameSyntax { Identifier.Text: "dynamic" } name when at.Model.GetTypeInfo(name).Type is IDynamicTypeSymbol => "'dynamic' hides what is called. Use the type itself, or JsonElement for JSON.",
        _ => null,
    };

    private static string Words(string directive) => directive.Length > 60 ? $"{directive[..60]} ..." : directive;
}
