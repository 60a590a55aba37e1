using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Steward.AgentHost.Compiling;

namespace Steward.AgentHost.Checking.Rules;

/// <summary>What costs money, attention or somebody else's patience happens a bounded number of times in a run: how much there is outside is not the agent's to say.</summary>
internal static class BudgetRule
{
    private const int Deep = 12;

    private static readonly HashSet<string> Costly = new(StringComparer.Ordinal) { "NotifyTool", "HttpTool", "ModelTool", "BrowserTool" };

    // Of what makes a sequence shorter, or is as long as what it was made of.
    private static readonly HashSet<string> Bounding = new(StringComparer.Ordinal) { "Take", "TakeLast", "Chunk", "First", "Last", "Range", "Repeat" };

    public static IEnumerable<CompilerMessage> Look(Inspected at)
    {
        var sending = Sending(at);
        foreach (var call in at.Calls.Where(call => IsSending(call) || sending.Contains(call.TargetMethod.OriginalDefinition)))
        {
            var (loop, many) = Loop(at, call);
            if (loop is not null && many is not null && !IsBounded(at, many, 0) && !HasGuard(at, loop))
            {
                yield return Inspected.Error("AGENT118", $"'{call.TargetMethod.Name}' is called as often as there is something outside: one odd answer would spend the budget of a month. Bound it (foreach (var one in many.Take(Most))), or put all of it into one message.", call.Syntax);
            }

            if (call.Syntax.Ancestors().FirstOrDefault(node => node is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax { Condition: null }) is { } endless && endless != loop && IsSending(call) && !HasGuard(at, endless) && !CountsInCondition(at, endless))
            {
                yield return Inspected.Error("AGENT118", $"'{call.TargetMethod.Name}' is called in a loop without a bound. Count, and end at a number that you choose (for (var page = 1; page <= Most; page++)).", call.Syntax);
            }
        }
    }

    private static bool IsSending(IInvocationOperation call) => Costly.Contains(call.TargetMethod.ContainingType.Name);

    // The methods of the file in which something is sent, by themselves or by those that they call.
    private static HashSet<ISymbol> Sending(Inspected at)
    {
        var calls = at.Calls.Select(call => (From: at.Model.GetEnclosingSymbol(call.Syntax.SpanStart), Call: call)).Select(one => (From: Method(one.From), one.Call)).Where(one => one.From is not null).ToList();
        var sending = calls.Where(one => IsSending(one.Call)).Select(one => one.From!).ToHashSet(SymbolEqualityComparer.Default);
        for (var before = -1; before != sending.Count;)
        {
            before = sending.Count;
            at.Look(calls.Count);
            sending.UnionWith(calls.Where(one => sending.Contains(one.Call.TargetMethod.OriginalDefinition)).Select(one => one.From!));
        }

        return sending;
    }

    private static ISymbol? Method(ISymbol? symbol) => symbol is IMethodSymbol { MethodKind: MethodKind.AnonymousFunction } function ? Method(function.ContainingSymbol) : symbol?.OriginalDefinition;

    // The nearest thing around a call that repeats it, and what it goes over.
    private static (SyntaxNode? Loop, IOperation? Many) Loop(Inspected at, IInvocationOperation call)
    {
        foreach (var node in call.Syntax.Ancestors().TakeWhile(node => node is not (MemberDeclarationSyntax or LocalFunctionStatementSyntax)))
        {
            if (node is CommonForEachStatementSyntax each && each.Statement.Contains(call.Syntax) && at.Model.GetOperation(each) is IForEachLoopOperation loop)
            {
                return (each, loop.Collection);
            }

            // counts.Select(one => context.Http.GetAsync(...))
            if (node is AnonymousFunctionExpressionSyntax && node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is { } linq && at.Model.GetOperation(linq) is IInvocationOperation { TargetMethod.ContainingType.Name: "Enumerable" } over)
            {
                return (linq, over.Instance ?? over.Arguments[0].Value);
            }

            if (node is ForStatementSyntax { Condition: BinaryExpressionSyntax condition } counted && counted.Statement.Contains(call.Syntax) && at.Model.GetOperation(condition.Right) is { } bound)
            {
                return bound is IPropertyReferenceOperation { Property.Name: "Count" or "Length", Instance: { } list } ? (counted, list) : (null, null);
            }
        }

        return (null, null);
    }

