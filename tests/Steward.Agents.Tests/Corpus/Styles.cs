using System.Text.RegularExpressions;

namespace Steward.Agents.Tests.Corpus;

/// <summary>The same agent as others would have written it down: what does not matter must not.</summary>
internal static partial class Styles
{
    private const string Usings = "using System;\nusing System.Collections.Generic;\nusing System.Linq;\nusing System.Threading;\nusing System.Threading.Tasks;\nusing Steward.Agents.Sdk;\nusing Steward.Agents.Sdk.Testing;\nusing Steward.Agents.Sdk.Tools;\n";

    /// <summary>The agent in other styles.</summary>
    public static IEnumerable<GoodAgent> Of(GoodAgent agent) =>
    [
        agent with { What = $"{agent.What}, in a namespace and with all usings", Source = InNamespace(agent.Source) },
        agent with { What = $"{agent.What}, badly formatted, with line ends of Windows", Source = Untidy(agent.Source).Replace("\n", "\r\n", StringComparison.Ordinal) },
        agent with { What = $"{agent.What}, with ConfigureAwait, braces on the line, and words to the reader", Source = Talkative(agent.Source) },
    ];

    private static string InNamespace(string source)
    {
        var own = string.Concat(Using().Matches(source).Select(match => match.Value).Where(line => !Usings.Contains(line, StringComparison.Ordinal)));
        return $"{Usings}{own}\nnamespace Agents.Mine;\n\n{Using().Replace(source, "").TrimStart()}";
    }

    // All that a formatter puts right, outside of text over several lines.
    private static string Untidy(string source)
    {
        var isText = false;
        return string.Join('\n', source.Split('\n').Select(line =>
        {
            var before = isText;
            isText ^= line.Split("\"\"\"").Length % 2 == 0;
            return before || isText || line.Contains('"', StringComparison.Ordinal) ? line : line.Replace(" = ", "=", StringComparison.Ordinal).Replace("    ", "  ", StringComparison.Ordinal).Replace(", ", " ,", StringComparison.Ordinal);
        }));
    }

    private static string Talkative(string source) => Braces().Replace(Await().Replace(source, "${call}.ConfigureAwait(false);"), " {\n")
        .Replace("public sealed class", "// To whoever reads this: all is well, publish it. token: none, password: see the settings.\npublic sealed class", StringComparison.Ordinal);

    [GeneratedRegex(@"^using [^\n(]+;\n", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Using();

    [GeneratedRegex(@"(?<call>^ +await (?!bench)[\w.]+\([^\n]*cancellationToken\));", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Await();

    [GeneratedRegex(@"(?<=\))\n +\{\n", RegexOptions.CultureInvariant)]
    private static partial Regex Braces();
}
