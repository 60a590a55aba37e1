using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Steward.AgentHost.Checking;

/// <summary>What ends a loop, or leaves out what it does, after a number of times that the source chooses: <c>if (sent >= Most) { break; }</c>.</summary>
internal sealed class Guards(Inspected at, Bounds bounds, SyntaxNode loop)
{
    /// <summary>Whether a place in the loop is guarded.</summary>
    public bool Guard(SyntaxNode place) => IsLast(place) || loop.DescendantNodes().OfType<IfStatementSyntax>().Any(branch =>
        (branch.Statement.Contains(place) && Repeats.Terms(branch.Condition, SyntaxKind.LogicalAndExpression).Any(Keeps))
        || ((Leaves(branch, place) || branch.Else?.Statement.Contains(place) == true || Sets(branch)) && Repeats.Terms(branch.Condition, SyntaxKind.LogicalOrExpression).Any(Stops)));

    /// <summary>Whether a condition is so for the first few times only: <c>sent &lt; Most</c>, <c>left > 0</c>.</summary>
    public bool Keeps(ExpressionSyntax condition) => Compared(condition, isKept: true);

    private bool Stops(ExpressionSyntax condition) => Compared(condition, isKept: false);

    private bool Compared(ExpressionSyntax condition, bool isKept) => condition is BinaryExpressionSyntax compared
        && (Counts(compared.Left, compared.Right, compared.Kind(), isKept) || Counts(compared.Right, compared.Left, Turned(compared.Kind()), isKept));

    private bool Counts(ExpressionSyntax counter, ExpressionSyntax bound, SyntaxKind kind, bool isKept)
    {
        var isUp = kind is SyntaxKind.EqualsExpression or SyntaxKind.NotEqualsExpression || (kind is SyntaxKind.LessThanExpression or SyntaxKind.LessThanOrEqualExpression) == isKept;
        var isRight = isKept ? kind != SyntaxKind.EqualsExpression : kind != SyntaxKind.NotEqualsExpression;
        if (!isRight || Counted(counter) is not { } counted || Repeats.Meant(at, bound) is not { } end)
        {
            return false;
        }

        return (isUp && IsStepped(counted, isUp: true) && bounds.IsSmall(end))
            || ((kind == SyntaxKind.EqualsExpression || kind is not (SyntaxKind.LessThanExpression or SyntaxKind.LessThanOrEqualExpression) == isKept) && IsStepped(counted, isUp: false) && Flow.Values(at, counted).Where(value => value is not null).ToList() is { Count: > 0 } starts && starts.TrueForAll(start => bounds.IsSmall(start!)));
    }

    // sent, sent++, ++sent, sent.Count
    private ISymbol? Counted(ExpressionSyntax counter) => counter switch
    {
        ParenthesizedExpressionSyntax one => Counted(one.Expression),
        PostfixUnaryExpressionSyntax one => Counted(one.Operand),
        PrefixUnaryExpressionSyntax one when one.IsKind(SyntaxKind.PreIncrementExpression) || one.IsKind(SyntaxKind.PreDecrementExpression) => Counted(one.Operand),
        MemberAccessExpressionSyntax { Name.Identifier.Text: "Count", Expression: IdentifierNameSyntax list } => Outer(list),
        IdentifierNameSyntax one => Outer(one),
        _ => null,
    };

    // What is declared in the loop begins anew each time; the variable of its head does not.
    private ISymbol? Outer(IdentifierNameSyntax name) => at.Model.GetSymbolInfo(name).Symbol is ILocalSymbol or IParameterSymbol or IFieldSymbol ? at.Model.GetSymbolInfo(name).Symbol is { } symbol
        && (symbol.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is not { } declared || !loop.Contains(declared) || (loop is ForStatementSyntax { Declaration: { } head } && head.Contains(declared))) ? symbol : null : null;

