using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Steward.AgentHost.Compiling;

namespace Steward.AgentHost.Checking.Rules;

/// <summary>A run can succeed, says what came of it, and is no stub.</summary>
internal static class ResultRule
{
    public static IEnumerable<CompilerMessage> Look(Inspected at)
    {
        var results = at.Calls.Where(call => call.TargetMethod is { ContainingType.Name: "AgentResult", Name: "Success" or "Failure" }).ToList();
        if (!results.Exists(call => call.TargetMethod.Name == "Success"))
        {
            yield return Inspected.Error("AGENT150", "No run of this agent can succeed. Give AgentResult.Success(what came of it) where it did what it is for, also when there was nothing to tell.", at.Agent.DeclaringSyntaxReferences[0].GetSyntax());
        }

        foreach (var call in results.Where(call => call.Arguments.First(argument => argument.Parameter!.Ordinal == 0).Value.ConstantValue is { HasValue: true, Value: null or "" or " " }))
        {
            yield return Inspected.Error("AGENT151", "This says nothing of what came of it. Write a sentence for people, with the figures.", call.Syntax);
        }

        foreach (var operation in at.Operations.Where(operation => !at.IsTest(operation.Syntax)))
        {
            if (operation is IObjectCreationOperation { Constructor.ContainingType.Name: "NotImplementedException" })
            {
                yield return Inspected.Error("AGENT151", "This is not written yet. Write it, or take it out.", operation.Syntax);
            }
            else if (operation is IReturnOperation { ReturnedValue: { } value } && IsResult(value.Type) && IsNull(value))
            {
                yield return Inspected.Error("AGENT151", "This gives no result. Give AgentResult.Success or AgentResult.Failure.", operation.Syntax);
            }
        }
    }

    private static bool IsResult(ITypeSymbol? type) => type is { Name: "AgentResult" } || (type is INamedTypeSymbol { Name: "Task", TypeArguments: [{ Name: "AgentResult" }] });

    private static bool IsNull(IOperation value) => value.ConstantValue is { HasValue: true, Value: null } || value is IDefaultValueOperation || (value is IConversionOperation one && IsNull(one.Operand))
        || (value is IInvocationOperation { TargetMethod.Name: "FromResult", Arguments: [{ Value: { } result }] } && IsNull(result));
}
