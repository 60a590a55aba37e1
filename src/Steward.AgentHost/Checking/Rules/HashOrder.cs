using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Steward.AgentHost.Checking.Rules;

/// <summary>Where the order of a collection is taken that goes by hash codes, and so is another one in each process.</summary>
internal static class HashOrder
{
    // What comes of them is the same in whatever order.
    private static readonly HashSet<string> Ordering = new(StringComparer.Ordinal)
    {
        "Order", "OrderDescending", "Count", "LongCount", "Any", "All", "Contains", "ContainsKey", "TryGetValue", "GetValueOrDefault", "Sum", "Average", "Min", "Max", "Single", "SingleOrDefault",
        "SetEquals", "Overlaps", "IsSubsetOf", "IsSupersetOf", "IsProperSubsetOf", "IsProperSupersetOf", "ExceptWith", "IntersectWith",
        "ToImmutableHashSet", "ToImmutableSortedSet", "ToImmutableDictionary", "ToImmutableSortedDictionary", "ToFrozenSet", "ToFrozenDictionary",
    };

    // What comes of them is in the same order.
    private static readonly HashSet<string> Passing = new(StringComparer.Ordinal) { "Select", "SelectMany", "Where", "OfType", "Cast", "Distinct", "DistinctBy", "AsEnumerable", "Concat", "Append", "Prepend", "Except", "Intersect" };

    // They have an order of their own, or that of hash codes, which is looked at where it is taken.
    private static readonly HashSet<string> Sorting = new(StringComparer.Ordinal)
    {
        "SortedSet", "SortedDictionary", "SortedList", "ImmutableSortedSet", "ImmutableSortedDictionary", "ImmutableHashSet", "ImmutableDictionary", "FrozenSet", "FrozenDictionary", "ConcurrentDictionary",
    };

    /// <summary>Whether a collection is gone through here in its own order, or given to something that does so.</summary>
    public static bool IsTaken(Inspected at, IOperation many) =>
        many is IPropertyReferenceOperation { Property.Name: "Keys" or "Values", Instance.Type: INamedTypeSymbol owner } && IsHashed(owner) ? IsGoneThrough(at, many)
        : many.Type is INamedTypeSymbol type && IsHashed(type) && many.Parent switch
        {
            IForEachLoopOperation loop => loop.Collection == many,
            ISpreadOperation => true,
            IConversionOperation { Type: { } seen } one => IsMany(seen) && IsGoneThrough(at, one),
            IInvocationOperation call => call.Instance == many && IsWalk(call.TargetMethod),
            IArgumentOperation { Parent: IInvocationOperation call, Parameter: { } parameter } => IsOwn(at, call.TargetMethod)
                ? parameter.OriginalDefinition.Type is ITypeParameterSymbol && IsRead(at, parameter)
                : !Ordering.Contains(call.TargetMethod.Name) && call.TargetMethod.ContainingType.Name is "String" or "List" or "ImmutableArray" or "ImmutableList" or "JsonSerializer" or "NotifyTool" or "MemoryTool" or "AgentResult",
            _ => false,
        };

    // HashSet and Dictionary keep the order in which they were filled. How large a ConcurrentDictionary grows is a matter of the machine's processors.
    private static bool IsHashed(INamedTypeSymbol type) => type is { Name: "Builder", ContainingType: { } built } ? IsHashed(built) : type.TypeArguments is [{ } key, ..] && type.Name switch
    {
        "ConcurrentDictionary" => true,
        "ImmutableHashSet" or "ImmutableDictionary" or "IImmutableSet" or "IImmutableDictionary" => !IsPlain(key),
        "FrozenSet" or "FrozenDictionary" => !IsPlain(key) && key.SpecialType != SpecialType.System_String,
        _ => false,
    };

    // Numbers are their own hash codes.
    private static bool IsPlain(ITypeSymbol key) => key.TypeKind == TypeKind.Enum || key.SpecialType is >= SpecialType.System_Boolean and <= SpecialType.System_UInt64;

    // By which nobody sees any more what the collection goes by: a set of the hashed kinds is looked at itself.
    private static bool IsMany(ITypeSymbol type) => type is INamedTypeSymbol { TypeKind: TypeKind.Interface } named && !IsHashed(named)
        && named.AllInterfaces.Prepend(named).Any(one => one.SpecialType == SpecialType.System_Collections_IEnumerable);

