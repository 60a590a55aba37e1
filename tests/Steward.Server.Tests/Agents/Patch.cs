using System.Globalization;
using System.Text.RegularExpressions;

namespace Steward.Server.Tests.Agents;

/// <summary>Applies a unified diff as <c>patch</c> does, and insists on each line of it.</summary>
internal static partial class Patch
{
    public static string Apply(string text, string diff)
    {
        var (old, lines) = (Lines(text), Lines(diff));
        var (result, at, line) = (new List<string>(), 0, 2);
        while (line < lines.Count)
        {
            var range = Header().Match(lines[line++]);
            Assert.True(range.Success, $"no hunk begins at line {line} of\n{diff}");
            var (start, count, startNow, countNow) = (Number(range, 1), Number(range, 2), Number(range, 3), Number(range, 4));
            var first = count == 0 ? start : start - 1;
            Assert.InRange(first, at, old.Count);
            result.AddRange(old[at..first]);
            at = first;
            Assert.Equal(countNow == 0 ? startNow : startNow - 1, result.Count);
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
                    Assert.Equal(old[at++], rest);
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

    private static List<string> Lines(string text) => [.. Line().Matches(text).Select(match => match.Value)];

    private static int Number(Match match, int group) => match.Groups[group].Success ? int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture) : 1;

    [GeneratedRegex(@"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@\n\z", RegexOptions.CultureInvariant)]
    private static partial Regex Header();

    [GeneratedRegex(@"[^\n]*\n|[^\n]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}