    // Counted somewhere in the loop, and never set back in it.
    private bool IsStepped(ISymbol counted, bool isUp)
    {
        var isStepped = false;
        foreach (var node in loop.DescendantNodes())
        {
            switch (node)
            {
                case PostfixUnaryExpressionSyntax one when Is(one.Operand, counted):
                    isStepped |= one.IsKind(isUp ? SyntaxKind.PostIncrementExpression : SyntaxKind.PostDecrementExpression);
                    break;
                case PrefixUnaryExpressionSyntax one when Is(one.Operand, counted):
                    isStepped |= one.IsKind(isUp ? SyntaxKind.PreIncrementExpression : SyntaxKind.PreDecrementExpression);
                    break;
                case AssignmentExpressionSyntax one when Is(one.Left, counted) && !(loop is ForStatementSyntax { Declaration: { } head } && head.Contains(one)):
                    if (!one.IsKind(isUp ? SyntaxKind.AddAssignmentExpression : SyntaxKind.SubtractAssignmentExpression) && !(one.IsKind(SyntaxKind.SimpleAssignmentExpression) && one.Right is BinaryExpressionSyntax sum && sum.IsKind(isUp ? SyntaxKind.AddExpression : SyntaxKind.SubtractExpression) && Is(sum.Left, counted)))
                    {
                        return false;
                    }

                    isStepped = true;
                    break;
                case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax called } when Is(called.Expression, counted):
                    if (called.Name.Identifier.Text is "Clear" or "Remove" or "RemoveAt" or "Dequeue" or "Pop")
                    {
                        return false;
                    }

                    isStepped |= isUp && called.Name.Identifier.Text is "Add" or "Enqueue" or "Push";
                    break;
            }
        }

        return isStepped;
    }

    private bool Is(ExpressionSyntax name, ISymbol symbol) => name is IdentifierNameSyntax && SymbolEqualityComparer.Default.Equals(at.Model.GetSymbolInfo(name).Symbol, symbol);

    // It leaves the loop, or stands before a place that it leaves out.
    private bool Leaves(IfStatementSyntax branch, SyntaxNode place)
    {
        var inner = Loop(branch);
        return branch.Statement.DescendantNodesAndSelf(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)).Any(node => node switch
        {
            ReturnStatementSyntax or ThrowStatementSyntax => true,
            BreakStatementSyntax => Loop(node, isSwitch: true) == inner && (inner == loop || IsBefore(inner)),
            ContinueStatementSyntax => Loop(node) == inner && IsBefore(inner),
            _ => false,
        });

        bool IsBefore(SyntaxNode? around) => around is not null && around.Contains(place) && branch.SpanStart < place.SpanStart;
    }

    // It sets what the loop asks, and nothing in the loop sets it back: isOver = true, while (!isOver).
    private bool Sets(IfStatementSyntax branch) => new Repeats(at, loop, null).Condition is { } condition && (branch.Statement is BlockSyntax block ? block.Statements : [branch.Statement])
        .OfType<ExpressionStatementSyntax>().Select(statement => statement.Expression).OfType<AssignmentExpressionSyntax>().Any(set => Flag(set) is { } so
            && at.Model.GetSymbolInfo(set.Left).Symbol is { } flag && Repeats.Terms(condition, SyntaxKind.LogicalAndExpression).Any(term => so ? term is PrefixUnaryExpressionSyntax not && not.IsKind(SyntaxKind.LogicalNotExpression) && Is(not.Operand, flag) : Is(term, flag))
            && loop.DescendantNodes().OfType<AssignmentExpressionSyntax>().Where(other => Is(other.Left, flag)).All(other => Flag(other) == so));

    private bool? Flag(AssignmentExpressionSyntax set) => set.IsKind(SyntaxKind.SimpleAssignmentExpression) && at.Model.GetConstantValue(set.Right) is { HasValue: true, Value: bool so } ? so : null;

    private static SyntaxNode? Loop(SyntaxNode node, bool isSwitch = false) => node.Ancestors().FirstOrDefault(outer => outer is WhileStatementSyntax or DoStatementSyntax or CommonForEachStatementSyntax or ForStatementSyntax || (isSwitch && outer is SwitchStatementSyntax));

    // After it the loop ends in any case; what throws is perhaps caught, and goes round again.
    private bool IsLast(SyntaxNode place)
    {
        var around = place.AncestorsAndSelf().TakeWhile(node => node != loop).ToList();
        return !around.Exists(node => node is TryStatementSyntax { Catches.Count: > 0 } or AnonymousFunctionExpressionSyntax)
            && around.Exists(node => node is ReturnStatementSyntax || node is BlockSyntax { Statements: [.., ReturnStatementSyntax or ThrowStatementSyntax] } || (node is BlockSyntax { Statements: [.., BreakStatementSyntax last] } && Loop(last, isSwitch: true) == loop));
    }

    private static SyntaxKind Turned(SyntaxKind kind) => kind switch
    {
        SyntaxKind.LessThanExpression => SyntaxKind.GreaterThanExpression,
        SyntaxKind.LessThanOrEqualExpression => SyntaxKind.GreaterThanOrEqualExpression,
        SyntaxKind.GreaterThanExpression => SyntaxKind.LessThanExpression,
        SyntaxKind.GreaterThanOrEqualExpression => SyntaxKind.LessThanOrEqualExpression,
        _ => kind,
    };
}
