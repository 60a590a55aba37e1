using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Steward.AgentHost.Checking;

/// <summary>Text that is put together, taken apart.</summary>
internal static class TextParts
{
    private const int Deep = 12;
    private const int Most = 100;

    // As many letters are copied in the time of one look.
    private const int LettersOfLook = 100;

    /// <summary>What stands one after the other in an interpolation, a sum of texts, or a call that joins them.</summary>
    public static IEnumerable<IOperation> Of(IOperation whole) => Of(whole, null, 0);

    /// <summary>The texts that something may be, when all of them stand in the file; null otherwise.</summary>
    public static IReadOnlyList<string>? Constants(Inspected at, IOperation? value, int depth = 0)
    {
        if (value is null || depth > Deep)
        {
            return null;
        }

        return value switch
        {
            { ConstantValue: { HasValue: true, Value: var constant } } => constant is null ? [] : [Convert.ToString(constant, System.Globalization.CultureInfo.InvariantCulture)!],
            IConversionOperation one => Constants(at, one.Operand, depth + 1),
            IParenthesizedOperation one => Constants(at, one.Operand, depth + 1),
            IConditionalOperation { WhenFalse: { } otherwise } one => All([Constants(at, one.WhenTrue, depth + 1), Constants(at, otherwise, depth + 1)]),
            ISwitchExpressionOperation one => All(one.Arms.Where(arm => arm.Value is not IThrowOperation).Select(arm => Constants(at, arm.Value, depth + 1))),
            ILocalReferenceOperation one => All(Flow.Values(at, one.Local).SelectMany(next => Each(at, next, one.Type, depth))),
            IParameterReferenceOperation one => All(Flow.Values(at, one.Parameter).SelectMany(next => Each(at, next, one.Type, depth))),
            IFieldReferenceOperation { Field: { IsReadOnly: true, ContainingAssembly: { } assembly } } one when SymbolEqualityComparer.Default.Equals(assembly, at.Agent.ContainingAssembly) => All(Flow.Values(at, one.Field).Select(next => Constants(at, next, depth + 1))),
            _ => null,
        };
    }

    /// <summary>Whether something is put together, as far as that can be followed.</summary>
    public static bool AreSeveral(Inspected at, IOperation whole) => whole is IBinaryOperation || Of(whole, at, 0).Skip(1).Any();

    /// <summary>The texts that something put together may be, as far as its parts stand in the file; a space where one does not.</summary>
    public static IEnumerable<string> Wholes(Inspected at, IOperation whole)
    {
        IEnumerable<string> heads = [""];
        foreach (var part in Of(whole, at, 0))
        {
            var values = Constants(at, part) is { Count: > 0 } known ? known : [" "];
            heads = [.. heads.SelectMany(head => values.Select(value => head + value)).Take(Most)];
            at.Look(heads.Sum(head => head.Length) / LettersOfLook);
        }

        return heads;
    }

