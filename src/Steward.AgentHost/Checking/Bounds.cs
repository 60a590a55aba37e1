using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Steward.AgentHost.Checking;

/// <summary>Whether a list is short and a number small, whatever comes from outside: at most <paramref name="most"/>, or as many as stand in the source or its owner set.</summary>
internal sealed class Bounds(Inspected at, double most)
{
    private const int Deep = 12;

    /// <summary>The same for what counts in steps, and not from 0.</summary>
    public Bounds Wider(double step, double first) => new(at, (most * step) + first);

    /// <summary>Whether a sequence is short.</summary>
    public bool IsShort(IOperation many, int depth = 0) => depth < Deep && many switch
    {
        IConversionOperation one => IsShort(one.Operand, depth + 1),
        IParenthesizedOperation one => IsShort(one.Operand, depth + 1),
        IArrayCreationOperation one => one.Initializer is not null || one.DimensionSizes.All(size => IsSmall(size, depth + 1)),
        ICollectionExpressionOperation one => one.Elements.All(element => element is not ISpreadOperation spread || IsShort(spread.Operand, depth + 1)),
        IObjectCreationOperation one => one.Arguments.All(argument => argument.Value.Type?.SpecialType is SpecialType.System_Int32 || IsShort(argument.Value, depth + 1)) && one.Initializer is not null,
        IConditionalOperation { WhenFalse: { } otherwise } one => IsShort(one.WhenTrue, depth + 1) && IsShort(otherwise, depth + 1),
        ICoalesceOperation one => IsShort(one.Value, depth + 1) && IsShort(one.WhenNull, depth + 1),
        IInvocationOperation { TargetMethod: { Name: "List", ContainingType.Name: "AgentSettings" } } => true,
        IInvocationOperation { TargetMethod.ContainingType.Name: "Enumerable" or "ImmutableArray" or "ImmutableList" or "String" or "MemoryExtensions" or "List" or "Enum" or "AsyncEnumerable" } call => IsMade(call, depth),
        IInvocationOperation call when at.BodyOf(call.TargetMethod) is { } body => body.DescendantsAndSelf().OfType<IReturnOperation>().Where(one => one.ReturnedValue is not null).ToList() is { Count: > 0 } returned && returned.All(one => IsShort(one.ReturnedValue!, depth + 1)),
        ILocalReferenceOperation { Local: { } local } => Flow.Values(at, local).ToList() is { Count: > 0 } values && values.All(value => value is not null && (Piece(value) is { } size ? IsSmall(size, depth + 1) : IsShort(value, depth + 1))) && !Grows(local, depth),
        IFieldReferenceOperation { Field: { IsReadOnly: true } or { IsConst: true } } field => Flow.Values(at, field.Field).ToList() is { Count: > 0 } values && values.All(value => value is not null && IsShort(value, depth + 1)),
        ILiteralOperation => true,
        _ => many.ConstantValue.HasValue,
    };

