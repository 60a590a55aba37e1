using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Steward.AgentHost.Compiling;

namespace Steward.AgentHost.Checking.Rules;

/// <summary>What goes round comes to an end: by itself, and also when the run is called off.</summary>
internal static class LoopRule
{
    private const double TooOften = 100_000_000;
    private const string Once = "A run does its work once and ends; the schedule repeats it. Loop over a list, or count to a bound.";

    public static IEnumerable<CompilerMessage> Look(Inspected at)
    {
        foreach (var node in at.Root.DescendantNodes())
        {
            var fault = node switch
            {
                WhileStatementSyntax loop => Fault(at, loop, loop.Condition, loop.Statement) ?? FromOutside(at, loop, loop.Condition),
                DoStatementSyntax loop => Fault(at, loop, loop.Condition, loop.Statement) ?? FromOutside(at, loop, loop.Condition),
                ForStatementSyntax loop => Fault(at, loop, loop.Condition, loop.Statement) ?? Counting(at, loop) ?? FromOutside(at, loop, loop.Condition),
                InvocationExpressionSyntax call => Endless(at, call),
                _ => null,
            };
            if (fault is not null)
            {
                yield return Inspected.Error("AGENT117", fault, node is InvocationExpressionSyntax ? node : node.GetFirstToken().Parent!);
            }
        }
    }

    private static string? Fault(Inspected at, SyntaxNode loop, ExpressionSyntax? condition, StatementSyntax body)
    {
        var isEndless = condition is null || at.Model.GetConstantValue(condition) is { HasValue: true, Value: true };
        var untilCancelled = condition is not null && condition.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.Text == "IsCancellationRequested")
            && !condition.DescendantNodesAndSelf().Any(node => node.IsKind(SyntaxKind.LogicalAndExpression));
        if (isEndless || untilCancelled)
        {
            return !HasExit(loop, body) ? $"This loop never ends{(untilCancelled ? " before the run is called off" : "")}. {Once}"
                : !untilCancelled && !IsCancellable(at, body) ? "This loop has no bound, and goes on when the run is called off. Give it a bound (for (var page = 1; page <= Most; page++)), or await something with the cancellation token in it."
                : null;
        }

