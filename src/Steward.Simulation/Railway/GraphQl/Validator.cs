namespace Steward.Simulation.Railway.GraphQl;

/// <summary>
/// Refuses what a real server refuses before it executes anything: unknown fields and arguments, missing or superfluous
/// selections, variables that are undeclared, unused or of another type than the argument.
/// </summary>
internal sealed class Validator
{
    private readonly Operation operation;
    private readonly HashSet<string> used = [];

    private Validator(Operation operation) => this.operation = operation;

    /// <exception cref="GraphQlException">The operation does not fit the schema.</exception>
    public static void Check(Operation operation, ObjectType root)
    {
        var validator = new Validator(operation);
        validator.Check(operation.Selections, root);
        if (operation.Variables.FirstOrDefault(one => !validator.used.Contains(one.Name)) is { } unused)
        {
            throw new GraphQlException($"Variable \"${unused.Name}\" is never used in operation \"{operation.Name}\".");
        }
    }

    private void Check(IReadOnlyList<Selection> selections, ObjectType type)
    {
        foreach (var selection in selections)
        {
            var field = type.Find(selection.Field);
            CheckArguments(selection, field, type);
            switch (field.Type)
            {
                case null when selection.Selections.Count > 0:
                    throw new GraphQlException($"Field \"{field.Name}\" must not have a selection since it is a scalar.");
                case not null when selection.Selections.Count == 0:
                    throw new GraphQlException(
                        $"Field \"{field.Name}\" of type \"{field.Type.Name}\" must have a selection of subfields.");
                case not null:
                    Check(selection.Selections, field.Type);
                    break;
            }
        }
    }

    private void CheckArguments(Selection selection, Field field, ObjectType type)
    {
        foreach (var (name, value) in selection.Arguments)
        {
            if (!field.Arguments.TryGetValue(name, out var wanted))
            {
                throw new GraphQlException($"Unknown argument \"{name}\" on field \"{type.Name}.{field.Name}\".");
            }

            if (value.Variable is { } variable)
            {
                CheckVariable(variable, wanted);
            }
        }

        if (field.Arguments.FirstOrDefault(one => one.Value.EndsWith('!') && !selection.Arguments.ContainsKey(one.Key)) is
            { Key: { } missing, Value: var missingType })
        {
            throw new GraphQlException(
                $"Field \"{field.Name}\" argument \"{missing}\" of type \"{missingType}\" is required, but it was not provided.");
        }
    }

    private void CheckVariable(string name, string wanted)
    {
        var declared = operation.Variables.FirstOrDefault(one => one.Name == name)
            ?? throw new GraphQlException($"Variable \"${name}\" is not defined by operation \"{operation.Name}\".");
        if (declared.Type != wanted && declared.Type != wanted + "!")
        {
            throw new GraphQlException(
                $"Variable \"${name}\" of type \"{declared.Type}\" used in position expecting type \"{wanted}\".");
        }

        used.Add(name);
    }
}
