using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Steward.AgentHost.Checking;

/// <summary>Something that does again what stands in it: a loop, or a query with a function.</summary>
/// <param name="At">The file.</param>
/// <param name="Node">The loop.</param>
/// <param name="Many">What it goes over; null for one that goes round while something is so.</param>
internal sealed record Repeats(Inspected At, SyntaxNode Node, IOperation? Many)
{
    /// <summary>All that repeat a place, the nearest first, up to the member that it stands in.</summary>
    public static IEnumerable<Repeats> Around(Inspected at, SyntaxNode place)
    {
        foreach (var node in place.AncestorsAndSelf().TakeWhile(node => node is not (MemberDeclarationSyntax or LocalFunctionStatementSyntax)))
        {
            switch (node)
            {
                case CommonForEachStatementSyntax each when each.Statement.Contains(place) && at.Model.GetOperation(each) is IForEachLoopOperation loop:
                    yield return new Repeats(at, each, loop.Collection);
                    break;
                case ForStatementSyntax counted when !(counted.Declaration?.Contains(place) ?? false) && !counted.Initializers.Any(one => one.Contains(place)):
                case WhileStatementSyntax or DoStatementSyntax:
                    yield return new Repeats(at, node, null);
                    break;
                // counts.Select(one => context.Http.GetAsync(...)), counts.Select(TellAsync)
                case ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax linq } given when (given.Expression is AnonymousFunctionExpressionSyntax || given.Expression == place)
                    && at.Model.GetOperation(linq) is IInvocationOperation { TargetMethod.ContainingType.Name: "Enumerable" or "List" or "Array" or "AsyncEnumerable" } over && (over.Instance ?? over.Arguments[0].Value) is var source && !source.Syntax.Contains(place):
                    yield return new Repeats(at, linq, source);
                    break;
            }
        }
    }

    /// <summary>Whether it goes round a bounded number of times by what it goes over or by its condition.</summary>
    public bool IsBounded(Bounds bounds, int depth = 0) => Many is not null ? bounds.IsShort(Many, depth) : Condition is { } condition && Terms(condition, SyntaxKind.LogicalAndExpression).Any(term => Ends(bounds, term, depth));

    /// <summary>The parts of a condition that are joined by "and", or by "or".</summary>
    public static IEnumerable<ExpressionSyntax> Terms(ExpressionSyntax condition, SyntaxKind joined) => condition switch
    {
        ParenthesizedExpressionSyntax one => Terms(one.Expression, joined),
        BinaryExpressionSyntax one when one.IsKind(joined) => Terms(one.Left, joined).Concat(Terms(one.Right, joined)),
        _ => [condition],
    };

    /// <summary>What the compiler knows of an expression; of one in brackets it knows nothing.</summary>
    public static IOperation? Meant(Inspected at, ExpressionSyntax value) => value is ParenthesizedExpressionSyntax one ? Meant(at, one.Expression) : at.Model.GetOperation(value);

    /// <summary>What has to be so for it to go on.</summary>
    public ExpressionSyntax? Condition => Node switch
    {
        ForStatementSyntax one => one.Condition,
        WhileStatementSyntax one => one.Condition,
        DoStatementSyntax one => one.Condition,
        _ => null,
    };

    private bool Ends(Bounds bounds, ExpressionSyntax term, int depth) => Node is ForStatementSyntax { Declaration.Variables: [{ Initializer.Value: { } first } variable] } counted && term is BinaryExpressionSyntax compared && Named(compared.Left) == variable.Identifier.Text
        ? compared.Kind() switch
        {
            SyntaxKind.LessThanExpression or SyntaxKind.LessThanOrEqualExpression or SyntaxKind.NotEqualsExpression => Meant(At, compared.Right) is { } end && bounds.Wider(Step(counted), Math.Max(0, Number(first))).IsSmall(end, depth + 1),
            SyntaxKind.GreaterThanExpression or SyntaxKind.GreaterThanOrEqualExpression => Meant(At, first) is { } begin && bounds.Wider(Step(counted), 0).IsSmall(begin, depth + 1),
            _ => false,
        }
        : new Guards(At, bounds, Node).Keeps(term);

    private double Step(ForStatementSyntax counted) => counted.Incrementors is [AssignmentExpressionSyntax step] ? Math.Max(1, Number(step.Right)) : 1;

    private double Number(ExpressionSyntax value) => At.Model.GetConstantValue(value) is { HasValue: true, Value: IConvertible number and not string and not bool and not char } ? Convert.ToDouble(number, CultureInfo.InvariantCulture) : 0;

    private static string? Named(ExpressionSyntax value) => (value as IdentifierNameSyntax)?.Identifier.Text;
}
