using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Steward.AgentHost.Checking;

/// <summary>Which numbers somebody outside chooses: they are read from a text or from JSON, and may be as large as numbers are.</summary>
internal static class Outside
{
    private const int Deep = 12;

    /// <summary>Whether a number may be one of them.</summary>
    public static bool Says(Inspected at, IOperation? number, int depth = 0) => depth < Deep && number switch
    {
        null => false,
        { ConstantValue.HasValue: true } => false,
        IConversionOperation one => Says(at, one.Operand, depth + 1),
        IParenthesizedOperation one => Says(at, one.Operand, depth + 1),
        IAwaitOperation one => Says(at, one.Operation, depth + 1),
        IConditionalOperation one => Says(at, one.WhenTrue, depth + 1) || Says(at, one.WhenFalse, depth + 1),
        ICoalesceOperation one => Says(at, one.Value, depth + 1) || Says(at, one.WhenNull, depth + 1),
        ISwitchExpressionOperation one => one.Arms.Any(arm => Says(at, arm.Value, depth + 1)),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Remainder or BinaryOperatorKind.And } one => Says(at, one.LeftOperand, depth + 1) && Says(at, one.RightOperand, depth + 1),
        IBinaryOperation one => Says(at, one.LeftOperand, depth + 1) || Says(at, one.RightOperand, depth + 1),
        // What a call writes into a variable.
        IArgumentOperation { Parent: IInvocationOperation call } => IsReading(call.TargetMethod),
        IInvocationOperation { TargetMethod.Name: "Min" } call => call.Arguments.All(argument => Says(at, argument.Value, depth + 1)),
        IInvocationOperation { TargetMethod.Name: "Clamp" } call => call.Arguments.Any(argument => argument.Parameter?.Name == "max" && Says(at, argument.Value, depth + 1)),
        IInvocationOperation { TargetMethod.ContainingType.Name: "Math" } call => call.Arguments.Any(argument => Says(at, argument.Value, depth + 1)),
        IInvocationOperation call => IsReading(call.TargetMethod) || (at.BodyOf(call.TargetMethod) is not null && Flow.Returned(at, call.TargetMethod).Any(value => Says(at, value, depth + 1))),
        ILocalReferenceOperation one => Flow.Values(at, one.Local).Any(value => Says(at, value, depth + 1)),
        IParameterReferenceOperation one => Flow.Values(at, one.Parameter).Any(value => Says(at, value, depth + 1)),
        IFieldReferenceOperation one => Flow.Values(at, one.Field).Any(value => Says(at, value, depth + 1)),
        IPropertyReferenceOperation { Property: { Name: "Value", ContainingType.OriginalDefinition.SpecialType: SpecialType.System_Nullable_T }, Instance: { } instance } => Says(at, instance, depth + 1),
        // A record that nothing here makes is read from somewhere.
        IPropertyReferenceOperation { Property: { ContainingAssembly: { } assembly } property } when SymbolEqualityComparer.Default.Equals(assembly, at.Agent.ContainingAssembly) =>
            Flow.Values(at, property).ToList() is var values && (values.Count == 0 || values.Exists(value => value is null || Says(at, value, depth + 1))),
        _ => false,
    };

    private static bool IsReading(IMethodSymbol method) => method.Name is "Parse" or "TryParse"
        || (method.ContainingType.Name is "JsonElement" or "JsonNode" or "JsonValue" && (method.Name.StartsWith("Get", StringComparison.Ordinal) || method.Name.StartsWith("TryGet", StringComparison.Ordinal)) && method.Name != "GetArrayLength")
        || method.ContainingType.Name is "Convert" or "XmlConvert";
}
