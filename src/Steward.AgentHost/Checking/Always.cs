using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Steward.AgentHost.Checking;

/// <summary>Whether a condition is so whatever the agent does.</summary>
internal sealed class Always(Inspected at)
{
    private const int Deep = 12;

    // No text or list of a test is longer: a run sends 20 messages and hands on 10,000 characters.
    private const double Most = 10_000;

    /// <summary>Whether a condition is always so, or never.</summary>
    public bool Is(IOperation condition, bool so, int depth = 0) => depth < Deep && condition switch
    {
        { ConstantValue: { HasValue: true, Value: bool value } } => value == so,
        IConversionOperation one => Is(one.Operand, so, depth + 1),
        IParenthesizedOperation one => Is(one.Operand, so, depth + 1),
        IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } one => Is(one.Operand, !so, depth + 1),
        IConditionalOperation { WhenFalse: { } otherwise } one => Is(one.WhenTrue, so, depth + 1) && Is(otherwise, so, depth + 1),
        ILocalReferenceOperation one => Flow.Values(at, one.Local).ToList() is { Count: > 0 } values && values.TrueForAll(value => value is not null && Is(value, so, depth + 1)),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr or BinaryOperatorKind.Or } one => Joined(one, so, so, depth),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.And } one => Joined(one, so, !so, depth),
        IBinaryOperation one when Truth(one) is { } truth => Is(truth.Operand, truth.Wanted == so, depth + 1),
        IBinaryOperation one => Compared(one, so ? one.OperatorKind : Opposite(one.OperatorKind)),
        IIsTypeOperation one => so && IsNeverNull(one.ValueOperand, depth + 1),
        IIsPatternOperation one => Matches(one.Value, one.Pattern, so, depth),
        _ => false,
    };

    /// <summary>What a value is if it is constant, whatever it is converted to; null when it is not.</summary>
    public static object? Constant(IOperation value) => value.ConstantValue is { HasValue: true, Value: var constant } ? constant : value is IConversionOperation one ? Constant(one.Operand) : null;

    // Of "a or b" one is enough to be so, and of "a and b" one is enough not to be; so are two that are each other's opposite.
    private bool Joined(IBinaryOperation both, bool so, bool isOneEnough, int depth)
    {
        if (!isOneEnough)
        {
            return Is(both.LeftOperand, so, depth + 1) && Is(both.RightOperand, so, depth + 1);
        }

        var parts = Parts(both, both.OperatorKind).ToList();
        var told = parts.Select(part => Plain(part, true)).ToHashSet();
        return parts.Exists(part => Is(part, so, depth + 1)) || told.Any(one => told.Contains((one.Text, !one.So)));
    }

    private static IEnumerable<IOperation> Parts(IOperation operation, BinaryOperatorKind kind) => operation is IBinaryOperation one && one.OperatorKind == kind
        ? Parts(one.LeftOperand, kind).Concat(Parts(one.RightOperand, kind))
        : [operation];

    // The same question in the same words: "!(a == true)" and "a is false" both ask whether a is not so.
    private static (string Text, bool So) Plain(IOperation operation, bool so) => operation switch
    {
        IConversionOperation one => Plain(one.Operand, so),
        IParenthesizedOperation one => Plain(one.Operand, so),
        IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } one => Plain(one.Operand, !so),
        IBinaryOperation one when Truth(one) is { } truth => Plain(truth.Operand, truth.Wanted == so),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.NotEquals or BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual } one => (Words(one, Opposite(one.OperatorKind)), !so),
        IBinaryOperation one => (Words(one, one.OperatorKind), so),
        IIsPatternOperation { Pattern: INegatedPatternOperation { Pattern: var not } } one => ($"{one.Value.Syntax} is {not.Syntax}", !so),
        IIsPatternOperation { Pattern: IConstantPatternOperation { Value.ConstantValue: { HasValue: true, Value: bool wanted } } } one => Plain(one.Value, wanted == so),
        IIsPatternOperation one => ($"{one.Value.Syntax} is {one.Pattern.Syntax}", so),
        _ => (operation.Syntax.ToString().Trim('(', ')'), so),
    };

    private static string Words(IBinaryOperation one, BinaryOperatorKind kind) => $"{one.LeftOperand.Syntax} {kind} {one.RightOperand.Syntax}";

    // a == true, false != a
    private static (IOperation Operand, bool Wanted)? Truth(IBinaryOperation one) => one.OperatorKind is not (BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals) ? null
        : Constant(one.RightOperand) is bool right && IsBool(one.LeftOperand) ? (one.LeftOperand, right == (one.OperatorKind == BinaryOperatorKind.Equals))
        : Constant(one.LeftOperand) is bool left && IsBool(one.RightOperand) ? (one.RightOperand, left == (one.OperatorKind == BinaryOperatorKind.Equals))
        : null;

    // One that may be null as well is neither.
    private static bool IsBool(IOperation value) => value.Type?.SpecialType == SpecialType.System_Boolean;

    private bool Compared(IBinaryOperation one, BinaryOperatorKind kind) =>
        (kind == BinaryOperatorKind.NotEquals && IsNull(one.RightOperand) && IsNeverNull(one.LeftOperand, 0))
        || (kind is BinaryOperatorKind.Equals or BinaryOperatorKind.GreaterThanOrEqual or BinaryOperatorKind.LessThanOrEqual && one.LeftOperand.Syntax.ToString() == one.RightOperand.Syntax.ToString())
        || (IsCount(one.LeftOperand, 0) && IsOutside(kind, one.RightOperand)) || (IsCount(one.RightOperand, 0) && IsOutside(Turned(kind), one.LeftOperand));

    // Every count is 0 or more, and none is very large.
    private static bool IsOutside(BinaryOperatorKind kind, IOperation value) => Constant(value) is IConvertible constant and not string and not bool and not char && Convert.ToDouble(constant, CultureInfo.InvariantCulture) is var bound && kind switch
    {
        BinaryOperatorKind.NotEquals => bound is < 0 or > Most || bound != Math.Floor(bound),
        BinaryOperatorKind.GreaterThan => bound < 0,
        BinaryOperatorKind.GreaterThanOrEqual => bound <= 0,
        BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual => bound > Most,
        _ => false,
    };

    private bool Matches(IOperation value, IPatternOperation pattern, bool so, int depth) => depth < Deep && pattern switch
    {
        INegatedPatternOperation one => Matches(value, one.Pattern, !so, depth + 1),
        IConstantPatternOperation { Value: var none } when IsNull(none) => !so && IsNeverNull(value, depth + 1),
        IConstantPatternOperation { Value.ConstantValue: { HasValue: true, Value: bool wanted } } => Is(value, wanted == so, depth + 1),
        IConstantPatternOperation one => !so && IsCount(value, 0) && IsOutside(BinaryOperatorKind.NotEquals, one.Value),
        IRelationalPatternOperation one => IsCount(value, 0) && IsOutside(so ? one.OperatorKind : Opposite(one.OperatorKind), one.Value),
        IBinaryPatternOperation one when (one.OperatorKind == BinaryOperatorKind.Or) == so => Matches(value, one.LeftPattern, so, depth + 1) || Matches(value, one.RightPattern, so, depth + 1)
            || (so && one.LeftPattern is IConstantPatternOperation { Value.ConstantValue: { HasValue: true, Value: bool left } } && one.RightPattern is IConstantPatternOperation { Value.ConstantValue: { HasValue: true, Value: bool right } } && left != right),
        IBinaryPatternOperation one => Matches(value, one.LeftPattern, so, depth + 1) && Matches(value, one.RightPattern, so, depth + 1),
        ITypePatternOperation or IDeclarationPatternOperation or IRecursivePatternOperation { DeconstructionSubpatterns.Length: 0, PropertySubpatterns.Length: 0 } or IDiscardPatternOperation => so && IsNeverNull(value, depth + 1),
        _ => false,
    };

    private bool IsCount(IOperation value, int depth) => depth < Deep && value switch
    {
        IConversionOperation one => IsCount(one.Operand, depth + 1),
        IParenthesizedOperation one => IsCount(one.Operand, depth + 1),
        IPropertyReferenceOperation { Property.Name: "Count" or "Length" } or IInvocationOperation { TargetMethod.Name: "Count" or "LongCount" } => true,
        ILocalReferenceOperation one => Flow.Values(at, one.Local).ToList() is { Count: > 0 } values && values.TrueForAll(next => next is not null && IsCount(next, depth + 1)),
        _ => false,
    };

    private static bool IsNull(IOperation value) => value.ConstantValue is { HasValue: true, Value: null } || (value is IConversionOperation one && IsNull(one.Operand));

    // The result, its text, the lists of the bench.
    private bool IsNeverNull(IOperation value, int depth) => depth < Deep && (value is IConversionOperation one ? IsNeverNull(one.Operand, depth + 1)
        : value is IAwaitOperation { Type.Name: "AgentResult" } || value.Type is { Name: "AgentResult" }
            || (value is ILocalReferenceOperation { Type.SpecialType: SpecialType.System_Object } local && Flow.Values(at, local.Local).All(next => next is not null && IsNeverNull(next, depth + 1)))
            || value is IPropertyReferenceOperation { Property: { Name: "Text", ContainingType.Name: "AgentResult" } or { Name: "Messages" or "Calls" or "Tools" or "Log" } });

    private static BinaryOperatorKind Opposite(BinaryOperatorKind kind) => kind switch
    {
        BinaryOperatorKind.Equals => BinaryOperatorKind.NotEquals,
        BinaryOperatorKind.NotEquals => BinaryOperatorKind.Equals,
        BinaryOperatorKind.LessThan => BinaryOperatorKind.GreaterThanOrEqual,
        BinaryOperatorKind.LessThanOrEqual => BinaryOperatorKind.GreaterThan,
        BinaryOperatorKind.GreaterThan => BinaryOperatorKind.LessThanOrEqual,
        BinaryOperatorKind.GreaterThanOrEqual => BinaryOperatorKind.LessThan,
        _ => BinaryOperatorKind.None,
    };

    // 3 < a is a > 3.
    private static BinaryOperatorKind Turned(BinaryOperatorKind kind) => kind switch
    {
        BinaryOperatorKind.LessThan => BinaryOperatorKind.GreaterThan,
        BinaryOperatorKind.LessThanOrEqual => BinaryOperatorKind.GreaterThanOrEqual,
        BinaryOperatorKind.GreaterThan => BinaryOperatorKind.LessThan,
        BinaryOperatorKind.GreaterThanOrEqual => BinaryOperatorKind.LessThanOrEqual,
        _ => kind,
    };
}
