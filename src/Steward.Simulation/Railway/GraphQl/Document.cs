using System.Text.Json.Nodes;

namespace Steward.Simulation.Railway.GraphQl;

/// <summary>A parsed document: its operations, no fragments.</summary>
internal sealed record Document(IReadOnlyList<Operation> Operations)
{
    /// <summary>The operation of this name, or the only one.</summary>
    public Operation Find(string? name) => name is null
        ? Operations is [var only] ? only : throw new GraphQlException("Must provide operation name if query contains multiple operations.")
        : Operations.FirstOrDefault(one => one.Name == name) ?? throw new GraphQlException($"Unknown operation named \"{name}\".");
}

/// <summary>A query or a mutation with its variables.</summary>
internal sealed record Operation(string Kind, string? Name, IReadOnlyList<VariableDefinition> Variables, IReadOnlyList<Selection> Selections);

/// <summary>What an operation says about a variable: <c>$name: Type = default</c>.</summary>
internal sealed record VariableDefinition(string Name, string Type, Literal? Default);

/// <summary>A selected field. An empty list of selections means that none were written.</summary>
internal sealed record Selection(
    string Alias, string Field, IReadOnlyDictionary<string, Literal> Arguments, IReadOnlyList<Selection> Selections);

/// <summary>A value in a document: a variable's name or a constant.</summary>
internal sealed record Literal(string? Variable, JsonNode? Constant);
