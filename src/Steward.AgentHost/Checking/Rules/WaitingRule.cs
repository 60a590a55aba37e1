using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Steward.AgentHost.Compiling;

namespace Steward.AgentHost.Checking.Rules;

/// <summary>Waiting is awaited, goes by the run's clock, and ends when the run is called off.</summary>
internal static class WaitingRule
{
    private const string Delay = "Use Task.Delay(span, context.Clock, cancellationToken): a test sets the clock, and a run that is called off ends.";

    public static IEnumerable<CompilerMessage> Look(Inspected at)
    {
        foreach (var operation in at.Operations)
        {
            switch (operation)
            {
                case IPropertyReferenceOperation { Property: { Name: "Result" } property } when IsTask(property.ContainingType):
                    yield return Inspected.Error("AGENT112", "'.Result' blocks until the task has ended. Await it.", operation.Syntax);
                    break;
                case IInvocationOperation { TargetMethod: { Name: "Wait" or "WaitAll" or "WaitAny" } method } when IsTask(method.ContainingType) || method.ContainingType.Name == "SemaphoreSlim":
                    yield return Inspected.Error("AGENT112", $"'{method.Name}' blocks until its time has come. Await it (await task, Task.WhenAll, WaitAsync).", operation.Syntax);
                    break;
                case IInvocationOperation { TargetMethod.Name: "GetAwaiter" } call:
                    yield return Inspected.Error("AGENT112", "'GetAwaiter' is for the compiler. Await the task.", call.Syntax);
                    break;
                case IInvocationOperation { TargetMethod: { Name: "Delay" } method } call when IsTask(method.ContainingType):
                    if (!HasClock(method) || !HasToken(method))
                    {
                        yield return Inspected.Error("AGENT113", $"This waits {(HasClock(method) ? "even when the run is called off" : "by another clock than the run's")}. {Delay}", call.Syntax);
                    }
                    else if (call.Arguments.Any(argument => argument.Value is IPropertyReferenceOperation { Property: { Name: "None", ContainingType.Name: "CancellationToken" } } or IDefaultValueOperation { Type.Name: "CancellationToken" }) && !at.IsTest(call.Syntax))
                    {
                        yield return Inspected.Error("AGENT113", $"This waits even when the run is called off. {Delay}", call.Syntax);
                    }

                    break;
                case IInvocationOperation { TargetMethod: { Name: "WaitAsync" } method } when IsTask(method.ContainingType) && method.Parameters.Any(one => one.Type.Name == "TimeSpan") && !HasClock(method):
                case IObjectCreationOperation { Constructor: { ContainingType.Name: "CancellationTokenSource", Parameters.Length: > 0 } made } when !HasClock(made):
                    yield return Inspected.Error("AGENT113", "This goes by another clock than the run's. Give it context.Clock as well.", operation.Syntax);
                    break;
                case IPropertyReferenceOperation { Property: { Name: "None", ContainingType.Name: "CancellationToken" } } when operation.Parent is IArgumentOperation && !at.IsTest(operation.Syntax) && !IsInDelay(operation):
                    yield return Inspected.Error("AGENT113", "'CancellationToken.None' goes on when the run is called off. Pass the token of RunAsync on.", operation.Syntax);
                    break;
            }
        }
    }

    /// <summary>Whether a type is a task.</summary>
    public static bool IsTask(ITypeSymbol? type) => type is { Name: "Task" or "ValueTask", ContainingNamespace: { Name: "Tasks", ContainingNamespace.Name: "Threading" } };

    /// <summary>Whether a method takes a token.</summary>
    public static bool HasToken(IMethodSymbol method) => method.Parameters.Any(one => one.Type.Name == "CancellationToken");

    private static bool HasClock(IMethodSymbol method) => method.Parameters.Any(one => one.Type.Name == "TimeProvider");

    private static bool IsInDelay(IOperation token) => token.Parent?.Parent is IInvocationOperation { TargetMethod.Name: "Delay" };
}