    // Where the file is given, what stands in variables is followed as well.
    private static IEnumerable<IOperation> Of(IOperation whole, Inspected? at, int depth)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        at?.Look(1);
        return depth > Deep ? [whole] : whole switch
        {
            IInterpolatedStringOperation one => one.Parts.SelectMany(part => part switch
            {
                IInterpolatedStringTextOperation text => [text.Text],
                IInterpolationOperation hole => Of(hole.Expression, at, depth),
                IInterpolatedStringAppendOperation { AppendCall: IInvocationOperation { Arguments: [{ Value: { } appended }, ..] } } => Of(appended, at, depth),
                _ => new[] { (IOperation)part },
            }),
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } one when !one.ConstantValue.HasValue => Of(one.LeftOperand, at, depth).Concat(Of(one.RightOperand, at, depth)),
            IConversionOperation one => Of(one.Operand, at, depth),
            IInterpolatedStringHandlerCreationOperation one => Of(one.Content, at, depth),
            IParenthesizedOperation one => Of(one.Operand, at, depth),
            IInvocationOperation { TargetMethod: { Name: "Concat", ContainingType.SpecialType: SpecialType.System_String } } call => call.Arguments.SelectMany(argument =>
                Items(argument.Value, at) is { } items ? Once(at, argument.Value, () => items.SelectMany(part => Of(part, at, depth + 1))) : Of(argument.Value, at, depth + 1)),
            IInvocationOperation { TargetMethod: { Name: "Join", ContainingType.SpecialType: SpecialType.System_String }, Arguments: [{ Value: { } between }, { Value: { } list }] } when Items(list, at) is { } items =>
                Once(at, list, () => items.SelectMany((item, index) => index == 0 ? Of(item, at, depth + 1) : [between, .. Of(item, at, depth + 1)])),
            IInvocationOperation { TargetMethod: { Name: "Create", ContainingType.SpecialType: SpecialType.System_String } } call => Of(call.Arguments[^1].Value, at, depth),
            IInvocationOperation { TargetMethod: { Name: "ToString", ContainingType.Name: "StringBuilder" }, Instance: { } builder } when at is not null => Built(at, builder, depth + 1),
            ILocalReferenceOperation { Type.SpecialType: SpecialType.System_String } one when at is not null && Added(at, one).Any() => Built(at, one, depth + 1),
            _ => [whole],
        };
    }

    // Of a list in a variable, all that it may hold.
    private static IEnumerable<IOperation>? Items(IOperation list, Inspected? at) => list switch
    {
        IConversionOperation one => Items(one.Operand, at),
        IArrayCreationOperation { Initializer: { } values } => values.ElementValues,
        ICollectionExpressionOperation one when !one.Elements.Any(element => element is ISpreadOperation) => one.Elements,
        ILocalReferenceOperation or IFieldReferenceOperation when at is not null && list.Type?.SpecialType != SpecialType.System_String => Added(at, list).ToList() is { Count: > 0 } added
            ? Elements.Of(at, list).OfType<IOperation>().Concat(added) : Elements.Of(at, list).Select(one => one ?? list).Take(Most),
        _ => null,
    };

    // new StringBuilder("a").Append("b"); text += "c"
    private static IEnumerable<IOperation> Built(Inspected at, IOperation whole, int depth)
    {
        var pieces = new Stack<IOperation>();
        while (Before(whole) is { } before)
        {
            if (whole is IInvocationOperation { Arguments: [{ Value: { } piece }, ..] })
            {
                pieces.Push(piece);
            }

            whole = before;
        }

        return whole switch
        {
            IObjectCreationOperation made => made.Arguments.Take(1).Select(argument => argument.Value).Concat(pieces).SelectMany(part => Of(part, at, depth)),
            // What is put behind a variable is there already, wherever that stands.
            ILocalReferenceOperation one => Once(at, one, () => Stored(at, one, one.Local, depth)),
            IFieldReferenceOperation one => Once(at, one, () => Stored(at, one, one.Field, depth)),
            _ => pieces.Prepend(whole).SelectMany(part => Of(part, at, depth)),
        };
    }

    private static IEnumerable<IOperation> Stored(Inspected at, IOperation variable, ISymbol symbol, int depth) =>
        Flow.Values(at, symbol).OfType<IOperation>().SelectMany(value => Built(at, value, depth)).Concat(Added(at, variable).SelectMany(part => Of(part, at, depth)));

    // What is in a variable may be made of what was in it: that is among all that it may hold.
    private static IEnumerable<IOperation> Once(Inspected? at, IOperation variable, Func<IEnumerable<IOperation>> found) =>
        at is not null && Symbol(variable) is { } symbol ? at.Once(symbol, found) : found();

    /// <summary>What is put behind what is in variables, line by line: calls of Add and Append, and +=.</summary>
    public static ILookup<ISymbol?, IOperation> Appended(IEnumerable<IOperation> operations) => operations.Select(operation => operation switch
    {
        IInvocationOperation { TargetMethod.Name: "Add" or "Append" or "AppendLine", Arguments: [{ Value: { } value }, ..] } call => (Variable: Root(call), Value: value),
        ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add } one => (Variable: one.Target, Value: one.Value),
        _ => default,
    }).Where(one => one.Value is not null && Symbol(one.Variable) is not null).OrderBy(one => one.Value.Syntax.SpanStart).ToLookup(one => Symbol(one.Variable), one => one.Value, SymbolEqualityComparer.Default);

    private static IEnumerable<IOperation> Added(Inspected at, IOperation variable) => at.Appended[Symbol(variable)];

    private static IOperation Root(IOperation whole)
    {
        while (Before(whole) is { } before)
        {
            whole = before;
        }

        return whole;
    }

    private static IOperation? Before(IOperation whole) => whole switch
    {
        IConversionOperation one => one.Operand,
        IInvocationOperation { TargetMethod.Name: "Add" or "Append" or "AppendLine", Instance: { } before } => before,
        _ => null,
    };

    private static ISymbol? Symbol(IOperation variable) => variable switch
    {
        IConversionOperation one => Symbol(one.Operand),
        ILocalReferenceOperation one => one.Local,
        IFieldReferenceOperation one => one.Field,
        _ => null,
    };

    // A name that goes through a list is what stands in the list.
    private static IEnumerable<IReadOnlyList<string>?> Each(Inspected at, IOperation? value, ITypeSymbol? wanted, int depth) =>
        value is null ? [null]
        : value is IArgumentOperation ? [null]
        : wanted?.SpecialType == SpecialType.System_String && value.Type?.SpecialType != SpecialType.System_String && value is not IConversionOperation { Type.SpecialType: SpecialType.System_String } ? Elements.Of(at, value).Select(element => Constants(at, element, depth + 1))
        : [Constants(at, value, depth + 1)];

    private static IReadOnlyList<string>? All(IEnumerable<IReadOnlyList<string>?> several)
    {
        var all = several.ToList();
        return all.Count > 0 && all.TrueForAll(one => one is not null) ? [.. all.SelectMany(one => one!).Distinct()] : null;
    }
}
