using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Steward.AgentHost.Checking.Rules;

/// <summary>Where the order of a collection is taken that goes by hash codes, and so is another one in each process.</summary>
internal static class HashOrder
{
    // What comes of them is the same in whatever order.
    private static readonly HashSet<string> Ordering = new(StringComparer.Ordinal)
    {
        "Order", "OrderBy", "OrderDescending", "OrderByDescending", "Count", "LongCount", "Any", "All", "Contains", "Sum", "Average", "Min", "Max", "Single", "SingleOrDefault",
        "SetEquals", "Overlaps", "IsSubsetOf", "IsSupersetOf", "IsProperSubsetOf", "IsProperSupersetOf", "ToImmutableHashSet", "ToImmutableSortedSet", "ToImmutableDictionary", "ToImmutableSortedDictionary", "ToFrozenSet", "ToFrozenDictionary",
    };

    // What comes of them is in the same order.
    private static readonly HashSet<string> Passing = new(StringComparer.Ordinal) { "Select", "SelectMany", "Where", "OfType", "Cast", "Distinct", "DistinctBy", "AsEnumerable", "Concat", "Append", "Prepend", "Except", "Intersect" };

    /// <summary>Whether a collection is gone through here in its own order.</summary>
    public static bool IsTaken(IOperation many) => Goes(many) && IsGoneThrough(many);

    // The collection itself, or its keys and values.
    private static bool Goes(IOperation many) => (many.Type is INamedTypeSymbol type && IsHashed(type))
        || many is IPropertyReferenceOperation { Property.Name: "Keys" or "Values", Instance.Type: INamedTypeSymbol owner } && IsHashed(owner);

    // HashSet and Dictionary keep the order in which they were filled. How large a ConcurrentDictionary grows is a matter of the machine's processors.
    private static bool IsHashed(INamedTypeSymbol type) => type.TypeArguments is [{ } key, ..] && type.Name switch
    {
        "ConcurrentDictionary" => true,
        "ImmutableHashSet" or "ImmutableDictionary" or "IImmutableSet" or "IImmutableDictionary" => !IsPlain(key),
        "FrozenSet" or "FrozenDictionary" => !IsPlain(key) && key.SpecialType != SpecialType.System_String,
        _ => false,
    };

    // Numbers are their own hash codes.
    private static bool IsPlain(ITypeSymbol key) => key.TypeKind == TypeKind.Enum || key.SpecialType is >= SpecialType.System_Boolean and <= SpecialType.System_UInt64;

    private static bool IsGoneThrough(IOperation many) => many.Parent switch
    {
        IForEachLoopOperation loop => loop.Collection == many,
        ISpreadOperation => true,
        IConversionOperation { Type: INamedTypeSymbol type } one => (type.TypeKind == TypeKind.Interface || IsHashed(type)) && IsGoneThrough(one),
        IArgumentOperation { Parent: IInvocationOperation call } argument => !Ordering.Contains(call.TargetMethod.Name) && (call.TargetMethod.ContainingType.Name switch
        {
            "Enumerable" when argument.Parameter?.Ordinal == 0 => !Passing.Contains(call.TargetMethod.Name) || IsGoneThrough(call),
            "Enumerable" => call.TargetMethod.Name is not ("Except" or "Intersect"),
            "String" or "List" or "ImmutableArray" or "ImmutableList" or "JsonSerializer" => true,
            "NotifyTool" or "MemoryTool" or "AgentResult" => true,
            _ => false,
        }),
        IArgumentOperation { Parent: IObjectCreationOperation made } => made.Type?.Name is "List" or "Queue" or "Stack",
        _ => false,
    };
}
