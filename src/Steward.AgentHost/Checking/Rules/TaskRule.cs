using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Steward.AgentHost.Compiling;

namespace Steward.AgentHost.Checking.Rules;

/// <summary>What was begun is awaited: nothing goes on after the run has said how it went, and no failure is lost.</summary>
internal static class TaskRule
{
    // Of Task, what is neither awaiting nor making one that has ended.
    private static readonly HashSet<string> Refused = new(StringComparer.Ordinal) { "Run", "Factory", "ContinueWith", "Start", "RunSynchronously", "Yield" };

    public static IEnumerable<CompilerMessage> Look(Inspected at)
    {
        foreach (var type in at.Types)
        {
            foreach (var method in type.GetMembers().OfType<IMethodSymbol>().Where(method => method is { IsAsync: true, ReturnsVoid: true }))
            {
                yield return Inspected.Error("AGENT114", "Nobody can await 'async void'. Give back a Task.", method.DeclaringSyntaxReferences[0].GetSyntax());
            }
        }

        foreach (var operation in at.Operations)
        {
            switch (operation)
            {
                case IAnonymousFunctionOperation { Symbol: { IsAsync: true, ReturnsVoid: true } } or ILocalFunctionOperation { Symbol: { IsAsync: true, ReturnsVoid: true } }:
                    yield return Inspected.Error("AGENT114", "Nobody can await this asynchronous function. Give back a Task: take Func<..., Task> in place of Action, and a loop in place of ForEach.", operation.Syntax);
                    break;
                case IExpressionStatementOperation { Operation: { } value } when value is not (IAwaitOperation or IAssignmentOperation { Target: not IDiscardOperation }) && WaitingRule.IsTask(Begun(value)?.Type):
                    yield return Inspected.Error("AGENT114", "This is begun and not awaited: the run may end before it, and its failure is lost. Await it.", operation.Syntax);
                    break;
                case IInvocationOperation { TargetMethod: { } called } when WaitingRule.IsTask(called.ContainingType) && Refused.Contains(called.Name):
                case IPropertyReferenceOperation { Property: { Name: "Factory" } property } when WaitingRule.IsTask(property.ContainingType):
                case IObjectCreationOperation { Constructor.ContainingType: { } made } when WaitingRule.IsTask(made) && made.Name == "Task":
                    yield return Inspected.Error("AGENT114", "An agent has one thread of work. Await the call itself; several with Task.WhenAll.", operation.Syntax);
                    break;
            }
        }
    }

    private static IOperation? Begun(IOperation value) => value switch
    {
        ISimpleAssignmentOperation { Target: IDiscardOperation } assigned => assigned.Value is IConversionOperation converted ? converted.Operand : assigned.Value,
        IInvocationOperation or IConditionalAccessOperation => value,
        _ => null,
    };
}
