using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Steward.Kernel;

/// <summary>The one JSON dialect of Steward: camelCase names, enums as camelCase words, nulls left out.</summary>
public static class Json
{
    /// <summary>Options for everything that Steward writes or reads as its own JSON.</summary>
    public static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    /// <summary>Gives other options, such as the web framework's, the same dialect.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        // Text is for API answers and audit rows, never pasted into HTML: keep other alphabets readable.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        // A number would pass for any word, also for one that there is not.
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.Converters.Add(new UtcConverter());
        return options;
    }

    /// <summary>Writes a value in Steward's dialect.</summary>
    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <summary>Reads a value that must be there.</summary>
    /// <exception cref="JsonException">The text is not such a value.</exception>
    public static T Read<T>(string text) =>
        JsonSerializer.Deserialize<T>(text, Options) ?? throw new JsonException($"The JSON holds no {typeof(T).Name}.");

    // Times go out as UTC with a Z, in one form everywhere, and are read in any ISO 8601 form with a zone.
    private sealed class UtcConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(UtcTime.ToText(value));
    }
}
