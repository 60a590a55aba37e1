using System.Text.RegularExpressions;

namespace Steward.Agents.Tests.Corpus;

/// <summary>An agent that has to be stopped.</summary>
/// <param name="What">What is wrong with it.</param>
/// <param name="Rule">The beginning of the rule that has to stop it; <c>TEST</c> and <c>TRIAL</c> for those stages.</param>
/// <param name="IsDangerous">Whether publishing it would do harm, and not only be useless.</param>
/// <param name="Source">Its text.</param>
internal sealed record BadAgent(string What, string Rule, bool IsDangerous, string Source);

/// <summary>An agent that has to pass.</summary>
internal sealed record GoodAgent(string What, string Source);

/// <summary>
/// Agents as data. <c>bases.txt</c> has good ones with places marked (<c>// +run</c>); each entry of a <c>bad-</c> file changes one of them in
/// one way: <c>@run</c>, <c>@member</c>, <c>@using</c> and <c>@outer</c> put lines at a place, <c>@replace</c> puts one text for another,
/// <c>@tests</c> and <c>@test</c> replace and add tests. A <c>!</c> behind the rule means that it is dangerous.
/// </summary>
internal static partial class AgentCorpus
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Corpus");

    /// <summary>Those that have to be stopped.</summary>
    public static IReadOnlyList<BadAgent> Bad()
    {
        var bases = Entries("bases.txt").ToDictionary(entry => entry.Head, entry => entry.Body, StringComparer.Ordinal);
        return [.. Files("bad-*.txt").SelectMany(Entries).Select(entry =>
        {
            var (head, of) = entry.Head.Split(" | ") is [var first, var named] ? (first, named) : (entry.Head, "price");
            var rule = head[..head.IndexOf(' ', StringComparison.Ordinal)];
            return new BadAgent(head[(rule.Length + 1)..], rule.TrimEnd('!'), rule.EndsWith('!'), Changed(bases[of], entry.Body));
        })];
    }

    /// <summary>Those that have to pass: written one by one, the templates and the documents' example, and all of them again in other people's style.</summary>
    public static IReadOnlyList<GoodAgent> Good()
    {
        List<GoodAgent> written =
        [
            .. Files("good-*.txt").Prepend("bases.txt").SelectMany(Entries).Select(entry => new GoodAgent(entry.Head, entry.Body)),
            .. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Templates"), "*.cs").Order(StringComparer.Ordinal).Select(file => new GoodAgent($"template {Path.GetFileNameWithoutExtension(file)}", File.ReadAllText(file))),
            new GoodAgent("the documents' example", Example()),
        ];
        return [.. written, .. written.SelectMany(Styles.Of)];
    }

    // The first two blocks of C# in the page are the agent and its test.
    private static string Example() => $"using System.Text.Json;\n{string.Join('\n', Blocks().Matches(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Docs", "agents.md"))).Select(match => match.Groups[1].Value).Where(code => code.Contains("Milk", StringComparison.Ordinal)))}";

    private static string Changed(string source, string changes)
    {
        foreach (Match change in Changes().Matches(changes))
        {
            var text = change.Groups["text"].Value.TrimEnd('\n');
            source = change.Groups["what"].Value switch
            {
                "replace" when text.Split("\n-->") is [var old, var next] && source.Contains(old, StringComparison.Ordinal) => source.Replace(old, next.TrimStart('\n'), StringComparison.Ordinal),
                "tests" => Tests().Replace(source, text.Replace("$", "$$", StringComparison.Ordinal)),
                "test" => source.Replace("// -tests", text, StringComparison.Ordinal),
                var place when source.Contains($"// +{place}", StringComparison.Ordinal) => source.Replace($"// +{place}", $"{text}\n// +{place}", StringComparison.Ordinal),
                var other => throw new InvalidOperationException($"The corpus asks for '{other}', which does not fit: {text}"),
            };
        }

        return source;
    }

    private static IEnumerable<string> Files(string pattern) => Directory.GetFiles(Folder, pattern).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);

    private static IEnumerable<(string Head, string Body)> Entries(string file) => $"\n{File.ReadAllText(Path.Combine(Folder, file))}".Split("\n=== ").Skip(1)
        .Select(entry => (entry[..entry.IndexOf('\n', StringComparison.Ordinal)], entry[(entry.IndexOf('\n', StringComparison.Ordinal) + 1)..]));

    [GeneratedRegex(@"^@(?<what>\w+)\n(?<text>.*?)(?=^@\w+\n|\z)", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Changes();

    [GeneratedRegex(@"// \+tests.*?// -tests", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Tests();

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Blocks();
}
