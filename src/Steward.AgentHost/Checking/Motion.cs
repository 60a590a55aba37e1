using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Steward.AgentHost.Checking;

/// <summary>What may be otherwise the next time something is done: the next time round a loop, or one call deeper.</summary>
internal sealed class Motion
{
    private const int Deep = 12;

    // A value of these stays what it is, whatever is called upon it.
    private static readonly HashSet<string> Fixed = new(StringComparer.Ordinal)
    {
        "DateTimeOffset", "DateOnly", "TimeOnly", "TimeSpan", "Guid", "Uri", "Version", "Index", "Range", "TimeZoneInfo", "CultureInfo", "Regex", "StringComparer", "JsonElement", "JsonDocument", "JsonProperty", "CancellationToken",
        "AgentContext", "AgentSettings", "RunInfo", "ReadOnlySpan", "ReadOnlyMemory", "Nullable",
    };

    // What only reads what it is given.
    private static readonly HashSet<string> Reading = new(StringComparer.Ordinal) { "Enumerable", "MemoryExtensions", "Math", "MathF", "Convert", "WebUtility", "SHA256", "FrozenSet", "FrozenDictionary", "ImmutableArray", "ImmutableList", "CollectionExtensions" };

    // The second time they find nothing more to do.
    private static readonly HashSet<string> Settling = new(StringComparer.Ordinal)
    {
        "Trim", "TrimStart", "TrimEnd", "ToLower", "ToLowerInvariant", "ToUpper", "ToUpperInvariant", "Normalize", "ToString", "Abs", "Floor", "Ceiling", "Round", "Truncate", "Min", "Max", "Clamp",
        "Distinct", "DistinctBy", "Where", "Take", "Order", "OrderBy", "OrderDescending", "OrderByDescending", "ThenBy", "ToList", "ToArray", "ToHashSet", "ToImmutableArray", "ToImmutableList", "ToFrozenSet", "AsEnumerable", "AsReadOnly",
    };

    private readonly Inspected at;
    private readonly SyntaxNode? loop;
    private readonly HashSet<ISymbol> moving = new(SymbolEqualityComparer.Default);
    private readonly ILookup<ISymbol?, IInvocationOperation> calls;
    private readonly bool isOtherInstance;
    private readonly bool waits;

    /// <summary>Looks at what is done.</summary>
    /// <param name="at">The file.</param>
    /// <param name="done">Everything that is done again.</param>
    /// <param name="loop">The loop that does it; null for methods that call themselves.</param>
    /// <param name="isOtherInstance">Whether it is done by another instance each time, so that all that belongs to one is otherwise.</param>
    public Motion(Inspected at, IReadOnlyList<IOperation> done, SyntaxNode? loop = null, bool isOtherInstance = false)
    {
        (this.at, this.loop, this.isOtherInstance) = (at, loop, isOtherInstance);
        done = WithCalled(done);
        calls = done.OfType<IInvocationOperation>().ToLookup<IInvocationOperation, ISymbol?>(call => call.TargetMethod.OriginalDefinition, SymbolEqualityComparer.Default);
        waits = done.Any(one => one is IAwaitOperation);
        var written = done.SelectMany(Written).ToList();
        var set = done.OfType<ISimpleAssignmentOperation>().Where(one => IsFirm(one.Value)).SelectMany(one => Roots(one.Target).Select(target => (Target: target, Set: one))).ToList();
        var switched = set.GroupBy(one => one.Target, SymbolEqualityComparer.Default).Where(values => values.Select(one => one.Set.Value.Syntax.ToString()).Distinct().Skip(1).Any()).Select(values => values.Key!).ToHashSet<ISymbol>(SymbolEqualityComparer.Default);
        moving.UnionWith(Advancing(written));
        for (var before = -1; before != moving.Count;)
        {
            before = moving.Count;
            at.Look(done.Count);
            moving.UnionWith(done.SelectMany(Moved));
            moving.UnionWith(written.Where(one => Changes(one.Value)).Select(one => one.Target));
            moving.UnionWith([.. set.Where(one => !moving.Contains(one.Target) && IsMet(one.Set, switched.Contains(one.Target) ? one.Target : null)).Select(one => one.Target)]);
        }
    }

    /// <summary>Whether a value may be another one.</summary>
    public bool Changes(IOperation? value) => Changes(value, 0);

