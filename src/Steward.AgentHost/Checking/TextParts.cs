using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Steward.AgentHost.Checking;

/// <summary>Text that is put together, taken apart.</summary>
internal static class TextParts
{
    private const int Deep = 12;
    private const int Most = 100;

    /// <summary>What stands one after the other in an interpolation, a sum of texts, or a call that joins them.</summary>
    public static IEnumerable<IOperation> Of(IOperation whole) => whole switch
    {
        IInterpolatedStringOperation one => one.Parts.SelectMany(part => part switch
        {
            IInterpolatedStringTextOperation text => [text.Text],
            IInterpolationOperation hole => Of(hole.Expression),
            _ => new[] { (IOperation)part },
        }),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } one when !one.ConstantValue.HasValue => Of(one.LeftOperand).Concat(Of(one.RightOperand)),
        IConversionOperation one => Of(one.Operand),
        IInterpolatedStringHandlerCreationOperation one => Of(one.Content),
        IParenthesizedOperation one => Of(one.Operand),
        IInvocationOperation { TargetMethod: { Name: "Concat", ContainingType.SpecialType: SpecialType.System_String } } call => call.Arguments.SelectMany(argument => Items(argument.Value) ?? [argument.Value]).SelectMany(Of),
        IInvocationOperation { TargetMethod: { Name: "Join", ContainingType.SpecialType: SpecialType.System_String }, Arguments: [{ Value: { } between }, { Value: { } list }] } when Items(list) is { } items => items.SelectMany((item, index) => index == 0 ? Of(item) : [between, .. Of(item)]),
        IInvocationOperation { TargetMethod: { Name: "Create", ContainingType.SpecialType: SpecialType.System_String } } call => Of(call.Arguments[^1].Value),
        _ => [whole],
    };

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

    /// <summary>The texts that something put together may be, as far as its parts stand in the file; a space where one does not.</summary>
    public static IEnumerable<string> Wholes(Inspected at, IOperation whole)
    {
        IEnumerable<string> heads = [""];
        foreach (var part in Of(whole))
        {
            var values = Constants(at, part) is { Count: > 0 } known ? known : [" "];
            heads = [.. heads.SelectMany(head => values.Select(value => head + value)).Take(Most)];
        }

        return heads;
    }

    private static IEnumerable<IOperation>? Items(IOperation list) => list switch
    {
        IConversionOperation one => Items(one.Operand),
        IArrayCreationOperation { Initializer: { } values } => values.ElementValues,
        ICollectionExpressionOperation one when !one.Elements.Any(element => element is ISpreadOperation) => one.Elements,
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
