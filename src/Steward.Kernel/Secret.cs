namespace Steward.Kernel;

/// <summary>
/// A value that must not be seen. It prints, formats and serialises as three asterisks; only <see cref="Reveal"/> at
/// the very edge, where a header or a connection string is made, gives the text.
/// </summary>
[System.Text.Json.Serialization.JsonConverter(typeof(SecretJsonConverter))]
public sealed class Secret(string value)
{
    private readonly string value = value;

    /// <summary>The text itself. Call it where the text leaves the process and nowhere else.</summary>
    public string Reveal() => value;

    /// <summary>Three asterisks.</summary>
    public override string ToString() => "***";

    private sealed class SecretJsonConverter : System.Text.Json.Serialization.JsonConverter<Secret>
    {
        public override Secret Read(ref System.Text.Json.Utf8JsonReader reader, Type typeToConvert, System.Text.Json.JsonSerializerOptions options) =>
            new(reader.GetString() ?? "");

        public override void Write(System.Text.Json.Utf8JsonWriter writer, Secret value, System.Text.Json.JsonSerializerOptions options) =>
            writer.WriteStringValue("***");
    }
}
