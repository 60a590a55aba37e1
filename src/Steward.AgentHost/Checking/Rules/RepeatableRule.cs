using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Steward.AgentHost.Compiling;

namespace Steward.AgentHost.Checking.Rules;

/// <summary>The same input gives the same run: time comes from the context, nothing comes from chance or from the machine.</summary>
internal static class RepeatableRule
{
    private const string Clock = "Take the time from context.Now or context.Clock: a test sets it.";
    private const string Local = "Say which zone is meant: the machine has none. Convert with TimeZoneInfo.ConvertTime and a zone by its name.";
    private const string Chance = "Runs are to be repeatable: make it from what is known (context.Run.Id, a number that you count), or use new Random(seed).";
    private const string Hash = "A hash code differs in each process: compare the values, or use SHA256.HashData.";

    private const string Order = "It goes by hash codes, which differ in each process: order it (Order, OrderBy with ThenBy of the item itself), or use HashSet, Dictionary, or the sorted kinds.";
    private const string Today = "What is left out of the text is taken from today, by the machine's clock: read hours with TimeOnly, and add the day or the year from context.Now.";

    private const string Zone = "A time that says nothing of its zone is taken for the machine's: say DateTimeKind.Utc, TimeSpan.Zero, or the zone that is meant.";
    private const string Unseen = "What a text leaves out is taken from today, by the machine's clock: call it where its text and its format can be seen.";

    private static readonly Dictionary<string, string> Members = new(StringComparer.Ordinal)
    {
        ["System.DateTime.Now"] = Clock, ["System.DateTime.UtcNow"] = Clock, ["System.DateTime.Today"] = Clock, ["System.DateTimeOffset.Now"] = Clock, ["System.DateTimeOffset.UtcNow"] = Clock, ["System.TimeProvider.System"] = Clock, ["System.TimeProvider.GetTimestamp"] = Clock, ["System.TimeProvider.GetElapsedTime"] = Clock,
        ["System.TimeProvider.LocalTimeZone"] = Local, ["System.TimeProvider.GetLocalNow"] = Local, ["System.TimeZoneInfo.Local"] = Local, ["System.DateTime.ToLocalTime"] = Local, ["System.DateTimeOffset.ToLocalTime"] = Local, ["System.DateTimeOffset.LocalDateTime"] = Local,
        ["System.Guid.NewGuid"] = Chance, ["System.Guid.CreateVersion7"] = Chance, ["System.Random.Shared"] = Chance, ["System.Linq.Enumerable.Shuffle"] = Chance, ["System.Linq.AsyncEnumerable.Shuffle"] = Chance, ["System.IO.Path.GetRandomFileName"] = Chance,
    };

    public static IEnumerable<CompilerMessage> Look(Inspected at)
    {
        foreach (var operation in at.Operations)
        {
            var fault = operation switch
            {
                IInvocationOperation { TargetMethod: { } method } call when IsHash(method) && !IsInEquality(at, call) => ("'GetHashCode'", Hash),
                IMethodReferenceOperation { Method: { } method } given when IsHash(method) && !IsInEquality(at, given) => ("'GetHashCode'", Hash),
                IMethodReferenceOperation { Method: { } method } when ReadsDate(method) => ($"'{method.Name}'", Unseen),
                IInvocationOperation call when ReadsDate(call.TargetMethod) && TakesToday(at, call) => ($"'{call.TargetMethod.Name}'", Today),
                IInvocationOperation call when Of(call.TargetMethod) is { } instead => ($"'{call.TargetMethod.Name}'", instead),
                IMemberReferenceOperation member when Of(member.Member) is { } instead => ($"'{member.Member.Name}'", instead),
                IObjectCreationOperation { Constructor: { Parameters.Length: 0, ContainingType: { Name: "Random", ContainingNamespace.Name: "System" } } } => ("'new Random()'", Chance),
                _ => default((string Name, string Instead)?),
            };
            fault ??= MachineZone.TakenBy(at, operation) is { } zoned ? (zoned, Zone) : null;
            fault ??= HashOrder.IsTaken(at, operation) ? ("The order of a hash table", Order) : null;
            if (fault is { } found)
            {
                yield return Inspected.Error("AGENT111", $"{found.Name} makes a run that cannot be repeated. {found.Instead}", operation.Syntax);
            }
        }
    }

    private static string? Of(ISymbol member) => member.ContainingType is { } type ? Members.GetValueOrDefault($"{AllowedApis.Name(type)}.{member.Name}") : null;

    private static bool IsHash(IMethodSymbol method) => method.Name == "GetHashCode" || method.Name.EndsWith(".GetHashCode", StringComparison.Ordinal);

    // One's own GetHashCode is made of others, and serves a dictionary.
    private static bool IsInEquality(Inspected at, IOperation operation) => at.Model.GetEnclosingSymbol(operation.Syntax.SpanStart) is IMethodSymbol method && IsHash(method);

    private static bool ReadsDate(IMethodSymbol method) => method is { Name: "ToDateTime", ContainingType: { Name: "Convert", ContainingNamespace.Name: "System" } } or { Name: "Parse" or "TryParse" or "ParseExact" or "TryParseExact", ContainingType: { Name: "DateTime" or "DateTimeOffset" or "DateOnly", ContainingNamespace.Name: "System" } };

    // A text or a format that stands in the file, and has no year.
    private static bool TakesToday(Inspected at, IInvocationOperation call) => !call.Arguments.Any(argument => Always.Constant(argument.Value) is int style && argument.Parameter?.Type.Name == nameof(DateTimeStyles) && ((DateTimeStyles)style).HasFlag(DateTimeStyles.NoCurrentDateDefault)) && (call.TargetMethod.Name.EndsWith("Exact", StringComparison.Ordinal)
        ? call.Arguments.FirstOrDefault(argument => argument.Parameter?.Name is "format" or "formats") is { } formats && Formats(at, formats).Any(format => format is "t" or "T" || (format.Length > 1 && !format.Contains('y', StringComparison.Ordinal)))
        : (TextParts.Constants(at, Whole(call.Arguments[0].Value)) ?? []).Any(text => TimeOnly.TryParse(text, CultureInfo.InvariantCulture, out _)));

    // The text that a span is all of.
    private static IOperation Whole(IOperation text) => text switch
    {
        IConversionOperation one => Whole(one.Operand),
        IInvocationOperation { TargetMethod.Name: "AsSpan", Arguments: [{ Value: var all }] } => Whole(all),
        _ => text,
    };

    private static IEnumerable<string> Formats(Inspected at, IArgumentOperation formats) =>
        (formats.Parameter?.Name == "formats" ? Elements.Of(at, formats.Value) : [Whole(formats.Value)]).SelectMany(format => TextParts.Constants(at, format) ?? []);
}
