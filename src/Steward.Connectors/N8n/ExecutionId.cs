using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Steward.Kernel;

namespace Steward.Connectors.N8n;

/// <summary>n8n's id of an execution: a number from 1, larger for a later one.</summary>
/// <param name="Value">The number.</param>
[JsonConverter(typeof(Converter))]
public readonly record struct ExecutionId(long Value)
{
    /// <summary>Reads an id that somebody typed.</summary>
    public static Outcome<ExecutionId> Read(string text) => TryRead(text) is { } id
        ? id
        : Refusal.Invalid("execution", "That is not the id of an execution: it is a number from 1.");

    /// <inheritdoc />
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    private static ExecutionId? TryRead(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? new ExecutionId(number) : null;

    // n8n writes it as text, and in the answer to a deletion as a number.
    private sealed class Converter : JsonConverter<ExecutionId>
    {
        public override ExecutionId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            (reader.TokenType == JsonTokenType.Number ? TryRead(reader.GetInt64().ToString(CultureInfo.InvariantCulture)) : TryRead(reader.GetString()))
            ?? throw new JsonException("It is not the id of an execution.");

        public override void Write(Utf8JsonWriter writer, ExecutionId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