    /// <summary>Whether a number is small.</summary>
    public bool IsSmall(IOperation number, int depth = 0) => depth < Deep && number switch
    {
        { ConstantValue: { HasValue: true, Value: IConvertible value and not string and not bool } } => Convert.ToDouble(value is char letter ? (int)letter : value, CultureInfo.InvariantCulture) <= most,
        IConversionOperation one => IsSmall(one.Operand, depth + 1),
        IParenthesizedOperation one => IsSmall(one.Operand, depth + 1),
        // Take(..20)
        IRangeOperation { RightOperand: { } end } => IsSmall(end, depth + 1),
        IConditionalOperation { WhenFalse: { } otherwise } one => IsSmall(one.WhenTrue, depth + 1) && IsSmall(otherwise, depth + 1),
        ICoalesceOperation one => IsSmall(one.Value, depth + 1) && IsSmall(one.WhenNull, depth + 1),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Subtract or BinaryOperatorKind.Divide or BinaryOperatorKind.RightShift } one => IsSmall(one.LeftOperand, depth + 1),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Remainder } one => IsSmall(one.LeftOperand, depth + 1) || IsSmall(one.RightOperand, depth + 1),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Multiply } one => IsSmall(one.LeftOperand, depth + 1) && IsSmall(one.RightOperand, depth + 1),
        IInvocationOperation { TargetMethod: { Name: "Min", ContainingType.Name: "Math" or "Int32" or "Int64" or "Double" } } call => call.Arguments.Any(argument => IsSmall(argument.Value, depth + 1)),
        IInvocationOperation { TargetMethod: { Name: "Clamp", ContainingType.Name: "Math" or "Int32" or "Int64" or "Double" } } call => call.Arguments.Single(argument => argument.Parameter!.Name == "max").Value is var end && IsSmall(end, depth + 1),
        IInvocationOperation { TargetMethod: { ContainingType.Name: "Math" } } call => call.Arguments.All(argument => IsSmall(argument.Value, depth + 1)),
        IInvocationOperation { TargetMethod: { Name: "Number", ContainingType.Name: "AgentSettings" } } => true,
        IInvocationOperation { TargetMethod: { Name: "Count", ContainingType.Name: "Enumerable" } } call => IsShort(call.Arguments[0].Value, depth + 1),
        IInvocationOperation call when at.BodyOf(call.TargetMethod) is not null => Flow.Returned(at, call.TargetMethod).ToList() is { Count: > 0 } values && AreSmall(values, depth),
        IPropertyReferenceOperation { Property.Name: "Count" or "Length", Instance: { } list } => IsShort(list, depth + 1),
        ILocalReferenceOperation { Local: var local } => AreSmall(Flow.Values(at, local), depth) && !IsCounted(local),
        IParameterReferenceOperation { Parameter: var given } => AreSmall(Flow.Values(at, given), depth),
        IFieldReferenceOperation { Field: { IsReadOnly: true } field } => AreSmall(Flow.Values(at, field), depth),
        _ => false,
    };

    private bool AreSmall(IEnumerable<IOperation?> values, int depth) => values.ToList() is { Count: > 0 } all && all.TrueForAll(value => value is not null && IsSmall(value, depth + 1));

    private bool IsCounted(ILocalSymbol local) => at.Operations.OfType<IIncrementOrDecrementOperation>().Any(one => one.Kind == OperationKind.Increment && one.Target is ILocalReferenceOperation counted && SymbolEqualityComparer.Default.Equals(counted.Local, local));

    private bool IsMade(IInvocationOperation call, int depth) => call.TargetMethod.Name switch
    {
        "Take" or "TakeLast" => IsSmall(call.Arguments[^1].Value, depth + 1) || (Source(call) is { } shortened && IsShort(shortened, depth + 1)),
        "Range" or "Repeat" => IsSmall(call.Arguments[^1].Value, depth + 1),
        // As long as what they bring with them.
        "SelectMany" or "Concat" or "Append" or "Union" or "Zip" or "Join" => false,
        // So many pieces are so many times as much.
        "Chunk" when call.Arguments[^1].Value.ConstantValue is { HasValue: true, Value: int size } => new Bounds(at, most * size).IsShort(Source(call)!, depth + 1),
        _ => Source(call) is { } source && IsShort(source, depth + 1),
    };

    // How much there is in a piece that a loop goes through.
    private static IOperation? Piece(IOperation value)
    {
        var over = value.Parent;
        while (value is IConversionOperation one)
        {
            value = one.Operand;
        }

        return over is IForEachLoopOperation && value is IInvocationOperation { TargetMethod.Name: "Chunk" } pieces ? pieces.Arguments[^1].Value : null;
    }

    private static IOperation? Source(IInvocationOperation call) => call.Instance ?? (call.Arguments.Length > 0 ? call.Arguments[0].Value : null);

    // A list that is filled by a loop is as long as the loop; one that is filled otherwise has as many as there are lines of code.
    private bool Grows(ILocalSymbol local, int depth) => at.Operations.OfType<IInvocationOperation>()
        .Where(call => call.TargetMethod.Name is "Add" or "AddRange" or "Enqueue" or "Push" && call.Instance is ILocalReferenceOperation one && SymbolEqualityComparer.Default.Equals(one.Local, local))
        .Any(call => (call.TargetMethod.Name == "AddRange" && !IsShort(call.Arguments[0].Value, depth + 1))
            || Repeats.Around(at, call.Syntax).Any(loop => !loop.IsBounded(this, depth + 1)));
}
