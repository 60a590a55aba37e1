using System.Globalization;
using System.Text.RegularExpressions;

namespace Steward.Testing;

/// <summary>Applies a unified diff as <c>patch</c> does, and insists on each line of it.</summary>
public static partial class Patch
{
    public static string Apply(string text, string diff)
    {
        var (old, lines) = (Lines(text), Lines(diff));
        var (result, at, line) = (new List<string>(), 0, 2);
        while (line < lines.Count)
        {
            var range = Header().Match(lines[line++]);
            Must(range.Success, $"no hunk begins at line {line} of\n{diff}");
            var (start, count, startNow, countNow) = (Number(range, 1), Number(range, 2), Number(range, 3), Number(range, 4));
            var first = count == 0 ? start : start - 1;
            Must(first >= at && first <= old.Count, $"a hunk begins at line {first + 1} of {old.Count}");
            result.AddRange(old[at..first]);
            at = first;
            Must(result.Count == (countNow == 0 ? startNow : startNow - 1), $"a hunk goes to line {startNow} after {result.Count}");
            while (count > 0 || countNow > 0)
            {
                var (mark, rest) = (lines[line][0], lines[line][1..]);
                line++;
                if (line < lines.Count && lines[line].StartsWith('\\'))
                {
                    rest = rest[..^1];
                    line++;
                }

                if (mark is ' ' or '-')
                {
                    Must(old[at] == rest, $"line {at + 1} is '{old[at]}' and not '{rest}'");
                    at++;
                    count--;
                }

                if (mark is ' ' or '+')
                {
                    result.Add(rest);
                    countNow--;
                }
            }
        }

        return string.Concat([.. result, .. old[at..]]);
    }

    private static void Must(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"The diff does not fit: {otherwise}.");
        }
    }

    private static List<string> Lines(string text) => [.. Line().Matches(text).Select(match => match.Value)];

    private static int Number(Match match, int group) => match.Groups[group].Success ? int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture) : 1;

    [GeneratedRegex(@"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@\n\z", RegexOptions.CultureInvariant)]
    private static partial Regex Header();

    [GeneratedRegex(@"[^\n]*\n|[^\n]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}
