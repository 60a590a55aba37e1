using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Steward.AgentHost.Compiling;

namespace Steward.AgentHost.Checking.Rules;

/// <summary>Methods that call themselves, or each other in a ring, come to a case in which they do not.</summary>
internal static class RecursionRule
{
    private const int Deep = 12;

    private sealed record Step(ISymbol From, ISymbol To, IInvocationOperation Call);

    public static IEnumerable<CompilerMessage> Look(Inspected at)
    {
        var steps = at.Operations.OfType<IInvocationOperation>().Where(call => at.BodyOf(call.TargetMethod) is not null)
            .Select(call => (From: at.Model.GetEnclosingSymbol(call.Syntax.SpanStart), Call: call)).Where(one => one.From is IMethodSymbol { MethodKind: not MethodKind.AnonymousFunction })
            .Select(one => new Step(one.From!.OriginalDefinition, one.Call.TargetMethod.OriginalDefinition, one.Call)).ToList();
        // Those that are called upon the same instance, or upon none, find it as it was.
        var others = steps.Where(step => IsOther(at, step.Call.Instance)).ToList();
        foreach (var (ring, isOther) in Rings(at, steps).Select(ring => (ring, ring.Exists(others.Contains))).Concat(others.Count == 0 ? [] : Rings(at, [.. steps.Except(others)]).Select(ring => (ring, false))))
        {
            var motion = new Motion(at, [.. ring.Select(step => step.From).Distinct<ISymbol>(SymbolEqualityComparer.Default).SelectMany(method => at.BodyOf((IMethodSymbol)method)!.DescendantsAndSelf())], isOtherInstance: isOther);
            // The way round on which nothing that is asked is ever otherwise.
            foreach (var step in Rings(at, [.. ring.Where(step => !Conditions.Of(at, step.Call.Syntax).Any(motion.Changes))]).SelectMany(stuck => stuck))
            {
                yield return Inspected.Error("AGENT117", $"'{step.To.Name}' is called again whatever it finds, and never ends. Give it a case in which it is not, that depends on what changes from call to call.", step.Call.Syntax);
            }
        }
    }

    // Calls that lead back to where they stand, those together that are on the way of each other.
    private static List<List<Step>> Rings(Inspected at, List<Step> steps)
    {
        var next = steps.ToLookup<Step, ISymbol>(step => step.From, SymbolEqualityComparer.Default);
        var reached = steps.Select(step => step.From).Distinct<ISymbol>(SymbolEqualityComparer.Default).ToDictionary<ISymbol, ISymbol, HashSet<ISymbol>>(method => method, Reached, SymbolEqualityComparer.Default);
        return [.. steps.Where(step => reached.GetValueOrDefault(step.To)?.Contains(step.From) == true).GroupBy(step => reached.First(one => one.Value.Contains(step.From) && reached[step.From].Contains(one.Key)).Key, SymbolEqualityComparer.Default).Select(ring => ring.ToList())];

        HashSet<ISymbol> Reached(ISymbol from)
        {
            var (found, open) = (new HashSet<ISymbol>(SymbolEqualityComparer.Default), new Stack<ISymbol>([from]));
            while (open.TryPop(out var method))
            {
                at.Look(1);
                foreach (var step in next[method].Where(step => found.Add(step.To)))
                {
                    open.Push(step.To);
                }
            }

            return found;
        }
    }

    // Whether the instance that is called is made of the one that calls, such as a child of it, and no other that stays the same.
    private static bool IsOther(Inspected at, IOperation? instance, int depth = 0) => depth < Deep && instance switch
    {
        IConversionOperation one => IsOther(at, one.Operand, depth + 1),
        IParenthesizedOperation one => IsOther(at, one.Operand, depth + 1),
        // next?.Path()
        IConditionalAccessInstanceOperation one => one.Parent is { } parent && IsOther(at, Accessed(parent), depth + 1),
        ILocalReferenceOperation one => Flow.Values(at, one.Local).Any(value => value is null || IsOther(at, value, depth + 1)),
        // What the constructor was given belongs to the instance.
        IParameterReferenceOperation one => one.Parameter.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Constructor },
        null or IInstanceReferenceOperation => false,
        _ => instance.Descendants().Any(one => one is IInstanceReferenceOperation or ILocalReferenceOperation or IParameterReferenceOperation),
    };

    private static IOperation? Accessed(IOperation? within)
    {
        while (within is not (null or IConditionalAccessOperation))
        {
            within = within.Parent;
        }

        return (within as IConditionalAccessOperation)?.Operation;
    }
}
