using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Steward.AgentHost.Checking;

/// <summary>Where a host comes from.</summary>
internal enum HostSource
{
    /// <summary>It stands in the file.</summary>
    Constant,

    /// <summary>It is that of a setting of type url.</summary>
    Setting,

    /// <summary>It is among those of a setting of type list.</summary>
    List,

    /// <summary>It cannot be followed.</summary>
    Unknown,
}

/// <summary>A host that an address may have.</summary>
/// <param name="Source">Where it comes from.</param>
/// <param name="Name">The host, or the setting, or what it is in place of them.</param>
internal sealed record UrlOrigin(HostSource Source, string Name)
{
    private const int Deep = 24;

    /// <summary>All that an address may lead to.</summary>
    public static IReadOnlyList<UrlOrigin> Of(Inspected at, IOperation address) => [.. Of(at, address, 0).Distinct()];

    private static IEnumerable<UrlOrigin> Of(Inspected at, IOperation? value, int depth)
    {
        if (value is null || depth > Deep)
        {
            return [new UrlOrigin(HostSource.Unknown, "")];
        }

        if (value.ConstantValue is { HasValue: true, Value: var constant })
        {
            return constant is string text ? [OfText(text)] : [];
        }

        IEnumerable<UrlOrigin> Next(IOperation? one) => Of(at, one, depth + 1);
        return value switch
        {
            IConversionOperation one => Next(one.Operand),
            IParenthesizedOperation one => Next(one.Operand),
            IConditionalOperation { WhenFalse: { } otherwise } one => [.. Next(one.WhenTrue), .. Next(otherwise)],
            ICoalesceOperation one => [.. Next(one.Value), .. Next(one.WhenNull)],
            ISwitchExpressionOperation one => one.Arms.Where(arm => arm.Value is not IThrowOperation).SelectMany(arm => Next(arm.Value)),
            IThrowOperation => [],
            IConditionalAccessOperation one => Next(one.WhenNotNull),
            IObjectCreationOperation one when one.Constructor?.ContainingType.Name is "Uri" or "UriBuilder" => OfMade(one, Next),
            IInterpolatedStringOperation or IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } => OfParts(at, value, Next),
            IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { Name: "TryCreate" } } call } => Next(call.Arguments[0].Value),
            IInvocationOperation one => OfCall(at, one, depth, Next),
            IPropertyReferenceOperation { Instance: { } instance, Property: { ContainingType.Name: "Uri" or "UriBuilder", Name: "AbsoluteUri" or "OriginalString" or "Uri" or "Host" or "Authority" or "DnsSafeHost" } } => Next(instance),
            IPropertyReferenceOperation { Instance: { } dictionary, Property.IsIndexer: true } => Elements.Of(at, dictionary).SelectMany(element => Next(Elements.Part(at, element, 1) ?? element)),
            IPropertyReferenceOperation { Instance: { } pair, Property: { ContainingType.Name: "KeyValuePair", Name: var part } } => Many(at, pair).SelectMany(element => Next(Elements.Part(at, element, part == "Key" ? 0 : 1))),
            IArrayElementReferenceOperation one => Elements.Of(at, one.ArrayReference).SelectMany(Next),
            IFieldReferenceOperation { Field.ContainingType.IsTupleType: true, Instance: { } tuple } one => Many(at, tuple).SelectMany(element => Next(Elements.Part(at, element, Position(one.Field)))),
            ILocalReferenceOperation one => Values(at, one.Local, depth),
            IParameterReferenceOperation one => Values(at, one.Parameter, depth),
            IFieldReferenceOperation { Field: { } field } when IsOwn(at, field) => Values(at, field, depth),
            IPropertyReferenceOperation { Property: { } property } when IsOwn(at, property) => Values(at, property, depth),
            IFieldReferenceOperation { Field: { Name: "Empty", ContainingType.SpecialType: SpecialType.System_String } } => [],
            _ => IsMany(value) ? Elements.Of(at, value).SelectMany(Next) : [new UrlOrigin(HostSource.Unknown, Short(value))],
        };
    }

    private static IEnumerable<UrlOrigin> OfMade(IObjectCreationOperation made, Func<IOperation?, IEnumerable<UrlOrigin>> next)
    {
        var host = made.Initializer?.Initializers.OfType<ISimpleAssignmentOperation>().FirstOrDefault(one => one.Target is IPropertyReferenceOperation { Property.Name: "Host" });
        var arguments = made.Arguments.OrderBy(argument => argument.Parameter!.Ordinal).ToList();
        return host is not null ? next(host.Value).Select(Bare)
            : arguments.Count == 0 ? [new UrlOrigin(HostSource.Unknown, "new UriBuilder()")]
            : made.Constructor!.Parameters is [{ Type.SpecialType: SpecialType.System_String, Name: "schemeName" or "scheme" }, _, ..] ? next(arguments[1].Value).Select(Bare)
            // An address that is relative to another one stays there, unless it is none.
            : arguments is [{ Value.Type.Name: "Uri" }, { Value.ConstantValue: { HasValue: true, Value: string relative } }, ..] && (relative.Contains("://", StringComparison.Ordinal) || relative.StartsWith("//", StringComparison.Ordinal)) ? [OfText(relative.StartsWith("//", StringComparison.Ordinal) ? $"https:{relative}" : relative)]
            : next(arguments[0].Value);
    }

    private static IEnumerable<UrlOrigin> OfCall(Inspected at, IInvocationOperation call, int depth, Func<IOperation?, IEnumerable<UrlOrigin>> next) => (call.TargetMethod.ContainingType.Name, call.TargetMethod.Name) switch
    {
        ("AgentSettings", "Url") => Names(at, call.Arguments[0].Value, HostSource.Setting),
        ("AgentSettings", "List") => Names(at, call.Arguments[0].Value, HostSource.List),
        ("String", "Concat" or "Format" or "Create" or "Join") => OfParts(at, call, next),
        ("String", "Replace" or "TrimEnd" or "Trim" or "TrimStart" or "ToLowerInvariant" or "ToString") or ("Uri" or "UriBuilder", "ToString" or "GetLeftPart" or "GetComponents") => next(call.Instance),
        ("Enumerable", _) when !IsMany(call) => Elements.Of(at, call.Arguments[0].Value).SelectMany(next),
        _ when at.BodyOf(call.TargetMethod) is not null => Flow.Returned(at, call.TargetMethod).SelectMany(one => IsMany(call) ? Elements.Of(at, one).SelectMany(next) : next(one)),
        _ => IsMany(call) ? Elements.Of(at, call).SelectMany(next) : [new UrlOrigin(HostSource.Unknown, Short(call))],
    };

    // Text and values one after the other: the host is what stands before the first slash.
    private static IEnumerable<UrlOrigin> OfParts(Inspected at, IOperation whole, Func<IOperation?, IEnumerable<UrlOrigin>> next)
    {
        List<string> heads = [""];
        foreach (var part in TextParts.Of(whole))
        {
            if (heads.TrueForAll(IsWhole))
            {
                break;
            }

            if (TextParts.Constants(at, part) is { Count: > 0 and <= 100 } values)
            {
                heads = [.. heads.SelectMany(head => IsWhole(head) ? [head] : values.Select(value => head + value))];
            }
            else
            {
                return heads is [""] or ["http://" or "https://"] ? next(part) : [new UrlOrigin(HostSource.Unknown, Short(whole))];
            }
        }

        return heads.Select(OfText);
    }

    private static bool IsWhole(string head) => head.IndexOf("://", StringComparison.Ordinal) is var at and >= 0 && head.AsSpan(at + 3).IndexOfAny("/?#") >= 0;

    private static UrlOrigin OfText(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Host.Length > 0
        ? url.Scheme is "http" or "https" ? new UrlOrigin(HostSource.Constant, url.Host.ToLowerInvariant()) : new UrlOrigin(HostSource.Unknown, $"{url.Scheme}:")
        : new UrlOrigin(HostSource.Unknown, $"\"{text}\"");

    private static UrlOrigin Bare(UrlOrigin origin) => origin is { Source: HostSource.Unknown, Name: ['"', .. var name, '"'] } && Uri.CheckHostName(name) == UriHostNameType.Dns ? new UrlOrigin(HostSource.Constant, name.ToLowerInvariant()) : origin;

    private static IEnumerable<UrlOrigin> Names(Inspected at, IOperation name, HostSource source) =>
        TextParts.Constants(at, name) is { Count: > 0 } names ? names.Select(one => new UrlOrigin(source, one)) : [new UrlOrigin(HostSource.Unknown, Short(name))];

    private static IEnumerable<UrlOrigin> Values(Inspected at, ISymbol symbol, int depth)
    {
        var values = Flow.Values(at, symbol).ToList();
        var isMany = IsMany(symbol switch { ILocalSymbol one => one.Type, IParameterSymbol one => one.Type, IFieldSymbol one => one.Type, IPropertySymbol one => one.Type, _ => null });
        return values.Count == 0 ? [new UrlOrigin(HostSource.Unknown, symbol.Name)]
            : values.SelectMany(value => value is null ? [new UrlOrigin(HostSource.Unknown, symbol.Name)] : IsMany(value) != isMany || isMany ? Elements.Of(at, value).SelectMany(element => Of(at, element, depth + 1)) : Of(at, value, depth + 1));
    }

    private static IEnumerable<IOperation?> Many(Inspected at, IOperation one) => one switch
    {
        ILocalReferenceOperation local => Flow.Values(at, local.Local).SelectMany(value => value is not null && IsMany(value) ? Elements.Of(at, value) : [value]),
        IParameterReferenceOperation parameter => Flow.Values(at, parameter.Parameter).SelectMany(value => value is not null && IsMany(value) ? Elements.Of(at, value) : [value]),
        _ => [one],
    };

    private static int Position(IFieldSymbol field) => (field.CorrespondingTupleField ?? field).Name is ['I', 't', 'e', 'm', .. var number] && int.TryParse(number, out var at) ? at - 1 : 0;

    private static bool IsMany(IOperation value) => value is not IArgumentOperation && IsMany(value is IConversionOperation { Type: null or { Name: "IEnumerable" } } converted ? converted.Operand.Type : value.Type) || value is ICollectionExpressionOperation;

    private static bool IsMany(ITypeSymbol? type) => type is IArrayTypeSymbol || (type is { SpecialType: not SpecialType.System_String } && type.AllInterfaces.Concat([type]).Any(one => one.Name == "IEnumerable") && type.Name is not ("JsonElement" or "JsonNode"));

    private static bool IsOwn(Inspected at, ISymbol symbol) => SymbolEqualityComparer.Default.Equals(symbol.ContainingAssembly, at.Agent.ContainingAssembly);

    private static string Short(IOperation value) => value.Syntax.ToString() is var text && text.Length > 80 ? $"{text[..80]} ..." : text;
}
