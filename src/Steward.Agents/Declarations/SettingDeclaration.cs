using System.Globalization;
using System.Text.Json;
using Steward.Kernel;

namespace Steward.Agents.Declarations;

/// <summary>Of what type a setting's value is.</summary>
public enum SettingType
{
    /// <summary>Text, at most 4,000 characters.</summary>
    Text,

    /// <summary>A number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>An http or https address.</summary>
    Url,

    /// <summary>A list of texts, at most 1,000.</summary>
    List,
}

/// <summary>A setting that an agent has.</summary>
/// <param name="Type">Of what type its value is.</param>
/// <param name="About">What it means, for people.</param>
/// <param name="Default">Its value when nobody sets it; null when somebody has to.</param>
public sealed record SettingDeclaration(SettingType Type, string About, JsonElement? Default)
{
    private const int LongestText = 4000;
    private const int LongestList = 1000;

    /// <summary>Null when the value is of the type, else why not.</summary>
    public Refusal? Check(string name, JsonElement value) =>
        Fits(value) ? null : Refusal.Invalid(name, $"The setting '{name}' must be {Wanted}; it is {Described(value)}.");

    /// <summary>Reads a value that somebody wrote as text: of a list, its items with commas between them, or as JSON. What cannot be read stays the text that it was, which <see cref="Check"/> refuses.</summary>
    public JsonElement Parse(string text) => Type switch
    {
        SettingType.Number when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => JsonSerializer.SerializeToElement(number),
        SettingType.Flag when text is "true" or "false" => JsonSerializer.SerializeToElement(text == "true"),
        SettingType.List when text.StartsWith('[') => Json(text),
        SettingType.List => JsonSerializer.SerializeToElement(text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)),
        _ => JsonSerializer.SerializeToElement(text),
    };

    private static JsonElement Json(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(text);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(text);
        }
    }

    private string Wanted => Type switch
    {
        SettingType.Number => "a number",
        SettingType.Flag => "true or false",
        SettingType.Url => "an http or https address",
        SettingType.List => $"a list of at most {LongestList} texts",
        _ => $"a text of at most {LongestText} characters",
    };

    private bool Fits(JsonElement value) => Type switch
    {
        SettingType.Number => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number),
        SettingType.Flag => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        SettingType.Url => IsText(value) && Uri.TryCreate(value.GetString(), UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0,
        SettingType.List => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= LongestList && value.EnumerateArray().All(IsText),
        _ => IsText(value),
    };

    private static bool IsText(JsonElement value) => value.ValueKind == JsonValueKind.String && JsonTexts.Broken(value) is null && value.GetString()!.Length <= LongestText;

    private static string Described(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.True or JsonValueKind.False => $"{value}".ToLowerInvariant(),
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.Number => $"the number {value.GetRawText()}",
        _ when JsonTexts.Broken(value) is not null => "a text with half of a character",
        _ => value.GetString()!.Length > 80 ? "a text that is none" : $"'{value.GetString()}'",
    };
}
