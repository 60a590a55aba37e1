using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Steward.AgentHost.Compiling;

namespace Steward.AgentHost.Checking.Rules;

/// <summary>An agent has tests, and each of them would fail if the agent did something else: it runs the agent, and holds what came of it against something, whatever happens on the way.</summary>
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
