using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Steward.AgentHost.Compiling;

namespace Steward.AgentHost.Checking.Rules;

/// <summary>Nothing is kept in the process: each run has a fresh one, so that what lies there is lost, and tests would disturb each other.</summary>
internal static class StateRule
{
    private const string Instead = "Each run has a fresh process: hand on what is to be remembered (AgentResult.Success(text, handoff), context.Last<T>()), and keep the rest in local variables.";

    private static readonly HashSet<string> Changing = new(StringComparer.Ordinal)
    {
        "Add", "AddRange", "AddOrUpdate", "Append", "Clear", "Dequeue", "Enqueue", "Insert", "Pop", "Push", "Remove", "RemoveAll", "RemoveAt", "Reverse", "Sort", "TryAdd", "TryRemove", "TryUpdate", "GetOrAdd", "UnionWith", "ExceptWith", "Fill",
    };

    public static IEnumerable<CompilerMessage> Look(Inspected at)
    {
        foreach (var member in at.Types.SelectMany(type => type.GetMembers()).Where(member => member.IsStatic && !member.IsImplicitlyDeclared))
        {
            if (member is IFieldSymbol { IsConst: false, IsReadOnly: false, ContainingType.TypeKind: not TypeKind.Enum } or IPropertySymbol { SetMethod.IsInitOnly: false } or IEventSymbol)
            {
                yield return Inspected.Error("AGENT103", $"'{member.Name}' is static and can change. {Instead}", member.DeclaringSyntaxReferences[0].GetSyntax());
            }
        }

        foreach (var operation in at.Operations)
        {
            var changed = operation switch
            {
                IInvocationOperation call when Changing.Contains(call.TargetMethod.Name) && !IsImmutable(call.Type) => call.Instance ?? (call.Arguments.Length > 0 && call.TargetMethod.ContainingType.Name == "Array" ? call.Arguments[0].Value : null),
                IAssignmentOperation { Target: IPropertyReferenceOperation { Property.IsIndexer: true, Instance: var list } } => list,
                IAssignmentOperation { Target: IArrayElementReferenceOperation { ArrayReference: var array } } => array,
                _ => null,
            };
            if (changed is IFieldReferenceOperation { Field: { IsStatic: true } field } && SymbolEqualityComparer.Default.Equals(field.ContainingAssembly, at.Agent.ContainingAssembly))
            {
                yield return Inspected.Error("AGENT103", $"What is in '{field.Name}' is static and is changed here. {Instead}", operation.Syntax);
            }
        }

        // A field of the agent is gone after the run as well.
        foreach (var field in at.Agent.GetMembers().OfType<IFieldSymbol>().Where(field => field is { IsStatic: false, IsReadOnly: false, IsConst: false } && (!field.IsImplicitlyDeclared || field.AssociatedSymbol is IPropertySymbol { SetMethod.IsInitOnly: false })))
        {
            yield return Inspected.Error("AGENT104", $"'{field.AssociatedSymbol?.Name ?? field.Name}' of the agent can change, and is gone after the run. {Instead}", (field.AssociatedSymbol ?? field).DeclaringSyntaxReferences[0].GetSyntax());
        }
    }

    private static bool IsImmutable(ITypeSymbol? result) => result?.ContainingNamespace?.Name is "Immutable" or "Frozen" || result?.Name is "IEnumerable";
}
