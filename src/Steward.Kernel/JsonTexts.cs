using System.Text.Json;

namespace Steward.Kernel;

/// <summary>The texts within a piece of JSON. An escaped half of a character (<c>"\ud800"</c>) is sound JSON, and yet no text: whoever reads it fails.</summary>
public static class JsonTexts
{
    /// <summary>Where the first text is that is none, as <c>.settings.names[1]</c> below the value; empty for the value itself or a name in it. Null when all are sound.</summary>
    public static string? Broken(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => IsText(value) ? null : "",
        JsonValueKind.Array => value.EnumerateArray().Select((item, at) => Broken(item) is { } path ? $"[{at}]{path}" : null).FirstOrDefault(path => path is not null),
        JsonValueKind.Object => value.EnumerateObject().Select(member => !IsName(member) ? "" : Broken(member.Value) is { } path ? $".{member.Name}{path}" : null).FirstOrDefault(path => path is not null),
        _ => null,
    };

    private static bool IsText(JsonElement value)
    {
        try
        {
            _ = value.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static bool IsName(JsonProperty member)
    {
        try
        {
            _ = member.Name;
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
