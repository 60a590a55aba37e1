using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Steward.AgentHost.Compiling;

namespace Steward.AgentHost.Checking.Rules;

/// <summary>What tools are given fits what is declared and what they take: repositories, agents, severities, paths, and what a model is told to do.</summary>
internal static class GrantRule
{
    public static IEnumerable<CompilerMessage> Look(Inspected at) => !at.Declared.IsRead ? [] : at.Calls.SelectMany(call => Faults(at, call).Select(fault => Inspected.Error(fault.Id, fault.Words, call.Syntax)));

    private static IEnumerable<(string Id, string Words)> Faults(Inspected at, IInvocationOperation call) => call.TargetMethod.ContainingType.Name switch
    {
        "GitHubTool" when Argument(call, "repository") is { } repository => Names(at, repository, at.Declared.Repositories, "repository", "github", "repositories"),
        "AgentsTool" when Argument(call, "agent") is { } agent => Names(at, agent, at.Declared.AgentNames, "agent", "agents", "names"),
        "NotifyTool" when Argument(call, "severity") is { } severity => (TextParts.Constants(at, severity) ?? []).Where(word => word is not ("info" or "warning" or "critical")).Select(word => ("AGENT129", $"'{word}' is no severity. Use info, warning or critical.")),
        "FilesTool" or "BrowserTool" when Argument(call, "path") is { } path => Path(at, path),
        "ModelTool" when Argument(call, "instructions") is { } instructions && FromOutside(at, instructions, 0) =>
            [("AGENT130", "What comes from outside would tell the model what to do. Write the instructions yourself (constants and settings), and give what comes from outside as 'data'.")],
        _ => [],
    };

    private static IOperation? Argument(IInvocationOperation call, string name) => call.Arguments.FirstOrDefault(argument => argument.Parameter?.Name == name)?.Value;

    private static IEnumerable<(string Id, string Words)> Names(Inspected at, IOperation value, IReadOnlyList<string> declared, string what, string tool, string member)
    {
        foreach (var name in (TextParts.Constants(at, value) ?? []).Where(name => name.Length > 0 && !declared.Contains(name.ToLowerInvariant())))
        {
            yield return ("AGENT129", $"The {what} '{name}' is not declared. Add it to \"{tool}\": {{ \"{member}\": [...] }}.");
        }

        if (value is IInvocationOperation { TargetMethod: { ContainingType.Name: "AgentSettings" } } setting && TextParts.Constants(at, setting.Arguments[0].Value) is [var of] && !declared.Contains($"{{{of.ToLowerInvariant()}}}"))
        {
            yield return ("AGENT129", $"The {what} comes from the setting '{of}', for which nothing is declared. Add \"{{{of}}}\" to \"{tool}\": {{ \"{member}\": [...] }}.");
        }
    }

    // What begins with a constant stays where it begins.
    private static IEnumerable<(string Id, string Words)> Path(Inspected at, IOperation path)
    {
        foreach (var (part, isFirst) in TextParts.Of(path).SelectMany((part, index) => (TextParts.Constants(at, part) ?? []).Select(text => (text, index == 0))))
        {
            if (part.Split('/', '\\').Contains("..") || (isFirst && (part.StartsWith('/') || part.StartsWith('~') || part.Contains(":\\", StringComparison.Ordinal))))
            {
                yield return ("AGENT131", $"'{part}' leads out of the agent's folder. Paths are relative to it, such as 'reports/today.txt'.");
            }
        }
    }

    private static bool FromOutside(Inspected at, IOperation value, int depth) => depth < 8 && value.DescendantsAndSelf().Any(one => one switch
    {
        IPropertyReferenceOperation { Property: { Name: "Payload" or "Summary", ContainingType.Name: "RunInfo" } } => true,
        IMemberReferenceOperation { Member: { ContainingType: { Name: not "ToolException", ContainingNamespace.Name: "Tools", ContainingAssembly.Name: "Steward.Agents.Sdk" } } } => true,
        IInvocationOperation { TargetMethod.ContainingType: { Name: "HttpAnswer" or "BrowserTool" or "FilesTool" or "HttpTool" or "ModelTool" or "MemoryTool" or "JsonElement" or "AgentContext" } } => true,
        ILocalReferenceOperation local => Flow.Values(at, local.Local).Any(next => next is not null && FromOutside(at, next, depth + 1)),
        IParameterReferenceOperation { Parameter.ContainingSymbol: IMethodSymbol { MethodKind: not MethodKind.AnonymousFunction } } parameter => Flow.Values(at, parameter.Parameter).Any(next => next is not null && FromOutside(at, next, depth + 1)),
        IInvocationOperation call when at.BodyOf(call.TargetMethod) is not null => Flow.Returned(at, call.TargetMethod).Any(next => next is not null && FromOutside(at, next, depth + 1)),
        _ => false,
    });
}