    private static bool IsBounded(Inspected at, IOperation many, int depth) => depth < Deep && many switch
    {
        IConversionOperation one => IsBounded(at, one.Operand, depth + 1),
        IParenthesizedOperation one => IsBounded(at, one.Operand, depth + 1),
        IArrayCreationOperation => true,
        ICollectionExpressionOperation one => one.Elements.All(element => element is not ISpreadOperation spread || IsBounded(at, spread.Operand, depth + 1)),
        IObjectCreationOperation one => one.Arguments.All(argument => argument.Value.Type?.SpecialType is SpecialType.System_Int32 || IsBounded(at, argument.Value, depth + 1)) && one.Initializer is not null,
        IConditionalOperation { WhenFalse: { } otherwise } one => IsBounded(at, one.WhenTrue, depth + 1) && IsBounded(at, otherwise, depth + 1),
        ICoalesceOperation one => IsBounded(at, one.Value, depth + 1) && IsBounded(at, one.WhenNull, depth + 1),
        IInvocationOperation { TargetMethod: { Name: "List", ContainingType.Name: "AgentSettings" } } => true,
        IInvocationOperation call when Bounding.Contains(call.TargetMethod.Name) => true,
        IInvocationOperation { TargetMethod.ContainingType.Name: "Enumerable" or "ImmutableArray" or "ImmutableList" or "String" or "MemoryExtensions" or "List" or "Enum" } call => Source(call) is { } source && IsBounded(at, source, depth + 1) && !GrowsWith(call),
        IInvocationOperation call when at.BodyOf(call.TargetMethod) is { } body => body.DescendantsAndSelf().OfType<IReturnOperation>().Where(one => one.ReturnedValue is not null).ToList() is { Count: > 0 } returned && returned.All(one => IsBounded(at, one.ReturnedValue!, depth + 1)),
        ILocalReferenceOperation { Local: { } local } => Flow.Values(at, local).ToList() is { Count: > 0 } values && values.All(value => value is not null && IsBounded(at, value, depth + 1)) && !Grows(at, local),
        IFieldReferenceOperation { Field: { IsReadOnly: true } or { IsConst: true } } field => Flow.Values(at, field.Field).ToList() is { Count: > 0 } values && values.All(value => value is not null && IsBounded(at, value, depth + 1)),
        ILiteralOperation => true,
        _ => many.ConstantValue.HasValue,
    };

    private static IOperation? Source(IInvocationOperation call) => call.Instance ?? (call.Arguments.Length > 0 ? call.Arguments[0].Value : null);

    // SelectMany and Concat are as long as what they bring with them.
    private static bool GrowsWith(IInvocationOperation call) => call.TargetMethod.Name is "SelectMany" or "Concat" or "Append" or "Union" or "Zip" or "Join";

    // A list that is filled by a loop is as long as the loop; one that is filled otherwise has as many as there are lines of code.
    private static bool Grows(Inspected at, ILocalSymbol local) => at.Operations.OfType<IInvocationOperation>()
        .Where(call => call.TargetMethod.Name is "Add" or "AddRange" or "Enqueue" or "Push" && call.Instance is ILocalReferenceOperation one && SymbolEqualityComparer.Default.Equals(one.Local, local))
        .Any(call => (call.TargetMethod.Name == "AddRange" && !IsBounded(at, call.Arguments[0].Value, 1))
            || call.Syntax.Ancestors().Any(node => node is WhileStatementSyntax or DoStatementSyntax)
            || call.Syntax.Ancestors().OfType<CommonForEachStatementSyntax>().Any(each => at.Model.GetOperation(each) is IForEachLoopOperation loop && !IsBounded(at, loop.Collection, 1)));

    // if (sent >= Most) { break; }
    private static bool HasGuard(Inspected at, SyntaxNode loop) => loop.DescendantNodes().OfType<IfStatementSyntax>()
        .Any(branch => branch.Statement.DescendantNodesAndSelf().Any(node => node is BreakStatementSyntax or ReturnStatementSyntax or ContinueStatementSyntax) && Compares(at, branch.Condition));

    private static bool CountsInCondition(Inspected at, SyntaxNode loop) => loop is WhileStatementSyntax { Condition: { } one } ? Compares(at, one) : loop is DoStatementSyntax { Condition: { } other } && Compares(at, other);

    private static bool Compares(Inspected at, ExpressionSyntax condition) => condition.DescendantNodesAndSelf().OfType<BinaryExpressionSyntax>().Any(compared =>
        compared.Kind() is SyntaxKind.GreaterThanExpression or SyntaxKind.GreaterThanOrEqualExpression or SyntaxKind.LessThanExpression or SyntaxKind.LessThanOrEqualExpression or SyntaxKind.EqualsExpression
        && (IsCount(at, compared.Left, compared.Right) || IsCount(at, compared.Right, compared.Left)));

    private static bool IsCount(Inspected at, ExpressionSyntax counter, ExpressionSyntax bound) => at.Model.GetTypeInfo(counter).Type?.SpecialType is SpecialType.System_Int32
        && !at.Model.GetConstantValue(counter).HasValue && (at.Model.GetConstantValue(bound).HasValue || at.Model.GetTypeInfo(bound).Type?.SpecialType is SpecialType.System_Int32 or SpecialType.System_Double);
}