    private static bool IsWalk(IMethodSymbol method) => method.Name is "GetEnumerator" or "CopyTo" or "ToArray";

    private static bool IsOwn(Inspected at, ISymbol symbol) => SymbolEqualityComparer.Default.Equals(symbol.ContainingAssembly, at.Agent.ContainingAssembly);

    // Of the collection as something to be gone through: what is not known to leave the order alone takes it.
    private static bool IsGoneThrough(Inspected at, IOperation many) => many.Parent switch
    {
        IForEachLoopOperation loop => loop.Collection == many,
        IExpressionStatementOperation or IBinaryOperation or IIsTypeOperation or IIsPatternOperation => false,
        IConversionOperation { Type: { } type } one => IsMany(type) && IsGoneThrough(at, one),
        IParenthesizedOperation or IConditionalOperation or ICoalesceOperation => IsGoneThrough(at, many.Parent),
        IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declared } => IsRead(at, declared.Symbol),
        IFieldInitializerOperation one => one.InitializedFields.Any(field => IsRead(at, field)),
        ISimpleAssignmentOperation one => one.Value == many && (Variable(one.Target) is not { } target || IsRead(at, target)),
        IInvocationOperation call => call.Instance == many && IsWalk(call.TargetMethod),
        IPropertyReferenceOperation one => one.Property.Name is "Keys" or "Values" && IsGoneThrough(at, one),
        IArgumentOperation { Parent: IInvocationOperation call, Parameter: { } parameter } => IsTakenBy(at, call, parameter),
        IArgumentOperation { Parent: IObjectCreationOperation { Type: INamedTypeSymbol type }, Parameter: { } parameter } => IsOwn(at, type) ? type.IsRecord || IsRead(at, parameter) : !Sorting.Contains(type.Name),
        _ => true,
    };

    private static bool IsTakenBy(Inspected at, IInvocationOperation call, IParameterSymbol parameter) => (call.TargetMethod, call.TargetMethod.ContainingType.Name) switch
    {
        ({ } method, _) when IsOwn(at, method) => IsRead(at, parameter),
        ({ Name: "OrderBy" or "OrderByDescending" }, _) => !IsTotal(call),
        ({ Name: var name }, _) when Ordering.Contains(name) => false,
        ({ Name: var name }, "Enumerable") => parameter.Ordinal == 0 ? !Passing.Contains(name) || IsGoneThrough(at, call) : name is not ("Except" or "ExceptBy" or "Intersect" or "IntersectBy"),
        (_, var type) => !Sorting.Contains(type),
    };

    // What is alike by the key stays in the order that it had, unless the item itself, or its own key, decides at last.
    private static bool IsTotal(IInvocationOperation call)
    {
        for (IInvocationOperation? one = call; one is not null; one = Then(one))
        {
            if (one.Arguments is [_, { Value: IDelegateCreationOperation { Target: IAnonymousFunctionOperation { Body.Operations: [IReturnOperation { ReturnedValue: { } key }] } } }, ..]
                && key is IParameterReferenceOperation or IPropertyReferenceOperation { Property.Name: "Key", Instance: IParameterReferenceOperation })
            {
                return true;
            }
        }

        return false;
    }

    private static IInvocationOperation? Then(IOperation one) => one.Parent switch
    {
        IConversionOperation next => Then(next),
        IArgumentOperation { Parameter.Ordinal: 0, Parent: IInvocationOperation { TargetMethod.Name: "ThenBy" or "ThenByDescending" } next } => next,
        _ => null,
    };

    // Whether anything goes through what a variable holds.
    private static bool IsRead(Inspected at, ISymbol variable)
    {
        at.Look(at.Operations.Count);
        return at.Once(variable, () => at.Operations.Where(one => SymbolEqualityComparer.Default.Equals(Variable(one)?.OriginalDefinition, variable.OriginalDefinition) && IsGoneThrough(at, one)).Take(1)).Count > 0;
    }

    private static ISymbol? Variable(IOperation one) => one switch
    {
        ILocalReferenceOperation { Local: var local } => local,
        IParameterReferenceOperation { Parameter: var parameter } => parameter,
        IFieldReferenceOperation { Field: var field } => field,
        _ => null,
    };
}
