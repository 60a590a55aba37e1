using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Steward.Simulation.Railway.GraphQl;

/// <summary>Checks values against type expressions such as <c>[MetricMeasurement!]!</c>.</summary>
internal sealed class InputTypes(
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> inputs, IReadOnlyDictionary<string, IReadOnlySet<string>> enums)
{
    /// <exception cref="GraphQlException">The value is missing, or of another type.</exception>
    public void Check(string what, string type, JsonNode? value)
    {
        if (type.EndsWith('!'))
        {
            if (value is null)
            {
                throw new GraphQlException($"{what} of required type \"{type}\" was not provided.");
            }

            type = type[..^1];
        }

        if (value is null)
        {
            return;
        }

        if (type.StartsWith('['))
        {
            CheckItems(what, type[1..^1], value);
        }
        else if (inputs.TryGetValue(type, out var fields))
        {
            CheckMembers(what, type, fields, value);
        }
        else if (!IsScalar(type, value))
        {
            throw new GraphQlException($"{what} got invalid value {value.ToJsonString()}; it is not of type \"{type}\".");
        }
    }

    private void CheckItems(string what, string type, JsonNode value)
    {
        // A single value stands for a list of one (GraphQL specification, "Input Coercion" of lists).
        foreach (var item in value is JsonArray items ? items : [value.DeepClone()])
        {
            Check(what, type, item);
        }
    }

    private void CheckMembers(string what, string type, IReadOnlyDictionary<string, string> fields, JsonNode value)
    {
        if (value is not JsonObject members)
        {
            throw new GraphQlException($"{what} got invalid value {value.ToJsonString()}; Expected type \"{type}\" to be an object.");
        }

        foreach (var (name, _) in members.Where(member => !fields.ContainsKey(member.Key)))
        {
            throw new GraphQlException($"{what} got invalid value; Field \"{name}\" is not defined by type \"{type}\".");
        }

        foreach (var (name, fieldType) in fields)
        {
            Check($"{what}; Field \"{name}\"", fieldType, members[name]);
        }
    }

    private bool IsScalar(string type, JsonNode value) => (type, value.GetValueKind()) switch
    {
        ("String" or "ID", JsonValueKind.String) => true,
        ("Int", JsonValueKind.Number) => value.AsValue().TryGetValue<int>(out _),
        ("Boolean", JsonValueKind.True or JsonValueKind.False) => true,
        ("DateTime", JsonValueKind.String) =>
            DateTimeOffset.TryParse(value.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _),
        (_, JsonValueKind.String) when enums.TryGetValue(type, out var values) => values.Contains(value.GetValue<string>()),
        ("String" or "ID" or "Int" or "Boolean" or "DateTime", _) => false,
        _ when enums.ContainsKey(type) => false,
        _ => throw new GraphQlException($"Unknown type \"{type}\"."),
    };
}
