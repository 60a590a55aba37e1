using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Steward.AgentHost.Compiling;

namespace Steward.AgentHost.Checking.Rules;

/// <summary>Reading text from outside takes bounded time: regular expressions have a timeout, XML has no DTD.</summary>
internal static class RegexRule
{
    private const int NonBacktracking = 1024;

    public static IEnumerable<CompilerMessage> Look(Inspected at)
    {
        foreach (var operation in at.Operations)
        {
            var arguments = operation switch
            {
                IInvocationOperation { TargetMethod: { IsStatic: true, Name: "IsMatch" or "Match" or "Matches" or "Replace" or "Split" or "Count" or "EnumerateMatches" or "EnumerateSplits", ContainingType: { Name: "Regex" } } } call => call.Arguments,
                IObjectCreationOperation { Constructor.ContainingType: { Name: "Regex" } } made => made.Arguments,
                _ => default,
            };
            if (!arguments.IsDefault && !arguments.Any(one => one.Parameter?.Type.Name == "TimeSpan" || (one.Parameter?.Type.Name == "RegexOptions" && one.Value.ConstantValue is { Value: int options } && (options & NonBacktracking) != 0)))
            {
                yield return Inspected.Error("AGENT115", "A regular expression over text from outside may take for ever. Give it RegexOptions and a timeout (RegexOptions.None, TimeSpan.FromSeconds(1)), or RegexOptions.NonBacktracking.", operation.Syntax);
            }

            if (operation is IAssignmentOperation { Target: IPropertyReferenceOperation { Property: { Name: "DtdProcessing" } }, Value.ConstantValue: { Value: 2 } }
                or IAssignmentOperation { Target: IPropertyReferenceOperation { Property: { Name: "XmlResolver" } }, Value.ConstantValue: { HasValue: false } })
            {
                yield return Inspected.Error("AGENT116", "A DTD from outside fetches things and blows up. Use DtdProcessing.Ignore or Prohibit, and XmlResolver = null.", operation.Syntax);
            }
        }
    }
}