        return CanChange(at, loop, condition!) ? null : $"Nothing in this loop changes its condition: it runs never or for ever. {Once}";
    }

    // A way out of this loop, not of one inside it or of a function inside it.
    private static bool HasExit(SyntaxNode loop, StatementSyntax body) => body.DescendantNodesAndSelf(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)).Any(node => node switch
    {
        ReturnStatementSyntax or ThrowStatementSyntax or ThrowExpressionSyntax => true,
        YieldStatementSyntax one => one.IsKind(SyntaxKind.YieldBreakStatement),
        BreakStatementSyntax => node.Ancestors().First(outer => outer is WhileStatementSyntax or DoStatementSyntax or CommonForEachStatementSyntax or ForStatementSyntax or SwitchStatementSyntax) == loop,
        _ => false,
    });

    private static bool IsCancellable(Inspected at, SyntaxNode body) => body.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(name =>
        at.Model.GetTypeInfo(name).Type is { Name: "CancellationToken" } || name.Identifier.Text is "ThrowIfCancellationRequested" or "IsCancellationRequested");

    // Of a loop that counts, what comes before the first time round is done once.
    private static bool CanChange(Inspected at, SyntaxNode loop, ExpressionSyntax condition) =>
        at.Model.GetOperation(loop) is not { } whole || new Motion(at, [.. whole.ChildOperations.Except(whole is IForLoopOperation counted ? counted.Before : []).SelectMany(part => part.DescendantsAndSelf())], loop).Changes(Repeats.Meant(at, condition));

    private static IEnumerable<string> Names(SyntaxNode node) => node.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Select(name => name.Identifier.Text);

    private static string? Counting(Inspected at, ForStatementSyntax loop)
    {
        if (loop.Condition is not BinaryExpressionSyntax condition)
        {
            return null;
        }

        var isUp = condition.IsKind(SyntaxKind.LessThanExpression) || condition.IsKind(SyntaxKind.LessThanOrEqualExpression);
        var isDown = condition.IsKind(SyntaxKind.GreaterThanExpression) || condition.IsKind(SyntaxKind.GreaterThanOrEqualExpression);
        var counter = (condition.Left as IdentifierNameSyntax)?.Identifier.Text;
        var step = loop.Incrementors is [{ } only] && counter is not null && Names(only).Contains(counter) ? only.Kind() : SyntaxKind.None;
        var stepsUp = step is SyntaxKind.PostIncrementExpression or SyntaxKind.PreIncrementExpression;
        var stepsDown = step is SyntaxKind.PostDecrementExpression or SyntaxKind.PreDecrementExpression;
        return (isUp && stepsDown) || (isDown && stepsUp) ? "This loop counts away from its bound. Turn it round."
            : isUp && at.Model.GetConstantValue(condition.Right) is { HasValue: true, Value: IConvertible bound and not string } && Convert.ToDouble(bound, CultureInfo.InvariantCulture) > TooOften ? $"This loop goes round more often than a run has time for. {Once}"
            : null;
    }

    // Somebody outside says how often, and nobody can call it off.
    private static string? FromOutside(Inspected at, SyntaxNode loop, ExpressionSyntax? condition)
    {
        if (condition is null || IsCancellable(at, loop))
        {
            return null;
        }

        var steps = loop.DescendantNodes().Select(node => node switch
        {
            PostfixUnaryExpressionSyntax one => (one.Operand, IsUp: one.IsKind(SyntaxKind.PostIncrementExpression)),
            PrefixUnaryExpressionSyntax one => (one.Operand, IsUp: one.IsKind(SyntaxKind.PreIncrementExpression)),
            AssignmentExpressionSyntax one when one.IsKind(SyntaxKind.AddAssignmentExpression) || one.IsKind(SyntaxKind.SubtractAssignmentExpression) => (one.Left, IsUp: one.IsKind(SyntaxKind.AddAssignmentExpression)),
            _ => default,
        }).Where(step => step.Item1 is IdentifierNameSyntax).Select(step => (Name: step.Item1.ToString(), step.IsUp)).ToHashSet();
        var bounds = Repeats.Terms(condition, SyntaxKind.LogicalAndExpression).OfType<BinaryExpressionSyntax>()
            .SelectMany(one => steps.Select(step => Names(one.Left).Contains(step.Name) ? step.IsUp ? one.Right : one.Left : Names(one.Right).Contains(step.Name) ? step.IsUp ? one.Left : one.Right : null)).OfType<ExpressionSyntax>()
            .Select(bound => Outside.Says(at, Repeats.Meant(at, bound))).ToList();
        return bounds.Count > 0 && bounds.TrueForAll(isOutside => isOutside)
            && !loop.DescendantNodes().OfType<IfStatementSyntax>().Any(branch => Names(branch.Condition).Any(name => steps.Any(step => step.Name == name)) && branch.Statement.DescendantNodesAndSelf().Any(node => node is BreakStatementSyntax or ReturnStatementSyntax or ThrowStatementSyntax))
                ? "This loop goes round as often as somebody outside says, and goes on when the run is called off. Bound it (Math.Min(number, Most)), or call cancellationToken.ThrowIfCancellationRequested() in it." : null;
    }

    private static string? Endless(Inspected at, InvocationExpressionSyntax call) =>
        at.Model.GetOperation(call) is IInvocationOperation { TargetMethod: { ContainingType.Name: "Enumerable", Name: "Repeat" or "Range" or "InfiniteSequence" or "Sequence" } method } one
        && (method.Name == "InfiniteSequence" || one.Arguments.Any(argument => argument.Value.ConstantValue is { HasValue: true, Value: int and > 100_000_000 }))
            ? $"This makes more than a run has time for. {Once}" : null;
}
