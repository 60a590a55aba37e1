using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Steward.AgentHost.Checking;

/// <summary>What a test proves: whether it runs the agent, and which of its expectations could fail.</summary>
internal sealed class Proof(Inspected at)
{
    private const int Deep = 8;

    private readonly Always always = new(at);

    /// <summary>Whether a body runs the agent in any case.</summary>
    public bool Runs(IOperation body, int depth = 0) => depth < Deep && Calls(body).Any(call => IsRun(call, depth) && Skipped(body, call) is null);

    /// <summary>The expectations of a body, each with why it could not fail; null when it could.</summary>
    public IEnumerable<(IInvocationOperation Call, string? Weakness)> Expectations(IOperation body, int depth = 0)
    {
        if (depth >= Deep)
        {
            yield break;
        }

        var first = Calls(body).Where(call => IsRun(call, depth)).Select(call => call.Syntax.SpanStart).DefaultIfEmpty(depth == 0 ? int.MaxValue : 0).Min();
        foreach (var call in Calls(body))
        {
            if (call.TargetMethod.ContainingType.Name == "Expect")
            {
                yield return (call, Skipped(body, call) ?? (call.Syntax.Span.End < first ? "it expects before the agent has run." : Weakness(call)));
            }
            else if (Own(call.TargetMethod) is { } inner && Expectations(inner, depth + 1).ToList() is { Count: > 0 } others)
            {
                yield return (call, Skipped(body, call) ?? (others.Exists(one => one.Weakness is null) ? null : others[0].Weakness));
            }
        }
    }

    // Those of the body itself; what a local function does is done where it is called.
    private static IEnumerable<IInvocationOperation> Calls(IOperation body) => body.DescendantsAndSelf().OfType<IInvocationOperation>()
        .Where(call => !call.Syntax.Ancestors().TakeWhile(node => node != body.Syntax).Any(node => node is LocalFunctionStatementSyntax));

    private bool IsRun(IInvocationOperation call, int depth) => call.TargetMethod is { Name: "RunAsync", ContainingType.Name: "TestBench" }
        || (Own(call.TargetMethod) is { } inner && Runs(inner, depth + 1));

    private IOperation? Own(IMethodSymbol method) => SymbolEqualityComparer.Default.Equals(method.ContainingAssembly, at.Agent.ContainingAssembly) && !SymbolEqualityComparer.Default.Equals(method.ContainingType, at.Agent) ? at.BodyOf(method) : null;

    // Why a call may be left out, or its failure be lost.
    private string? Skipped(IOperation body, IInvocationOperation call)
    {
        foreach (var node in call.Syntax.Ancestors().TakeWhile(node => node != body.Syntax && node is not BaseMethodDeclarationSyntax))
        {
            var reason = node switch
            {
                IfStatementSyntax one when one.Condition.Contains(call.Syntax) => null,
                IfStatementSyntax or ElseClauseSyntax or SwitchSectionSyntax => "it expects only under a condition.",
                ConditionalExpressionSyntax one when !one.Condition.Contains(call.Syntax) => "it expects only under a condition.",
                BinaryExpressionSyntax one when (one.IsKind(SyntaxKind.LogicalAndExpression) || one.IsKind(SyntaxKind.LogicalOrExpression) || one.IsKind(SyntaxKind.CoalesceExpression)) && one.Right.Contains(call.Syntax) && call.TargetMethod.ContainingType.Name == "Expect" => "it expects only under a condition.",
                CatchClauseSyntax => "it expects only when something is thrown.",
                WhileStatementSyntax => "it expects only in a loop that may not go round.",
                CommonForEachStatementSyntax one when one.Statement.Contains(call.Syntax) && !HasElements(one.Expression) => "it expects only for what is in a list that may be empty.",
                ForStatementSyntax one when one.Statement.Contains(call.Syntax) && !GoesRound(one) => "it expects only in a loop that may not go round.",
                TryStatementSyntax one when one.Block.Contains(call.Syntax) && one.Catches.Any(Swallows) => "it catches what would make it fail.",
                AnonymousFunctionExpressionSyntax when call.TargetMethod.ContainingType.Name == "Expect" => "it expects in a function that perhaps nobody calls.",
                _ => null,
            };
            if (reason is not null)
            {
                return reason;
            }
        }

        return body.Syntax.DescendantNodes(node => node is not (LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax)).OfType<ReturnStatementSyntax>()
            .Any(early => early.SpanStart < call.Syntax.SpanStart && !early.Contains(call.Syntax)) ? "it may return before it expects anything." : null;
    }

