namespace Steward.Operations;

/// <summary>Sets text from outside apart in Markdown.</summary>
internal static class Fence
{
    private const string Mark = "~~~~";

    /// <summary>A block that Markdown shows as it is, whatever the text holds: nothing in it is a link, a mention, an image or hidden, and nothing in it ends it.</summary>
    public static string Around(string text)
    {
        // NUL goes first: whoever redacts later takes it out, and two halves of a mark must not meet then.
        var inner = text.Replace("\0", "", StringComparison.Ordinal).Replace(Mark, "~ ~ ~ ~", StringComparison.Ordinal);
        return $"{Mark}text\n{inner}\n{Mark}\n";
    }
}
