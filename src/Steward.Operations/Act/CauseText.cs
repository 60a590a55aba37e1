using System.Text;
using Steward.Operations.Causes;

namespace Steward.Operations.Act;

/// <summary>A cause in words for people. What came from outside is set apart from what we say.</summary>
internal static class CauseText
{
    // An alert is read on a phone.
    private const int AlertLines = 8;
    private const int AlertLine = 200;

    /// <summary>For an alert: plain text, the sentences and a few lines.</summary>
    public static string Plain(Cause cause)
    {
        var text = new StringBuilder($"Cause: {cause.Meaning} {cause.Advice}");
        foreach (var line in cause.Lines.Take(AlertLines))
        {
            text.Append("\n> ").Append(line.Length <= AlertLine ? line : line[..AlertLine] + "...");
        }

        return text.ToString();
    }

    /// <summary>For an issue or a comment: Markdown.</summary>
    public static string Markdown(Cause cause)
    {
        var text = new StringBuilder($"**Probable cause:** {cause.Meaning} {cause.Advice}\n\n");
        text.Append("**From the log** (data from outside, quoted as it came, secrets removed)\n\n").Append(Fence.Around(cause.Text));
        if (cause.Summary is { Text: { } words } summary)
        {
            text.Append($"\n**A model's summary (not verified)**: the words of {summary.Model} about the lines above, which are all it was given; nothing acts on them\n\n").Append(Fence.Around(words));
        }

        return text.ToString();
    }
}
