using System.Text.Json;
using System.Text.Json.Serialization;
using Steward.Kernel;

namespace Steward.Server.Entry;

/// <summary>
/// Reads what a request leaves as JSON, such as the values of settings, and refuses texts that are none. Fields that are texts are
/// refused by the serializer itself.
/// </summary>
internal sealed class SoundJson : JsonConverter<JsonElement>
{
    public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var value = JsonElement.ParseValue(ref reader);
        return JsonTexts.Broken(value) is { } path
            ? throw new JsonException($"there is half of a character in a text{(path.Length == 0 ? "" : $" (at '{path}')")}.")
            : value;
    }

    public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options) => value.WriteTo(writer);
}
