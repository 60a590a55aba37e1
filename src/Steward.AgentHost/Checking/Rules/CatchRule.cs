using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Steward.AgentHost.Compiling;

namespace Steward.AgentHost.Checking.Rules;

/// <summary>A failure is told as one, and a run that is called off ends: nothing is caught that is not dealt with.</summary>
internal static class CatchRule
{
    public static IEnumerable<CompilerMessage> Look(Inspected at)
    {
        foreach (var attempt in at.Root.DescendantNodes().OfType<TryStatementSyntax>())
        {
            foreach (var clause in attempt.Catches)
            {
                if (Fault(at, attempt, clause) is { } fault)
                {
                    yield return Inspected.Error("AGENT119", fault, clause);
                }
            }
        }
    }

    private static string? Fault(Inspected at, TryStatementSyntax attempt, CatchClauseSyntax clause)
    {
        var caught = clause.Declaration is { } declaration ? at.Model.GetTypeInfo(declaration.Type).Type : null;
        var isAll = clause.Declaration is null || caught is { Name: "Exception" or "SystemException", ContainingNamespace.Name: "System" };
        var isCancelling = caught is { Name: "OperationCanceledException" or "TaskCanceledException" };
        var throws = EndsByThrowing(clause.Block);
        if (throws || (!isAll && !isCancelling))
        {
            return null;
        }

        var leavesCancelling = clause.Filter is { } filter && filter.ToString() is var words && (words.Contains("OperationCanceledException", StringComparison.Ordinal) ? words.Contains("not ", StringComparison.Ordinal) || words.Contains("!(", StringComparison.Ordinal)
            : words.Contains("IsCancellationRequested", StringComparison.Ordinal) || NamesTypes(at, filter));
        var isBefore = attempt.Catches.TakeWhile(one => one != clause).Any(one => one.Declaration is { } other && at.Model.GetTypeInfo(other.Type).Type is { Name: "OperationCanceledException" } && EndsByThrowing(one.Block));
        var waits = attempt.Block.DescendantNodes().Any(node => node is AwaitExpressionSyntax || (node is IdentifierNameSyntax && at.Model.GetTypeInfo(node).Type is { Name: "CancellationToken" }));
        if (waits && !leavesCancelling && !isBefore && (isAll || !at.IsTest(clause)) && !(isCancelling && clause.Filter is not null))
        {
            return "This catches also that the run is called off, and goes on. Catch what you can deal with (ToolException, JsonException), or write 'when (e is not OperationCanceledException)'.";
        }

        return isAll && clause.Block.Statements.Count == 0 ? "This swallows every failure without a word. Catch what you can deal with, and say what happened (context.Log.Warning)."
            : isAll && Succeeds(at, clause.Block) && !NamesTypes(at, clause.Filter) ? "This makes a success of every failure, also of mistakes in the agent. Catch what you can deal with by its type, and give AgentResult.Failure otherwise."
            : null;
    }

    private static bool EndsByThrowing(BlockSyntax block) => block.Statements.LastOrDefault() is ThrowStatementSyntax && !block.DescendantNodes().Any(node => node is ReturnStatementSyntax);

    // when (e is JsonException or ToolException)
    private static bool NamesTypes(Inspected at, CatchFilterClauseSyntax? filter) => filter is not null && !filter.DescendantNodes().Any(node => node.IsKind(SyntaxKind.NotPattern) || node.IsKind(SyntaxKind.LogicalNotExpression))
        && filter.DescendantNodes().OfType<SimpleNameSyntax>().Select(name => at.Model.GetSymbolInfo(name).Symbol).OfType<INamedTypeSymbol>().Any(type => type.Name.EndsWith("Exception", StringComparison.Ordinal) && type.Name != "Exception");

    private static bool Succeeds(Inspected at, BlockSyntax block) => at.Model.GetOperation(block) is { } operation
        && operation.Descendants().OfType<IInvocationOperation>().Any(call => call.TargetMethod is { Name: "Success", ContainingType.Name: "AgentResult" })
        && !operation.Descendants().OfType<IInvocationOperation>().Any(call => call.TargetMethod is { Name: "Failure", ContainingType.Name: "AgentResult" });
}
