using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Steward.AgentHost.Compiling;

namespace Steward.AgentHost.Checking.Rules;

/// <summary>Methods that call themselves, or each other in a ring, come to a case in which they do not.</summary>
internal static class RecursionRule
{
    private sealed record Step(ISymbol From, ISymbol To, IInvocationOperation Call);

    public static IEnumerable<CompilerMessage> Look(Inspected at)
    {
        var steps = at.Operations.OfType<IInvocationOperation>().Where(call => at.BodyOf(call.TargetMethod) is not null)
            .Select(call => (From: at.Model.GetEnclosingSymbol(call.Syntax.SpanStart), Call: call)).Where(one => one.From is IMethodSymbol { MethodKind: not MethodKind.AnonymousFunction })
            .Select(one => new Step(one.From!.OriginalDefinition, one.Call.TargetMethod.OriginalDefinition, one.Call)).ToList();
        foreach (var ring in Rings(at, steps))
        {
            var motion = new Motion(at, [.. ring.Select(step => step.From).Distinct<ISymbol>(SymbolEqualityComparer.Default).SelectMany(method => at.BodyOf((IMethodSymbol)method)!.DescendantsAndSelf())]);
            // The way round on which nothing that is asked is ever otherwise.
            foreach (var step in Rings(at, [.. ring.Where(step => !Asked(at, step.Call.Syntax).Any(motion.Changes))]).SelectMany(stuck => stuck))
            {
                yield return Inspected.Error("AGENT117", $"'{step.To.Name}' is called again whatever it finds, and never ends. Give it a case in which it is not, that depends on what changes from call to call.", step.Call.Syntax);
            }
        }
    }

    // Calls that lead back to where they stand, those together that are on the way of each other.
    private static List<List<Step>> Rings(Inspected at, List<Step> steps)
    {
        var next = steps.ToLookup<Step, ISymbol>(step => step.From, SymbolEqualityComparer.Default);
        var reached = steps.Select(step => step.From).Distinct<ISymbol>(SymbolEqualityComparer.Default).ToDictionary<ISymbol, ISymbol, HashSet<ISymbol>>(method => method, Reached, SymbolEqualityComparer.Default);
        return [.. steps.Where(step => reached.GetValueOrDefault(step.To)?.Contains(step.From) == true).GroupBy(step => reached.First(one => one.Value.Contains(step.From) && reached[step.From].Contains(one.Key)).Key, SymbolEqualityComparer.Default).Select(ring => ring.ToList())];

        HashSet<ISymbol> Reached(ISymbol from)
        {
            var (found, open) = (new HashSet<ISymbol>(SymbolEqualityComparer.Default), new Stack<ISymbol>([from]));
            while (open.TryPop(out var method))
            {
                at.Look(1);
                foreach (var step in next[method].Where(step => found.Add(step.To)))
                {
                    open.Push(step.To);
                }
            }

            return found;
        }
    }

    // What decides whether a call is made: the conditions around it, and those around what may return before it.
    private static IEnumerable<IOperation?> Asked(Inspected at, SyntaxNode call) => Around(at, call).Concat(call.Ancestors().TakeWhile(IsInside).OfType<BlockSyntax>()
        .SelectMany(block => block.Statements.TakeWhile(statement => !statement.Contains(call)).SelectMany(statement => statement.DescendantNodesAndSelf(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)))
            .Where(node => node is ReturnStatementSyntax or ThrowStatementSyntax or ThrowExpressionSyntax or YieldStatementSyntax).SelectMany(exit => Around(at, exit, block))));

    private static IEnumerable<IOperation?> Around(Inspected at, SyntaxNode place, SyntaxNode? until = null)
    {
        foreach (var node in place.Ancestors().TakeWhile(node => node != until && IsInside(node)))
        {
            SyntaxNode? asked = node switch
            {
                IfStatementSyntax one when !one.Condition.Contains(place) => one.Condition,
                ConditionalExpressionSyntax one when !one.Condition.Contains(place) => one.Condition,
                SwitchStatementSyntax one when !one.Expression.Contains(place) => one.Expression,
                SwitchExpressionSyntax one when !one.GoverningExpression.Contains(place) => one.GoverningExpression,
                ForStatementSyntax { Condition: { } condition } when !condition.Contains(place) => condition,
                WhileStatementSyntax one when !one.Condition.Contains(place) => one.Condition,
                CommonForEachStatementSyntax one when !one.Expression.Contains(place) => one.Expression,
                ConditionalAccessExpressionSyntax one when one.WhenNotNull.Contains(place) => one.Expression,
                BinaryExpressionSyntax one when one.Right.Contains(place) && (one.IsKind(SyntaxKind.LogicalAndExpression) || one.IsKind(SyntaxKind.LogicalOrExpression) || one.IsKind(SyntaxKind.CoalesceExpression)) => one.Left,
                CatchClauseSyntax => node.Parent,
                _ => null,
            };
            if (asked is not null)
            {
                yield return asked is ExpressionSyntax value ? Repeats.Meant(at, value) : at.Model.GetOperation(asked);
            }
        }
    }

    private static bool IsInside(SyntaxNode node) => node is not (BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax);
}
