using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Steward.AgentHost.Checking.Rules;

/// <summary>Where a time that says nothing of its zone is taken for one of the machine's.</summary>
internal static class MachineZone
{
    private const int Deep = 12;

    /// <summary>What takes it so here; null when nothing does.</summary>
    public static string? TakenBy(Inspected at, IOperation operation) => operation switch
    {
        IObjectCreationOperation { Type.Name: "DateTimeOffset", Arguments: [{ Value: var time }] } when IsBare(at, time, 0) => "'new DateTimeOffset' without an offset",
        IConversionOperation { OperatorMethod.ContainingType.Name: "DateTimeOffset", Operand: var time } when IsBare(at, time, 0) => "A DateTime as a DateTimeOffset",
        IInvocationOperation { TargetMethod: { Name: "ToUniversalTime", ContainingType.Name: "DateTime" }, Instance: { } time } when IsBare(at, time, 0) => "'ToUniversalTime'",
        IInvocationOperation { TargetMethod: { Name: "ConvertTimeToUtc", ContainingType.Name: "TimeZoneInfo" }, Arguments: [{ Value: var time }] } when IsBare(at, time, 0) => "'ConvertTimeToUtc' without a zone",
        IInvocationOperation { TargetMethod: { Name: "ConvertTime" or "ConvertTimeBySystemTimeZoneId", ContainingType.Name: "TimeZoneInfo" }, Arguments: [{ Value: var time }, _] } call when IsBare(at, time, 0) => $"'{call.TargetMethod.Name}' from no zone",
        _ => null,
    };

    // Only what surely has no zone: what came out of a text may have had one.
    private static bool IsBare(Inspected at, IOperation? time, int depth) => depth <= Deep && time switch
    {
        IConversionOperation { OperatorMethod: null } one => IsBare(at, one.Operand, depth + 1),
        IParenthesizedOperation one => IsBare(at, one.Operand, depth + 1),
        IObjectCreationOperation { Type.Name: "DateTime" } made => !Says(made.Arguments),
        IInvocationOperation { TargetMethod: { Name: "ToDateTime", ContainingType.Name: "DateOnly" } } call => !Says(call.Arguments),
        IInvocationOperation { TargetMethod: { Name: "ConvertTimeFromUtc", ContainingType.Name: "TimeZoneInfo" } } => true,
        IInvocationOperation { TargetMethod: { Name: "SpecifyKind", ContainingType.Name: "DateTime" }, Arguments: [_, { Value.ConstantValue: { HasValue: true, Value: int kind } }] } => kind != (int)DateTimeKind.Utc,
        IInvocationOperation { TargetMethod: { ContainingType.Name: "DateTime", ReturnType.Name: "DateTime" }, Instance: { } instance } call => call.TargetMethod.Name is not "ToUniversalTime" && IsBare(at, instance, depth + 1),
        IPropertyReferenceOperation { Property: { Name: "DateTime" or "Date", ContainingType.Name: "DateTimeOffset" } } => true,
        IPropertyReferenceOperation { Property: { Name: "Date", ContainingType.Name: "DateTime" }, Instance: { } instance } => IsBare(at, instance, depth + 1),
        IBinaryOperation { Type.Name: "DateTime" } sum => IsBare(at, sum.LeftOperand, depth + 1),
        ILocalReferenceOperation one => Flow.Values(at, one.Local).Any(value => IsBare(at, value, depth + 1)),
        IParameterReferenceOperation one => Flow.Values(at, one.Parameter).Any(value => IsBare(at, value, depth + 1)),
        IFieldReferenceOperation { Field.ContainingAssembly: { } assembly } one when SymbolEqualityComparer.Default.Equals(assembly, at.Agent.ContainingAssembly) => Flow.Values(at, one.Field).Any(value => IsBare(at, value, depth + 1)),
        _ => false,
    };

    // The kind is said, and another one than none.
    private static bool Says(IEnumerable<IArgumentOperation> arguments) => arguments.Any(argument => argument.Parameter?.Type.Name == nameof(DateTimeKind)
        && argument.Value.ConstantValue is not { HasValue: true, Value: (int)DateTimeKind.Unspecified });
}