    private bool Swallows(CatchClauseSyntax clause) => !clause.Block.DescendantNodes().Any(node => node is ThrowStatementSyntax)
        && (clause.Declaration is null || at.Model.GetTypeInfo(clause.Declaration.Type).Type?.Name is "Exception" or "ExpectationException" or "SystemException");

    // In an array or list that stands there, or in one that the test's caller gives.
    private bool HasElements(ExpressionSyntax many) => at.Model.GetOperation(many) is { } list
        && (list is IParameterReferenceOperation || list is IInvocationOperation { TargetMethod: { Name: "Range" or "Repeat" }, Arguments: [_, { Value.ConstantValue: { HasValue: true, Value: int and > 0 } }] } || Elements.Of(at, list).ToList() is { Count: > 0 } elements && elements.TrueForAll(element => element is not null));

    private bool GoesRound(ForStatementSyntax loop) => loop.Condition is BinaryExpressionSyntax condition
        && (at.Model.GetConstantValue(condition.Right) is { HasValue: true, Value: int and > 0 } || at.Model.GetOperation(condition.Right) is IPropertyReferenceOperation { Property.Name: "Length" or "Count", Instance: IParameterReferenceOperation or ILocalReferenceOperation }
            || (at.Model.GetOperation(condition.Right) is IParameterReferenceOperation { Parameter: var given } && Flow.Values(at, given).ToList() is { Count: > 0 } counts && counts.TrueForAll(count => count?.ConstantValue is { HasValue: true, Value: int and > 0 })));

    private string? Weakness(IInvocationOperation expectation)
    {
        var arguments = expectation.Arguments.Where(argument => argument.Parameter?.Name is not "what").Select(argument => argument.Value).ToList();
        if (!arguments.Exists(argument => ComesFromRun(argument, 0)))
        {
            return "what it expects has nothing to do with the run.";
        }

        var isTrivial = expectation.TargetMethod.Name switch
        {
            "Equal" => arguments[0].Syntax.ToString() == arguments[1].Syntax.ToString() || IsSettled(arguments[0], arguments[1]) || IsSettled(arguments[1], arguments[0]),
            "Contains" => arguments[0].ConstantValue is { HasValue: true, Value: "" } || arguments[0].Syntax.ToString() == arguments[1].Syntax.ToString(),
            _ => always.Is(arguments[0], true),
        };
        return isTrivial ? "what it expects is always so." : null;
    }

    private bool IsSettled(IOperation expected, IOperation condition) => Always.Constant(expected) is bool so && always.Is(condition, so);

    private bool ComesFromRun(IOperation value, int depth) => depth < Deep && value.DescendantsAndSelf().Any(one => one switch
    {
        IPropertyReferenceOperation { Property: { Name: "Tools" or "Log" or "Handoff" or "Now", ContainingType.Name: "TestBench" } } => true,
        IInvocationOperation call => IsRun(call, 0) || (Own(call.TargetMethod) is not null && Flow.Returned(at, call.TargetMethod).Any(next => next is not null && ComesFromRun(next, depth + 1))),
        ILocalReferenceOperation local => Flow.Values(at, local.Local).Any(next => next is not null && ComesFromRun(next is IArgumentOperation { Parent: { } call } ? call : next, depth + 1)),
        IParameterReferenceOperation parameter => Flow.Values(at, parameter.Parameter).Any(next => next is not null && ComesFromRun(next, depth + 1)),
        _ => false,
    });
}
