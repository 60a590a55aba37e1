using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Steward.Operations.Events;

/// <summary>What a comment can ask for.</summary>
internal enum CommandVerb
{
    /// <summary><c>/deploy [[service@]environment]</c>.</summary>
    Deploy,

    /// <summary><c>/rollback [[service@]environment]</c>.</summary>
    Rollback,

    /// <summary><c>/status</c>.</summary>
    Status,

    /// <summary><c>/approve ID</c>.</summary>
    Approve,

    /// <summary><c>/deny ID</c>.</summary>
    Deny,

    /// <summary><c>/stop [service]</c>.</summary>
    Stop,

    /// <summary><c>/claude TASK</c>.</summary>
    Claude,

    /// <summary>A command's word, or nearly one, in a line that is no command: whoever wrote it waits for an answer.</summary>
    Unclear,

    /// <summary>The same in a line that is longer than a command can be.</summary>
    TooLong,
}

/// <summary>
/// A command that a person wrote into a comment: the whole first line, in exactly one form, of signs that everybody sees.
/// All else in the comment is talk. Nothing is guessed: what is not exactly a command is none.
/// </summary>
/// <param name="Verb">What it asks for.</param>
/// <param name="Argument">What stands behind the verb; null where nothing does.</param>
internal sealed partial record CommentCommand(CommandVerb Verb, string? Argument = null)
{
    /// <summary>How long the task of <c>/claude</c> may be, in characters.</summary>
    public const int MaxTask = 2000;

    private static readonly int MaxLine = "/claude ".Length + MaxTask;
    private static readonly string[] Words = ["deploy", "rollback", "status", "approve", "deny", "stop", "claude"];

    // Signs that take a place in the text and none on the page, beside those that Unicode itself calls format or control.
    private static readonly HashSet<int> Blank = [0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, .. Enumerable.Range(0x180B, 5), .. Enumerable.Range(0xFE00, 16), .. Enumerable.Range(0xE0100, 240)];

    /// <summary>How commands look, for whoever did not hit one.</summary>
    public const string Forms = "/deploy [ENVIRONMENT]\n/deploy SERVICE@ENVIRONMENT\n/rollback [ENVIRONMENT]\n/rollback SERVICE@ENVIRONMENT\n/status\n/approve ID\n/deny ID\n/stop [SERVICE]\n/claude TASK";

    /// <summary>The command in a comment, or that its first line begins with the word of one and is none; null for talk.</summary>
    public static CommentCommand? Read(string comment)
    {
        if (Parse(comment) is { } command)
        {
            return command;
        }

        var line = FirstLine(comment);
        return FirstWord().Match(line) is { Success: true, Groups: [_, { Value: var word }] } && Misspelling.IsNear(word, Words) && IsPlain(line)
            ? new(line.Length > MaxLine ? CommandVerb.TooLong : CommandVerb.Unclear)
            : null;
    }

    /// <summary>The command in a comment's Markdown; null when its first line is none.</summary>
    public static CommentCommand? Parse(string comment)
    {
        var line = FirstLine(comment);
        if (line.Length == 0 || line.Length > MaxLine || line[0] != '/' || !IsPlain(line))
        {
            return null;
        }

        var gap = line.IndexOf(' ', StringComparison.Ordinal);
        var (word, rest) = gap < 0 ? (line, "") : (line[..gap], line[(gap + 1)..]);
        return (word, rest) switch
        {
            ("/deploy", "") => new(CommandVerb.Deploy),
            ("/deploy", _) when Place().IsMatch(rest) => new(CommandVerb.Deploy, rest),
            ("/rollback", "") => new(CommandVerb.Rollback),
            ("/rollback", _) when Place().IsMatch(rest) => new(CommandVerb.Rollback, rest),
            ("/status", "") => new(CommandVerb.Status),
            ("/approve", _) when Id().IsMatch(rest) => new(CommandVerb.Approve, rest),
            ("/deny", _) when Id().IsMatch(rest) => new(CommandVerb.Deny, rest),
            ("/stop", "") => new(CommandVerb.Stop),
            ("/stop", _) when Service().IsMatch(rest) => new(CommandVerb.Stop, rest),
            ("/claude", { Length: > 0 and <= MaxTask }) when rest[0] != ' ' => new(CommandVerb.Claude, rest),
            _ => null,
        };
    }

    /// <summary>As it stands in a comment.</summary>
#pragma warning disable CA1308 // The words are in lower case.
    public override string ToString() => $"/{Verb.ToString().ToLowerInvariant()}{(Argument is null ? "" : $" {Argument}")}";
#pragma warning restore CA1308

    // Empty lines before it show nothing and hide nothing. A line that begins with a space may be code, with '>' a quote:
    // neither begins with a slash.
    private static string FirstLine(string comment)
    {
        // By line feeds alone, as Markdown has them: other signs that some take for the end of a line are not seen as one.
        foreach (var range in comment.AsSpan().Split('\n'))
        {
            var text = comment.AsSpan()[range].TrimEnd(" \t\r");
            if (text.Length > 0)
            {
                return text.ToString();
            }
        }

        return "";
    }

    // Every sign of the line is one that a reader sees as what it is, and no Markdown or HTML can hide a part of it.
    private static bool IsPlain(string line)
    {
        foreach (var sign in line.EnumerateRunes())
        {
            var seen = Rune.GetUnicodeCategory(sign) switch
            {
                UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
                    or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.EnclosingMark => false,
                UnicodeCategory.SpaceSeparator => sign.Value == ' ',
                _ => !Blank.Contains(sign.Value) && sign != Rune.ReplacementChar,
            };
            if (!seen)
            {
                return false;
            }
        }

        return !Hiding().IsMatch(line);
    }

    // HTML of any kind, and the address part of a link or picture.
    [GeneratedRegex(@"<[A-Za-z/!?]|\]\s*[(\[]")]
    private static partial Regex Hiding();

    // What goes on like a path or a file's name is one.
    [GeneratedRegex("^/([A-Za-z][A-Za-z_-]{2,11})(?![A-Za-z0-9_-]|[/.][A-Za-z0-9])")]
    private static partial Regex FirstWord();

    // An environment, with or without a service of it.
    [GeneratedRegex(@"^(?:[A-Za-z0-9][A-Za-z0-9._-]*(?: [A-Za-z0-9._-]+){0,10}@)?[A-Za-z0-9][A-Za-z0-9_-]{0,62}\z")]
    private static partial Regex Place();

    [GeneratedRegex(@"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\z")]
    private static partial Regex Id();

    // One of another environment than the default one is called service@environment.
    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]*(?: [A-Za-z0-9._-]+){0,10}(?:@[a-z0-9-]{1,40})?\z")]
    private static partial Regex Service();
}
