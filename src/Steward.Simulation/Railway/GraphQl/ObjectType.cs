namespace Steward.Simulation.Railway.GraphQl;

/// <summary>A type of the schema: its fields by name.</summary>
internal sealed class ObjectType(string name)
{
    private readonly Dictionary<string, Field> fields = [];

    public string Name => name;

    public Field Find(string field) => fields.GetValueOrDefault(field)
        ?? throw new GraphQlException($"Cannot query field \"{field}\" on type \"{name}\".");

    /// <summary>A field without arguments: a scalar, or with a type an object or a list of objects.</summary>
    public ObjectType With<T>(string field, Func<T, object?> get, ObjectType? type = null) =>
        With<T>(field, "", (source, _) => get(source), type);

    /// <summary>A field with arguments, written as in the schema: <c>id: String!, limit: Int</c>.</summary>
    public ObjectType With<T>(string field, string arguments, Func<T, Arguments, object?> get, ObjectType? type = null)
    {
        var declared = arguments.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(one => one.Split(':', StringSplitOptions.TrimEntries))
            .ToDictionary(parts => parts[0], parts => parts[1]);
        fields.Add(field, new Field(field, declared, type, (source, given) => get((T)source, given)));
        return this;
    }
}

/// <summary>A field: its arguments' types by name, its own type (null for a scalar) and where its value comes from.</summary>
internal sealed record Field(
    string Name, IReadOnlyDictionary<string, string> Arguments, ObjectType? Type, Func<object, Arguments, object?> Get);