    private bool Changes(IOperation? value, int depth) => value is not null && value.DescendantsAndSelf().Any(one => one switch
    {
        IAwaitOperation => true,
        IPropertyReferenceOperation { Property: { Name: "Now", ContainingType.Name: "AgentContext" } } or IInvocationOperation { TargetMethod.ContainingType.Name: "TimeProvider" } => waits,
        IInvocationOperation call => !IsReading(call),
        IInstanceReferenceOperation => isOtherInstance,
        _ => (Named(one) is { } symbol && (moving.Contains(symbol) || (isOtherInstance && symbol is IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } })))
            || (depth < Deep && one is IPropertyReferenceOperation { Property.GetMethod: { } getter } && Changes(at.BodyOf(getter), depth + 1)),
    });

    // What functions and methods of the file do that are called stands elsewhere. Where the loop itself stands, the rest of its method is done by another call of it.
    private List<IOperation> WithCalled(IReadOnlyList<IOperation> done)
    {
        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        for (var symbol = loop is null ? null : at.Model.GetEnclosingSymbol(loop.SpanStart); symbol is IMethodSymbol; symbol = symbol.ContainingSymbol)
        {
            seen.Add(symbol.OriginalDefinition);
        }

        var (all, areFunctionsIn) = (new List<IOperation>(done), false);
        for (var next = 0; next < all.Count; next++)
        {
            if (all[next] is not IInvocationOperation { TargetMethod: { } method })
            {
                continue;
            }

            if (method.MethodKind is MethodKind.LocalFunction or MethodKind.DelegateInvoke && !areFunctionsIn)
            {
                areFunctionsIn = true;
                all.AddRange(at.Operations.Where(one => one is ILocalFunctionOperation or IAnonymousFunctionOperation).SelectMany(one => one.DescendantsAndSelf()));
            }
            else if (method.MethodKind == MethodKind.Ordinary && at.BodyOf(method) is { } body && seen.Add(method.OriginalDefinition))
            {
                at.Look(1);
                all.AddRange(body.DescendantsAndSelf());
            }
        }

        return [.. all.Distinct()];
    }

    // The same each time it is written: it is another value where it is not written each time.
    private static bool IsFirm(IOperation value) => !value.DescendantsAndSelf().Any(one => one is ILocalReferenceOperation or IParameterReferenceOperation or IInstanceReferenceOperation or IInvocationOperation or IAwaitOperation);

    // Whether it depends on something that changes that a place is come to, or on what is switched there from one value to another.
    private bool IsMet(IOperation place, ISymbol? switched, int depth = 0) => depth < Deep
        && (Conditions.Of(at, place.Syntax, loop).Concat(Tries(place.Syntax)).Any(one => Changes(one) || (switched is not null && one is not null && one.DescendantsAndSelf().Any(part => Same(Named(part), switched))))
            || (at.Model.GetEnclosingSymbol(place.Syntax.SpanStart) is IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction } method && calls[method.OriginalDefinition].Any(call => IsMet(call, switched, depth + 1))));

    // What is thrown before it leaves it out.
    private IEnumerable<IOperation?> Tries(SyntaxNode place) => place.Ancestors().TakeWhile(node => node != loop && node is not (BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax))
        .OfType<TryStatementSyntax>().Where(one => loop is not null && one.Catches.Count > 0 && one.Block.Contains(place)).Select(one => at.Model.GetOperation(one.Block));

    private IEnumerable<ISymbol> Moved(IOperation one)
    {
        switch (one)
        {
            case IIncrementOrDecrementOperation step:
                return Roots(step.Target);
            case ICompoundAssignmentOperation sum:
                return Roots(sum.Target);
            case IDeconstructionAssignmentOperation several:
                return several.Target.DescendantsAndSelf().SelectMany(Roots);
            case IArgumentOperation { Parent: IInvocationOperation call } given:
                return [.. IsFixed(given.Value.Type) || IsReading(call) ? [] : Roots(given.Value), .. Derives(given.Value, given.Parameter!.OriginalDefinition, 0) ? [given.Parameter.OriginalDefinition] : Array.Empty<ISymbol>()];
            case IInvocationOperation { Instance: { } instance } call when !IsReading(call):
                return Roots(instance);
            default:
                return [];
        }
    }

    // What gets a value, and from what.
    private static IEnumerable<(ISymbol Target, IOperation Value)> Written(IOperation one)
    {
        (IEnumerable<ISymbol> Targets, IOperation? Value) found = one switch
        {
            ISimpleAssignmentOperation set => (Roots(set.Target), set.Value),
            ICoalesceAssignmentOperation set => (Roots(set.Target), set.Value),
            IVariableDeclaratorOperation made => ([made.Symbol], (made.Initializer ?? (made.Parent as IVariableDeclarationOperation)?.Initializer)?.Value),
            IForEachLoopOperation each => (each.Locals, each.Collection),
            IArgumentOperation { Parameter.RefKind: RefKind.Out or RefKind.Ref, Parent: IInvocationOperation call } given => (Roots(given.Value), call),
            IDeclarationPatternOperation { DeclaredSymbol: { } named } => ([named], Matched(one)),
            IRecursivePatternOperation { DeclaredSymbol: { } named } => ([named], Matched(one)),
            IListPatternOperation { DeclaredSymbol: { } named } => ([named], Matched(one)),
            _ => ([], null),
        };
        return found.Value is { } value ? found.Targets.Select(target => (target, value)) : [];
    }

    // What is made of the value that it had before, if by way of others, and of more than a copy of it: at = open + 1, where open = text.IndexOf('<', at).
    private static IEnumerable<ISymbol> Advancing(List<(ISymbol Target, IOperation Value)> written)
    {
        var made = written.SelectMany(one => one.Value.DescendantsAndSelf().Where(part => part.Parent is not IArgumentOperation { Parameter.RefKind: RefKind.Out }).Select(Named).OfType<ISymbol>()
            .Select(of => (one.Target, Of: of, Advances: !Settles(one.Value, of)))).ToList();
        var from = made.ToLookup(one => one.Target, one => one.Of, SymbolEqualityComparer.Default);
        return made.Where(one => one.Advances && Reaches(one.Of, one.Target)).Select(one => one.Target);

        bool Reaches(ISymbol start, ISymbol end)
        {
            var (found, open) = (new HashSet<ISymbol>(SymbolEqualityComparer.Default), new Stack<ISymbol>([start]));
            while (open.TryPop(out var symbol))
            {
                if (Same(symbol, end))
                {
                    return true;
                }

                foreach (var next in from[symbol].Where(found.Add))
                {
                    open.Push(next);
                }
            }

            return false;
        }
    }

    // What is handed down is another value than the parameter had, and not the same one or a constant.
    private bool Derives(IOperation? value, IParameterSymbol into, int depth) => depth > Deep || Changes(value) || value switch
    {
        null => true,
        { ConstantValue.HasValue: true } => false,
        IConversionOperation one => Derives(one.Operand, into, depth + 1),
        IParenthesizedOperation one => Derives(one.Operand, into, depth + 1),
        ILocalReferenceOperation one => Flow.Values(at, one.Local).Any(next => Derives(next, into, depth + 1)),
        // Two of them may change places.
        IParameterReferenceOperation { Parameter.OriginalDefinition: { } from } => !Same(from, into) && Same(from.ContainingSymbol, into.ContainingSymbol),
        _ => value.DescendantsAndSelf().Any(one => one is ILocalReferenceOperation or IParameterReferenceOperation),
    };

    private static IOperation? Matched(IOperation pattern)
    {
        var parent = pattern.Parent;
        while (parent is not (null or IIsPatternOperation or ISwitchOperation or ISwitchExpressionOperation))
        {
            parent = parent.Parent;
        }

        return parent switch { IIsPatternOperation one => one.Value, ISwitchOperation one => one.Value, ISwitchExpressionOperation one => one.Value, _ => null };
    }

    private static bool Settles(IOperation value, ISymbol self) => value switch
    {
        IConversionOperation one => Settles(one.Operand, self),
        IParenthesizedOperation one => Settles(one.Operand, self),
        IInvocationOperation one when Settling.Contains(one.TargetMethod.Name) => (one.Instance is { } instance ? [instance] : one.Arguments.Select(argument => argument.Value)).Any(part => Settles(part, self)),
        _ => Same(Named(value), self),
    };

    // Methods of the file do, too, where they are given nothing that they could write to.
    private bool IsReading(IInvocationOperation call) => call.TargetMethod is { ContainingType: { } type } method && (Reading.Contains(type.Name) || (IsFixed(type) && call.Arguments.All(argument => argument.Parameter!.RefKind != RefKind.Ref))
        || (method is { IsStatic: true, MethodKind: MethodKind.Ordinary } && at.BodyOf(method) is not null && call.Arguments.All(argument => IsFixed(argument.Value.Type))));

    private static bool IsFixed(ITypeSymbol? type) => type is null || type.SpecialType is (>= SpecialType.System_Boolean and <= SpecialType.System_UIntPtr) or SpecialType.System_DateTime || type.IsRecord || type.TypeKind is TypeKind.Enum or TypeKind.Delegate || Fixed.Contains(type.Name);

    private static bool Same(ISymbol? one, ISymbol? other) => SymbolEqualityComparer.Default.Equals(one, other);

    private static ISymbol? Named(IOperation one) => one switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter.OriginalDefinition,
        IFieldReferenceOperation field => field.Field,
        // Of the instance itself, as a field is.
        IPropertyReferenceOperation { Instance: null or IInstanceReferenceOperation, Property: { } property } when property.Locations.Any(place => place.IsInSource) => property,
        _ => null,
    };

    // What a value belongs to: list in list[0].Name. The context stays, though its tools are called.
    private static IEnumerable<ISymbol> Roots(IOperation value) => value switch
    {
        IConversionOperation one => Roots(one.Operand),
        IDeclarationExpressionOperation one => Roots(one.Expression),
        IPropertyReferenceOperation { Instance: { } instance } => Named(value) is { } property ? [property] : Roots(instance),
        IFieldReferenceOperation { Instance: { } instance } one => Roots(instance).Append(one.Field),
        IArrayElementReferenceOperation one => Roots(one.ArrayReference),
        _ => Named(value) is { } symbol && value.Type?.Name != "AgentContext" ? [symbol] : [],
    };
}
