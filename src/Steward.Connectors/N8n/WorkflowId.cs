using System.Text.Json;
using System.Text.Json.Serialization;
using Steward.Kernel;

namespace Steward.Connectors.N8n;

/// <summary>n8n's id of a workflow, such as <c>vtDiWyaSSI1to8Kt</c>. A workflow's name is no id: names change and need not be unique.</summary>
[JsonConverter(typeof(Converter))]
public sealed record WorkflowId
{
    // The column in n8n's database holds 36 characters; ids are 16 letters and digits, on old installations a number.
    private const int MaxLength = 36;

    /// <summary>Wraps an id.</summary>
    /// <exception cref="ArgumentException">It cannot be an id: 1 to 36 letters, digits, '-' and '_' of ASCII.</exception>
    public WorkflowId(string value) => Value = IsId(value)
        ? value
        : throw new ArgumentException($"A workflow's id is 1 to {MaxLength} ASCII letters, digits, '-' and '_'.", nameof(value));

    /// <summary>The id as n8n writes it. Safe in a path.</summary>
    public string Value { get; }

    /// <summary>Reads an id that somebody typed.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="field">The field of the request that it stands in.</param>
    public static Outcome<WorkflowId> Read(string text, string field = "workflow") => IsId(text)
        ? new WorkflowId(text)
        : Refusal.Invalid(field, "That is not the id of a workflow, such as vtDiWyaSSI1to8Kt. Workflows with their ids: steward n8n list.");

    /// <inheritdoc />
    public override string ToString() => Value;

    private static bool IsId(string text) => text.Length is > 0 and <= MaxLength && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    private sealed class Converter : JsonConverter<WorkflowId>
    {
        public override WorkflowId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetString() is { } text && IsId(text) ? new WorkflowId(text) : throw new JsonException("It is not the id of a workflow.");

        public override void Write(Utf8JsonWriter writer, WorkflowId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
    }
}
