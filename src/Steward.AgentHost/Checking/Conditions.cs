using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Steward.AgentHost.Checking;

/// <summary>What decides whether something is done, in the function that it stands in.</summary>
internal static class Conditions
{
    /// <summary>The conditions around a place, and those around what may leave it out before.</summary>
    /// <param name="at">The file.</param>
    /// <param name="place">What is done.</param>
    /// <param name="until">A node around it, such as a loop, beyond which nothing is asked; null for all of the function.</param>
    public static IEnumerable<IOperation?> Of(Inspected at, SyntaxNode place, SyntaxNode? until = null) => Around(at, place, until).Concat(place.Ancestors().TakeWhile(node => node != until && IsInside(node)).OfType<BlockSyntax>()
        .SelectMany(block => block.Statements.TakeWhile(statement => !statement.Contains(place)).SelectMany(statement => statement.DescendantNodesAndSelf(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)))
            .Where(node => node is ReturnStatementSyntax or ThrowStatementSyntax or ThrowExpressionSyntax or YieldStatementSyntax or ContinueStatementSyntax).SelectMany(exit => Around(at, exit, block))));

    private static IEnumerable<IOperation?> Around(Inspected at, SyntaxNode place, SyntaxNode? until)
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
