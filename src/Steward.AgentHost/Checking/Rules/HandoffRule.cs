using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Steward.AgentHost.Compiling;

namespace Steward.AgentHost.Checking.Rules;

/// <summary>What a run hands on is what the next one reads, and becomes JSON and a value again without loss.</summary>
internal static class HandoffRule
{
    private const int Deep = 6;
    private static readonly HashSet<string> Lists = new(StringComparer.Ordinal) { "IReadOnlyList", "IReadOnlyCollection", "IEnumerable", "IList", "ICollection", "ISet", "IReadOnlySet", "IReadOnlyDictionary", "IDictionary" };

    public static IEnumerable<CompilerMessage> Look(Inspected at)
    {
        var handed = at.Calls.Where(call => call.TargetMethod is { ContainingType.Name: "AgentResult", Name: "Success" or "Failure" }).Select(call => call.Arguments.FirstOrDefault(argument => argument.Parameter?.Name == "handoff")?.Value)
            .Where(value => value is not null && value.ConstantValue is not { HasValue: true, Value: null } && value is not IDefaultValueOperation).Select(value => Unwrapped(value!)).ToList();
        foreach (var call in at.Calls.Where(call => call.TargetMethod is { ContainingType.Name: "AgentContext", Name: "Last" }))
        {
            var wanted = NotNull(call.TargetMethod.TypeArguments[0]);
            if (handed.Count == 0)
            {
                yield return Inspected.Error("AGENT152", "Nothing is ever handed on, so that this finds nothing. Give it to AgentResult.Success(text, handoff).", call.Syntax);
            }
            else if (!handed.Exists(value => Fits(wanted, value.Type)))
            {
                yield return Inspected.Error("AGENT152", $"The next run reads a '{wanted.Name}', and what is handed on is something else. Hand on a '{wanted.Name}' (AgentResult.Success(text, new {wanted.Name}(...))).", call.Syntax);
            }
        }

        var kept = at.Calls.Where(call => call.TargetMethod is { ContainingType.Name: "MemoryTool", Name: "SetAsync" or "GetAsync" }).ToList();
        foreach (var get in kept.Where(call => call.TargetMethod.Name == "GetAsync"))
        {
            if (Key(at, get) is { } key && kept.Where(call => call.TargetMethod.Name == "SetAsync" && Key(at, call) == key).ToList() is { Count: > 0 } sets && sets.TrueForAll(set => !Fits(NotNull(get.TargetMethod.TypeArguments[0]), NotNull(set.TargetMethod.TypeArguments[0]))))
            {
                yield return Inspected.Error("AGENT152", $"'{key}' is kept as {sets[0].TargetMethod.TypeArguments[0].Name} and read as {get.TargetMethod.TypeArguments[0].Name}. Use one type for both.", get.Syntax);
            }
        }

        foreach (var (value, type) in handed.Select(value => (value.Syntax, value.Type)).Concat(kept.Select(call => (call.Syntax, (ITypeSymbol?)call.TargetMethod.TypeArguments[0]))))
        {
            if (type is not null && Lost(type, 0) is { } lost)
            {
                yield return Inspected.Error("AGENT153", $"{lost} does not become JSON and a value again. Hand on a record of texts, numbers, times and lists of them.", value);
            }
        }
    }

    private static IOperation Unwrapped(IOperation value) => value switch
    {
        IConversionOperation one => Unwrapped(one.Operand),
        IConditionalOperation one => Unwrapped(one.WhenTrue) is { Type: not null } first ? first : value,
        ICoalesceOperation one => Unwrapped(one.Value),
        _ => value,
    };

    private static ITypeSymbol NotNull(ITypeSymbol type) => type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } one ? one.TypeArguments[0] : type.WithNullableAnnotation(NullableAnnotation.NotAnnotated);

    private static string? Key(Inspected at, IInvocationOperation call) => TextParts.Constants(at, call.Arguments.First(argument => argument.Parameter!.Name == "key").Value) is [var key] ? key : null;

    // The same type, or one with members of the same names.
    private static bool Fits(ITypeSymbol wanted, ITypeSymbol? handed)
    {
        if (handed is null or { SpecialType: SpecialType.System_Object } or { Name: "JsonElement" or "JsonNode" or "JsonObject" } || wanted.Name is "JsonElement" or "JsonNode" or "JsonObject" || SymbolEqualityComparer.Default.Equals(wanted, NotNull(handed)))
        {
            return true;
        }

        var (asked, given) = (Members(wanted), Members(handed));
        return (IsList(wanted) && IsList(handed)) || (IsNumber(wanted) && IsNumber(handed)) || (asked.Count > 0 && given.Count > 0 && !IsList(wanted) && !IsList(handed) && asked.IsSubsetOf(given));
    }

    private static HashSet<string> Members(ITypeSymbol type) => type.GetMembers().OfType<IPropertySymbol>().Where(one => one is { IsStatic: false, DeclaredAccessibility: Accessibility.Public, IsIndexer: false }).Select(one => one.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);

    private static bool IsList(ITypeSymbol type) => type.SpecialType != SpecialType.System_String && (type is IArrayTypeSymbol || type.AllInterfaces.Concat([type]).Any(one => one.Name == "IEnumerable"));

    private static bool IsNumber(ITypeSymbol type) => type.SpecialType is >= SpecialType.System_SByte and <= SpecialType.System_Double;

    private static string? Lost(ITypeSymbol type, int depth) => depth > Deep ? null : type switch
    {
        IArrayTypeSymbol array => Lost(array.ElementType, depth + 1),
        { IsTupleType: true } => "A tuple",
        { TypeKind: TypeKind.Delegate } => "A function",
        { TypeKind: TypeKind.Pointer or TypeKind.FunctionPointer } or { Name: "Type" or "Stream" or "MemoryStream" or "Task" or "CancellationToken" or "Regex" or "AgentContext" or "HttpTool", ContainingNamespace.IsGlobalNamespace: false } => $"'{type.Name}'",
        INamedTypeSymbol { TypeArguments.Length: > 0 } one when one.TypeArguments.Select(argument => Lost(argument, depth + 1)).FirstOrDefault(lost => lost is not null) is { } inner => inner,
        { TypeKind: TypeKind.Interface } when !Lists.Contains(type.Name) => $"The interface '{type.Name}'",
        INamedTypeSymbol one when one.Locations.Any(place => place.IsInSource) => (one.IsAnonymousType || one.IsRecord ? null : Shape(one))
            ?? one.GetMembers().OfType<IPropertySymbol>().Where(member => member is { IsStatic: false, DeclaredAccessibility: Accessibility.Public }).Select(member => Lost(member.Type, depth + 1)).FirstOrDefault(lost => lost is not null),
        _ => null,
    };

    private static string? Shape(INamedTypeSymbol type) => type.TypeKind is not (TypeKind.Class or TypeKind.Struct) ? null
        : type.IsAbstract ? $"The abstract class '{type.Name}'"
        : type.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(field => field is { IsStatic: false, IsConst: false, DeclaredAccessibility: Accessibility.Public }) is { } field ? $"The field '{field.Name}'"
        : type.InstanceConstructors.Count(made => made.DeclaredAccessibility == Accessibility.Public) > 1 && !type.InstanceConstructors.Any(made => made.Parameters.Length == 0) ? $"'{type.Name}', with several constructors,"
        : null;
}
