using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Steward.AgentHost.Compiling;
using Steward.Agents.Sdk;

namespace Steward.AgentHost.Checking.Rules;

/// <summary>
/// An agent has tests, and each of them would fail if the agent did something else: it runs the agent, and holds what came of it against something, whatever happens on the way.
/// Tests may do what an agent may not; so nothing but tests can call them, nor what stands among them.
/// </summary>
internal static class TestRule
{
    private const int Fewest = 2;

    public static IEnumerable<CompilerMessage> Look(Inspected at)
    {
        var tests = at.Types.SelectMany(type => type.GetMembers()).Where(Inspected.IsTest).Cast<IMethodSymbol>().ToList();
        if (tests.Count < Fewest)
        {
            yield return Compiler.Message("AGENT160", "error", $"There {(tests.Count == 0 ? "are no tests" : "is one test")}. Write at least {Fewest}: one for what is news and one for what is none ([AgentTest] public static async Task Name(TestBench bench)).", at.Agent.Locations[0]);
        }

        foreach (var fault in Reached(at).Concat(Direct(at)))
        {
            yield return fault;
        }

        foreach (var test in tests)
        {
            var node = (MethodDeclarationSyntax)test.DeclaringSyntaxReferences[0].GetSyntax();
            if (!test.IsStatic || test.DeclaredAccessibility != Accessibility.Public || !WaitingRule.IsTask(test.ReturnType) || test.Parameters is not [{ Type.Name: "TestBench" }])
            {
                yield return Inspected.Error("AGENT161", "A test is public static async Task Name(TestBench bench), or it does not run.", node.Identifier);
            }
            else if (at.BodyOf(test) is { } body && Fault(at, body) is { } fault)
            {
                yield return Inspected.Error("AGENT162", $"The test '{test.Name}' {fault}", node.Identifier);
            }
        }
    }

    // Whoever makes a context, or calls the agent, sees it where a test is tried with another one in its place, and can tell them apart.
    private static IEnumerable<CompilerMessage> Direct(Inspected at)
    {
        foreach (var operation in at.Operations)
        {
            if (operation is IObjectCreationOperation { Type: { Name: nameof(AgentContext), ContainingNamespace: { } room } } && room.ToDisplayString() == typeof(AgentContext).Namespace)
            {
                yield return Inspected.Error("AGENT162", "Only Steward makes a context. A test gets its run from its bench: var result = await bench.RunAsync(new TheAgent()).", operation.Syntax);
            }
            else if (Called(operation) is { } called && IsRun(called) && at.IsTest(operation.Syntax))
            {
                yield return Inspected.Error("AGENT162", "A test does not call the agent's RunAsync itself. Let its bench run it: var result = await bench.RunAsync(new TheAgent()).", operation.Syntax);
            }
        }
    }

    private static IMethodSymbol? Called(IOperation operation) => operation switch
    {
        IInvocationOperation call => call.TargetMethod,
        IMethodReferenceOperation named => named.Method,
        _ => null,
    };

    // The agent's own, or the one that it overrides.
    private static bool IsRun(IMethodSymbol method) => method.Name == nameof(Agent.RunAsync) && method.Parameters is [{ Type.Name: nameof(AgentContext) }, ..];

    private static IEnumerable<CompilerMessage> Reached(Inspected at)
    {
        foreach (var type in at.TestTypes)
        {
            // Whoever has it as an interface calls what is private.
            foreach (var open in type.GetMembers().Where(member => !member.IsImplicitlyDeclared && member.DeclaredAccessibility != Accessibility.Private && !Inspected.IsTest(member) && member is not IMethodSymbol { AssociatedSymbol: not null }).Concat(type.AllInterfaces.Length > 0 ? [type] : Array.Empty<ISymbol>()))
            {
                yield return Inspected.Error("AGENT163", $"'{open.Name}' stands among the tests, and the agent could use it. {(SymbolEqualityComparer.Default.Equals(open, type) ? "Take its interfaces away" : "Make it private; what both need belongs into a class without tests")}.", open.DeclaringSyntaxReferences[0].GetSyntax());
            }
        }

        foreach (var operation in at.Operations.Where(operation => operation is IInvocationOperation { TargetMethod: var called } && Inspected.IsTest(called) || operation is IMethodReferenceOperation { Method: var named } && Inspected.IsTest(named)).Where(operation => !at.IsTest(operation.Syntax)))
        {
            yield return Inspected.Error("AGENT163", "The agent uses one of its tests. Only Steward runs them.", operation.Syntax);
        }
    }

    private static string? Fault(Inspected at, IOperation body)
    {
        var proof = new Proof(at);
        if (!proof.Runs(body))
        {
            return "does not run the agent, or runs it only perhaps. Run it: var result = await bench.RunAsync(new TheAgent()).";
        }

        var expectations = proof.Expectations(body).ToList();
        return expectations.Exists(one => one.Weakness is null) ? null
            : expectations.Count == 0 ? "expects nothing. Hold the result, the messages or the calls against what they have to be: Expect.Equal(\"...\", bench.Tools.Messages.Single())."
            : $"would pass whatever the agent does: {expectations[0].Weakness} Hold the result, the messages or the calls against what they have to be, after the run and in any case.";
    }
}
