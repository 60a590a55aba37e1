using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Steward.AgentHost.Compiling;

namespace Steward.AgentHost.Checking.Rules;

/// <summary>What costs money, attention or somebody else's patience happens a bounded number of times in a run: how much there is outside is not the agent's to say.</summary>
internal static class BudgetRule
{
    // What a trial lets an agent send in a run, and what nobody needs to ask in one.
    private static readonly (int Most, string What, string[] Faces)[] Budgets = [(20, "messages", ["NotifyTool"]), (100, "requests and questions", ["HttpTool", "ModelTool", "BrowserTool"])];

    public static IEnumerable<CompilerMessage> Look(Inspected at) => Budgets.SelectMany(budget => Look(at, budget.Most, budget.What, budget.Faces));

    private static IEnumerable<CompilerMessage> Look(Inspected at, int most, string what, string[] faces)
    {
        var bounds = new Bounds(at, most);
        var done = at.Operations.Where(operation => !at.IsTest(operation.Syntax)).Select(operation => (Operation: operation, Method: Called(operation))).Where(one => one.Method is not null).Select(one => (one.Operation, Method: one.Method!)).ToList();
        var sending = Sending(at, done, faces);
        foreach (var (operation, method) in done.Where(one => IsSending(one.Method, faces) || sending.Contains(one.Method.OriginalDefinition)))
        {
            foreach (var loop in Repeats.Around(at, operation.Syntax).Where(loop => !loop.IsBounded(bounds) && !new Guards(at, bounds, loop.Node).Guard(operation.Syntax)).Take(1))
            {
                yield return Inspected.Error("AGENT118", loop.Many is not null
                    ? $"'{method.Name}' is called as often as there is something outside: one odd answer would spend the budget of a month. Bound it to {most} {what} at the most (foreach (var one in many.Take(Most))), or put all of it into one message."
                    : $"'{method.Name}' is called in a loop without a bound. Count, and end at a number that you choose, {most} {what} at the most (for (var page = 1; page <= Most; page++)).", operation.Syntax);
            }
        }
    }

    private static bool IsSending(IMethodSymbol method, string[] faces) => faces.Contains(method.ContainingType?.Name);

    // What is called here, or given away to be called.
    private static IMethodSymbol? Called(IOperation operation) => operation switch
    {
        IInvocationOperation one => one.TargetMethod,
        IMethodReferenceOperation one => one.Method,
        _ => null,
    };

    // The methods of the file in which something is sent, by themselves or by those that they call; and delegates, when there is one that sends.
    private static HashSet<ISymbol> Sending(Inspected at, List<(IOperation Operation, IMethodSymbol Method)> done, string[] faces)
    {
        var calls = done.Select(one => (From: at.Model.GetEnclosingSymbol(one.Operation.Syntax.SpanStart), one.Operation, one.Method)).Select(one => (From: Method(one.From), one.Method, IsKept: IsKept(one.Operation))).Where(one => one.From is not null).ToList();
        var sending = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        for (var before = -1; before != sending.Count;)
        {
            before = sending.Count;
            at.Look(calls.Count);
            var found = calls.Where(one => IsSending(one.Method, faces) || sending.Contains(one.Method.OriginalDefinition)).ToList();
            sending.UnionWith(found.Select(one => one.From!));
            if (found.Exists(one => one.IsKept))
            {
                sending.UnionWith(calls.Where(one => one.Method.MethodKind == MethodKind.DelegateInvoke).Select(one => one.Method.OriginalDefinition));
            }
        }

        return sending;
    }

    private static ISymbol? Method(ISymbol? symbol) => symbol is IMethodSymbol { MethodKind: MethodKind.AnonymousFunction } function ? Method(function.ContainingSymbol) : symbol?.OriginalDefinition;

    // Whether it is done by a function that is called elsewhere, as often as that may be.
    private static bool IsKept(IOperation operation)
    {
        for (var one = operation; one is not null; one = one.Parent)
        {
            if (one is IDelegateCreationOperation)
            {
                return true;
            }
        }

        return false;
    }
}
