using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Steward.Simulation.Railway.GraphQl;

/// <summary>Executes operations against two root types and writes exactly what was selected.</summary>
internal sealed class Schema(ObjectType query, ObjectType mutation, InputTypes inputs)
{
    // A connector has a few dozen documents; past this the cache starts again.
    private const int MaxCached = 200;
    private readonly ConcurrentDictionary<(string Text, string? Name), Operation> checkedOperations = new();

    /// <summary>Finds and checks the operation to execute.</summary>
    /// <exception cref="GraphQlException">The text is no valid document for this schema.</exception>
    public Operation Prepare(string text, string? name)
    {
        if (checkedOperations.TryGetValue((text, name), out var known))
        {
            return known;
        }

        var operation = Parser.Parse(text).Find(name);
        Validator.Check(operation, Root(operation));
        if (checkedOperations.Count >= MaxCached)
        {
            checkedOperations.Clear();
        }

        return checkedOperations[(text, name)] = operation;
    }

    /// <summary>Executes an operation of <see cref="Prepare"/> and writes the value of "data".</summary>
    /// <exception cref="GraphQlException">A variable is wrong, or a field refused.</exception>
    public void Execute(Utf8JsonWriter writer, Operation operation, JsonObject variables, object source)
    {
        var values = new Dictionary<string, JsonNode?>();
        foreach (var definition in operation.Variables)
        {
            var value = variables.ContainsKey(definition.Name) ? variables[definition.Name] : definition.Default?.Constant;
            inputs.Check($"Variable \"${definition.Name}\"", definition.Type, value);
            values[definition.Name] = value;
        }

        Write(writer, operation.Selections, Root(operation), source, values);
    }

    private ObjectType Root(Operation operation) => operation.Kind == "mutation" ? mutation : query;

    private void Write(
        Utf8JsonWriter writer, IReadOnlyList<Selection> selections, ObjectType type, object source, Dictionary<string, JsonNode?> variables)
    {
        writer.WriteStartObject();
        foreach (var selection in selections)
        {
            var field = type.Find(selection.Field);
            var value = field.Get(source, Evaluate(selection, field, variables));
            writer.WritePropertyName(selection.Alias);
            if (field.Type is null)
            {
                WriteScalar(writer, value);
            }
            else if (value is IEnumerable items)
            {
                writer.WriteStartArray();
                foreach (var item in items)
                {
                    Write(writer, selection.Selections, field.Type, item, variables);
                }

                writer.WriteEndArray();
            }
            else if (value is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                Write(writer, selection.Selections, field.Type, value, variables);
            }
        }

        writer.WriteEndObject();
    }

    private Arguments Evaluate(Selection selection, Field field, Dictionary<string, JsonNode?> variables)
    {
        var values = new Dictionary<string, JsonNode?>();
        foreach (var (name, literal) in selection.Arguments)
        {
            var value = literal.Variable is { } variable ? variables[variable] : literal.Constant;
            inputs.Check($"Argument \"{name}\"", field.Arguments[name], value);
            values[name] = value;
        }

        return new Arguments(values);
    }

    private static void WriteScalar(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case int number:
                writer.WriteNumberValue(number);
                break;
            case double number:
                writer.WriteNumberValue(number);
                break;
            case DateTimeOffset time:
                // As JavaScript writes it, which is what Railway's servers are made of.
                writer.WriteStringValue(time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
                break;
            case JsonNode node:
                node.WriteTo(writer);
                break;
            default:
                throw new InvalidOperationException($"The schema has no scalar for {value.GetType()}.");
        }
    }
}
