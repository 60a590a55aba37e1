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
                IInvocationOperation { TargetMethod: { Name: "GetHashCode", Parameters.Length: 0 } } call when !IsInEquality(at, call) => ("GetHashCode", Hash),
                IInvocationOperation call when Of(call.TargetMethod) is { } instead => (call.TargetMethod.Name, instead),
                IMemberReferenceOperation member when Of(member.Member) is { } instead => (member.Member.Name, instead),
                IObjectCreationOperation { Constructor: { Parameters.Length: 0, ContainingType: { Name: "Random", ContainingNamespace.Name: "System" } } } => ("new Random()", Chance),
                _ => default((string Name, string Instead)?),
            };
            if (fault is { } found)
            {
                yield return Inspected.Error("AGENT111", $"'{found.Name}' makes a run that cannot be repeated. {found.Instead}", operation.Syntax);
            }
        }
    }

    private static string? Of(ISymbol member) => member.ContainingType is { } type ? Members.GetValueOrDefault($"{AllowedApis.Name(type)}.{member.Name}") : null;

    // One's own GetHashCode is made of others, and serves a dictionary.
    private static bool IsInEquality(Inspected at, IOperation operation) => at.Model.GetEnclosingSymbol(operation.Syntax.SpanStart) is { Name: "GetHashCode" };
}
