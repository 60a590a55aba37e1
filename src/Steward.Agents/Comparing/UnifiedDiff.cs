using System.Globalization;
using System.Text;
using DiffPlex;
using DiffPlex.Chunkers;
using DiffPlex.Model;

namespace Steward.Agents.Comparing;

/// <summary>What differs between two texts, line by line.</summary>
/// <param name="Text">As a unified diff, which <c>patch</c> and <c>git apply</c> read; empty when the texts are the same.</param>
/// <param name="Added">How many lines came.</param>
/// <param name="Removed">How many lines went.</param>
internal sealed record LineDiff(string Text, int Added, int Removed);

/// <summary>Writes unified diffs. Pure.</summary>
internal static class UnifiedDiff
{
    private const int Context = 3;

    // Comparing takes lines times differences: two texts of this many lines that share none take about a second.
    private const int MostCompared = 10_000;

    private const string NoNewLine = "\n\\ No newline at end of file\n";

    private static readonly CustomFunctionChunker Lines = new(text => [.. Split(text)]);

    /// <summary>Compares two texts. Where too much differs to look for what they share, the one stands whole in place of the other.</summary>
    public static LineDiff Of(string from, string to, string fromName, string toName)
    {
        var blocks = Blocks(from, to, out var old, out var now);
        if (blocks.Count == 0)
        {
            return new LineDiff("", 0, 0);
        }

        var diff = new StringBuilder($"--- {fromName}\n+++ {toName}\n");
        for (int first = 0, next; first < blocks.Count; first = next)
        {
            next = first + 1;
            while (next < blocks.Count && blocks[next].DeleteStartA - End(blocks[next - 1]) <= 2 * Context)
            {
                next++;
            }

            Hunk(diff, blocks[first..next], old, now);
        }

        return new LineDiff(diff.ToString(), blocks.Sum(block => block.InsertCountB), blocks.Sum(block => block.DeleteCountA));
    }

    private static List<DiffBlock> Blocks(string from, string to, out IReadOnlyList<string> old, out IReadOnlyList<string> now)
    {
        var (a, b) = (Split(from), Split(to));
        (old, now) = (a, b);
        var (head, least) = (0, Math.Min(a.Count, b.Count));
        while (head < least && a[head] == b[head])
        {
            head++;
        }

        var tail = 0;
        while (tail < least - head && a[^(tail + 1)] == b[^(tail + 1)])
        {
            tail++;
        }

        return a.Count + b.Count - (2 * (head + tail)) > MostCompared
            ? [new DiffBlock(head, a.Count - head - tail, head, b.Count - head - tail)]
            : [.. Differ.Instance.CreateDiffs(from, to, ignoreWhiteSpace: false, ignoreCase: false, Lines).DiffBlocks];
    }

    private static int End(DiffBlock block) => block.DeleteStartA + block.DeleteCountA;

    private static void Hunk(StringBuilder diff, List<DiffBlock> blocks, IReadOnlyList<string> old, IReadOnlyList<string> now)
    {
        var (first, last) = (blocks[0], blocks[^1]);
        var start = Math.Max(0, first.DeleteStartA - Context);
        var end = Math.Min(old.Count, End(last) + Context);
        var startNow = first.InsertStartB - (first.DeleteStartA - start);
        var endNow = last.InsertStartB + last.InsertCountB + (end - End(last));
        diff.Append(CultureInfo.InvariantCulture, $"@@ -{Range(start, end - start)} +{Range(startNow, endNow - startNow)} @@\n");
        var at = start;
        foreach (var block in blocks)
        {
            Write(diff, ' ', old, at, block.DeleteStartA);
            Write(diff, '-', old, block.DeleteStartA, End(block));
            Write(diff, '+', now, block.InsertStartB, block.InsertStartB + block.InsertCountB);
            at = End(block);
        }

        Write(diff, ' ', old, at, end);
    }

    // An empty range names the line before it.
    private static string Range(int start, int count) => count switch
    {
        0 => string.Create(CultureInfo.InvariantCulture, $"{start},0"),
        1 => string.Create(CultureInfo.InvariantCulture, $"{start + 1}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{start + 1},{count}"),
    };

    private static void Write(StringBuilder diff, char mark, IReadOnlyList<string> lines, int from, int to)
    {
        for (var at = from; at < to; at++)
        {
            diff.Append(mark).Append(lines[at]).Append(lines[at].EndsWith('\n') ? "" : NoNewLine);
        }
    }

    // Each line with its end: a last line without one is another line than the same with one.
    private static List<string> Split(string text)
    {
        var lines = new List<string>();
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = text.IndexOf('\n', start) is var found and >= 0 ? found + 1 : text.Length;
            lines.Add(text[start..end]);
        }

        return lines;
    }
}
