using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Steward.AgentHost.Checking;

/// <summary>What a list, an array or a dictionary of the file holds, as far as it stands there.</summary>
internal static class Elements
{
    private const int Deep = 12;

    /// <summary>The elements; null stands for some that cannot be followed.</summary>
    public static IEnumerable<IOperation?> Of(Inspected at, IOperation? many, int depth = 0) => depth > Deep ? [null] : many switch
    {
        IConversionOperation one => Of(at, one.Operand, depth + 1),
        IParenthesizedOperation one => Of(at, one.Operand, depth + 1),
        IArrayCreationOperation { Initializer: { } values } => values.ElementValues,
        IArrayCreationOperation => [],
        ICollectionExpressionOperation one => one.Elements.SelectMany(element => element is ISpreadOperation spread ? Of(at, spread.Operand, depth + 1) : [element]),
        IObjectCreationOperation { Initializer: { } filled } => filled.Initializers.Select(Filled),
        IObjectCreationOperation { Arguments.Length: > 0 } copied => Of(at, copied.Arguments[0].Value, depth + 1),
        IInvocationOperation { TargetMethod: { Name: "List", ContainingType.Name: "AgentSettings" } } call => [call],
        IInvocationOperation { TargetMethod: { Name: "Select" or "SelectMany", ContainingType.Name: "Enumerable" } } call => Lambda(call) is { } lambda ? Returned(lambda) : [null],
        IInvocationOperation { TargetMethod: { ContainingType.Name: "Enumerable" or "ImmutableArray" or "ImmutableList" or "FrozenSet" or "FrozenDictionary" or "List" } } call => Of(at, call.Instance ?? call.Arguments[0].Value, depth + 1),
        IInvocationOperation call when at.BodyOf(call.TargetMethod) is not null => Flow.Returned(at, call.TargetMethod).SelectMany(value => Of(at, value, depth + 1)),
        IPropertyReferenceOperation { Property.Name: "Values" or "Keys", Instance: { } dictionary } property when property.Property.ContainingType.Name.Contains("Dictionary", StringComparison.Ordinal) =>
            Of(at, dictionary, depth + 1).Select(element => Part(at, element, property.Property.Name == "Keys" ? 0 : 1)),
        IConditionalOperation { WhenFalse: { } otherwise } one => Of(at, one.WhenTrue, depth + 1).Concat(Of(at, otherwise, depth + 1)),
        ICoalesceOperation one => Of(at, one.Value, depth + 1).Concat(Of(at, one.WhenNull, depth + 1)),
        ILocalReferenceOperation one => Flow.Values(at, one.Local).SelectMany(value => Of(at, value, depth + 1)),
        IFieldReferenceOperation one => Flow.Values(at, one.Field).SelectMany(value => Of(at, value, depth + 1)),
        IParameterReferenceOperation one => Flow.Values(at, one.Parameter).SelectMany(value => Of(at, value, depth + 1)),
        IPropertyReferenceOperation { Property.ContainingAssembly: { } assembly } one when SymbolEqualityComparer.Default.Equals(assembly, at.Agent.ContainingAssembly) => Flow.Values(at, one.Property).SelectMany(value => Of(at, value, depth + 1)),
        _ => [null],
    };

    /// <summary>The part of an element that is a tuple, a record, or a pair of a dictionary.</summary>
    public static IOperation? Part(Inspected at, IOperation? element, int index) => element switch
    {
        IConversionOperation one => Part(at, one.Operand, index),
        ITupleOperation one when index < one.Elements.Length => one.Elements[index],
        IObjectCreationOperation one when index < one.Arguments.Length => one.Arguments[index].Value,
        IInvocationOperation { TargetMethod.Name: "Add" } one when index < one.Arguments.Length => one.Arguments[index].Value,
        ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.IsIndexer: true } target } one => index == 0 ? target.Arguments[0].Value : one.Value,
        _ => null,
    };

    // new() { a, b } calls Add; new() { ["a"] = b } assigns.
    private static IOperation? Filled(IOperation initializer) => initializer is IInvocationOperation { Arguments: [{ } only] } ? only.Value : initializer;

    private static IAnonymousFunctionOperation? Lambda(IInvocationOperation call) => call.Arguments.Select(argument => argument.Value is IDelegateCreationOperation made ? made.Target : argument.Value).OfType<IAnonymousFunctionOperation>().LastOrDefault();

    private static IEnumerable<IOperation?> Returned(IAnonymousFunctionOperation lambda) => lambda.Body.Descendants().OfType<IReturnOperation>().Select(one => one.ReturnedValue);
}
