using System.Text.RegularExpressions;

namespace Steward.Operations.Causes;

/// <summary>
/// Reads why something failed out of a log: of a build, a crash or a job of CI, of any language. Pure: rules, no guesses.
/// What the log says is shown and classified and nothing else; a sentence in it that gives orders is a line like any other.
/// </summary>
public static class LogReader
{
    /// <summary>The most lines that are shown.</summary>
    public const int MaxLines = 40;

    // Where to look in the shown lines: what the cause was read from first, then what else sounds bad, from the end.
    private const int MaxHits = 8;
    private const int MaxAnchors = 20;
    private const int Before = 1;
    private const int After = 4;
    private const int LastResort = 20;

    private static readonly Regex Passing = CauseRule.Pattern(@"^\s*(✓|✔|√|ok \d|PASS\b|PASSED\b|--- PASS|test .{1,200} \.\.\. ok$)|\b(0|no) (errors?|failures|failed|problems)\b|(errors|failures|failed)(\(s\))?:\s*0\b");
    private static readonly Regex Counted = CauseRule.Pattern(@"\b[1-9]\d* (errors?|failures?|failed)\b|(errors|failures|failed)(\(s\))?:\s*[1-9]");
    private static readonly Regex Soft = CauseRule.Pattern(@"^\s*(npm |yarn |pip )?\W{0,2}(warn|warning|notice|debug|deprecated)\b|##\[(warning|debug|group|endgroup|command)\]|\bretrying\b|\bwill retry\b|\bwarning (CS|NU|TS|MSB)\d");
    private static readonly Regex Bad = CauseRule.Pattern(@"\b(error|err!|fatal|panic|traceback|failed|failure|unhandled|critical|aborted|fail)\b|[a-z](error|exception)\b|\b(exception|error)\[|^E\s{2,}|^\s*[✕✗×✖]");
    private static readonly Regex Stack = CauseRule.Pattern(@"^(\s+at |\s+File ""|\s{2,}\S|\t|Caused by|---> )");
    private static readonly Regex Numbers = CauseRule.Pattern(@"\d+");

    /// <summary>Reads a log.</summary>
    /// <param name="text">The log as it came; of a long one the end is read.</param>
    /// <param name="redact">Takes the secrets out of a text of many lines.</param>
    public static Cause Read(string text, Func<string, string> redact)
    {
        // Colours first, because they can split a secret; lines are cut last, because half a secret is not known for one.
        List<string> lines = [.. redact(string.Join('\n', LogText.Lines(text))).Split('\n').Select(LogText.Cut)];
        var hard = lines.Select(Weigh).ToList();
        var rule = Find(lines, hard);
        var hits = rule is null ? [] : Enumerable.Range(0, lines.Count).Where(at => hard[at] != Weight.None && rule.Fits(lines[at])).ToList();
        var shown = Shown(lines, Anchors(lines, hard, hits));
        return rule?.With(shown) ?? CauseRules.Unknown with { Lines = shown };
    }

    private static Weight Weigh(string line) =>
        Passing.IsMatch(line) && !Counted.IsMatch(line) ? Weight.None : Soft.IsMatch(line) ? Weight.Soft : Weight.Hard;

    // What failed outranks what was warned of; among equals the rules' order decides.
    private static CauseRule? Find(List<string> lines, List<Weight> weights)
    {
        var hard = First(Weight.Hard, _ => true);
        return hard is null ? First(Weight.Soft, _ => true)
            : hard.IsEffect ? First(Weight.Soft, rule => !rule.IsEffect) ?? hard
            : hard;

        CauseRule? First(Weight weight, Func<CauseRule, bool> counts) => CauseRules.All.FirstOrDefault(rule =>
            counts(rule) && Enumerable.Range(0, lines.Count).Any(at => weights[at] == weight && rule.Fits(lines[at])));
    }

    private static SortedSet<int> Anchors(List<string> lines, List<Weight> weights, IReadOnlyList<int> hits)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var anchors = new SortedSet<int>();
        foreach (var at in hits.Where(at => seen.Add(Kernel(lines[at]))).Take(MaxHits))
        {
            anchors.Add(at);
        }

        for (var at = lines.Count - 1; at >= 0 && anchors.Count < MaxAnchors; at--)
        {
            if (weights[at] == Weight.Hard && Bad.IsMatch(lines[at]) && seen.Add(Kernel(lines[at])))
            {
                anchors.Add(at);
            }
        }

        return anchors;
    }

    private static List<string> Shown(List<string> lines, SortedSet<int> anchors)
    {
        if (anchors.Count == 0 || lines.Count <= LastResort)
        {
            return [.. lines.TakeLast(LastResort)];
        }

        var chosen = new SortedSet<int>(anchors);
        foreach (var anchor in anchors)
        {
            // A line before says what was going on; the lines of a stack say where.
            for (var at = Math.Max(0, anchor - Before); at < anchor && chosen.Count < MaxLines; at++)
            {
                chosen.Add(at);
            }

            for (var at = anchor + 1; at < lines.Count && at <= anchor + After && chosen.Count < MaxLines && Stack.IsMatch(lines[at]); at++)
            {
                chosen.Add(at);
            }
        }

        var shown = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var at in chosen.Where(at => seen.Add(lines[at])))
        {
            shown.Add(lines[at]);
        }

        return shown;
    }

    // Lines that differ in numbers alone (times, ports, ids) say the same.
    private static string Kernel(string line) => Numbers.Replace(line, "0").Trim();

    private enum Weight
    {
        None,
        Soft,
        Hard,
    }
}
