using System.Globalization;
using System.IO;
using System.Security.Cryptography;
using System.Text;
using System.Xml;
using System.Xml.Linq;

/// <summary>Reads RSS and Atom feeds and tells people once a day what is new in them.</summary>
[Declaration("""
    {
      "purpose": "Tells once a day what is new in an RSS or Atom feed.",
      "schedule": { "cron": "0 7 * * *" },
      "settings": {
        "url": { "type": "url", "about": "The address of the feed" },
        "words": { "type": "list", "about": "Only what has one of these words in its title; none for everything", "default": [] },
        "most": { "type": "number", "about": "How many are told at once", "default": 10 }
      },
      "tools": { "http": { "hosts": ["{url}"] }, "notify": { "channels": ["telegram", "n8n", "mail"] } },
      "limits": { "time": "00:01:00" }
    }
    """)]
public sealed class Feed : Agent
{
    private const int Remembered = 500;
    private const int LongestTitle = 200;
    private const int LongestKey = 15;

    // A message has 4,000 characters.
    private const int LongestList = 3900;

    public override async Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken)
    {
        var url = context.Settings.Url("url");
        var answer = await context.Http.GetAsync(url, cancellationToken);
        if (!answer.IsSuccess)
        {
            return AgentResult.Failure($"{url.Host} answered with status {answer.Status}.");
        }

        if (Read(answer.Body) is not { } entries)
        {
            return AgentResult.Failure($"What {url.Host} answered is neither RSS nor Atom.");
        }

        // What was in another feed says nothing of this one. An earlier version did not remember which it was.
        var (feed, last) = (Short(url.OriginalString), context.Last<State>());
        last = last?.Feed is null || last.Feed == feed ? last : null;
        var known = (last?.Keys ?? []).Select(Short).ToHashSet(StringComparer.Ordinal);
        // The first look only learns what is there: a hundred old entries are no news.
        var news = last is null ? [] : entries.Where(entry => !known.Contains(entry.Key) && IsWanted(context, entry)).ToList();
        if (news.Count > 0)
        {
            await context.Notify.SendAsync(Digest(url, news, (int)context.Settings.Number("most")), cancellationToken);
        }

        IEnumerable<string> keys = [.. entries.Select(entry => entry.Key), .. known];
        return AgentResult.Success($"{entries.Count} entries, {news.Count} of them news", new State([.. keys.Distinct().Take(Remembered)], feed));
    }

    private static bool IsWanted(AgentContext context, Entry entry) =>
        context.Settings.List("words") is { } words && (words.Count == 0 || words.Any(word => entry.Title.Contains(word, StringComparison.OrdinalIgnoreCase)));

    private static string Digest(Uri url, List<Entry> news, int most)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"New at {url.Host}:");
        var told = 0;
        foreach (var line in news.Take(most).Select(entry => $"\n- {entry.Title} {entry.Link}".TrimEnd()).TakeWhile(line => text.Length + line.Length <= LongestList))
        {
            text.Append(line);
            told++;
        }

        return news.Count > told ? text.Append(CultureInfo.InvariantCulture, $"\nand {news.Count - told} more").ToString() : text.ToString();
    }

    private static List<Entry>? Read(string xml)
    {
        try
        {
            // No DTD: nothing is fetched and nothing is blown up.
            using var reader = XmlReader.Create(new StringReader(xml.TrimStart()), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
            var root = XDocument.Load(reader).Root!;
            return root.Name.LocalName is "rss" or "RDF" or "feed" ? [.. root.Descendants().Where(element => element.Name.LocalName is "item" or "entry").Take(Remembered).Select(Entry.Of)] : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    // What a run hands on has 10,000 characters, and keys are often addresses. A short one, and one made short before, stays as it is.
    private static string Short(string key) => key.Length <= LongestKey ? key : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..LongestKey];

    private sealed record Entry(string Key, string Title, string Link)
    {
        public static Entry Of(XElement element)
        {
            string Value(string name) => element.Elements().FirstOrDefault(child => child.Name.LocalName == name)?.Value.Trim() ?? "";
            var link = Value("link") is { Length: > 0 } text ? text : element.Elements().FirstOrDefault(child => child.Name.LocalName == "link")?.Attribute("href")?.Value ?? "";
            var title = Value("title").ReplaceLineEndings(" ");
            var key = Value("guid") is { Length: > 0 } guid ? guid : Value("id") is { Length: > 0 } id ? id : link.Length > 0 ? link : title;
            return new Entry(Short(key), title.Length > LongestTitle ? title[..LongestTitle] : title, link);
        }
    }

    private sealed record State(IReadOnlyList<string> Keys, string? Feed = null);
}

public static class FeedTests
{
    private const string Address = "https://blog.example.org/feed";

    private static string Rss(params string[] titles) =>
        $"<?xml version=\"1.0\"?><rss version=\"2.0\"><channel>{string.Concat(titles.Select(title => $"<item><title>{title}</title><link>https://blog.example.org/{title}</link><guid>{title}</guid></item>"))}</channel></rss>";

    private static TestBench Bench(TestBench bench, params string[] words) => bench.Set("url", Address).Set("words", words).Set("most", 2);

    [AgentTest]
    public static async Task What_came_since_the_last_look_is_told_once(TestBench bench)
    {
        Bench(bench).Tools.Http(Address, 200, Rss("one")).Http(Address, 200, Rss("two", "one"));
        for (var run = 0; run < 3; run++)
        {
            await bench.RunAsync(new Feed());
        }

        Expect.Equal("New at blog.example.org:\n- two https://blog.example.org/two", string.Join('|', bench.Tools.Messages));
    }

    [AgentTest]
    public static async Task Only_what_has_a_wanted_word_is_told_and_no_more_than_fits(TestBench bench)
    {
        Bench(bench, "steward").Tools.Http(Address, 200, Rss()).Http(Address, 200, Rss("Steward-1", "Steward-2", "Steward-3", "Weather"));
        await bench.RunAsync(new Feed());
        await bench.RunAsync(new Feed());
        Expect.Contains("and 1 more", bench.Tools.Messages[0]);
        Expect.That(!bench.Tools.Messages[0].Contains("Weather", StringComparison.Ordinal), "the weather is left out");
    }

    [AgentTest]
    public static async Task A_large_feed_of_long_addresses_is_told_once_and_remembered(TestBench bench)
    {
        string[] Titles(int first, int count) => [.. Enumerable.Range(first, count).Select(number => $"{number}-{new string('x', 400)}")];
        Bench(bench).Set("most", 20).Tools.Http(Address, 200, Rss(Titles(100, 600))).Http(Address, 200, Rss(Titles(70, 600))).Http(Address, 200, Rss(Titles(60, 600)));
        for (var run = 0; run < 5; run++)
        {
            Expect.That((await bench.RunAsync(new Feed())).IsSuccess, "it succeeds");
        }

        Expect.Equal(2, bench.Tools.Messages.Count);
        Expect.Contains("and 24 more", bench.Tools.Messages[0]);
        Expect.Contains("- 60-", bench.Tools.Messages[1]);
    }

    [AgentTest]
    public static async Task What_an_earlier_version_remembered_is_no_news(TestBench bench)
    {
        var old = $"https://blog.example.org/{new string('a', 100)}";
        bench.Handoff = System.Text.Json.JsonSerializer.SerializeToElement(new { keys = new[] { old } });
        Bench(bench).Tools.Http(Address, 200, Rss(old));
        await bench.RunAsync(new Feed());
        Expect.Equal(0, bench.Tools.Messages.Count);
    }

    [AgentTest]
    public static async Task Another_feed_is_learnt_first(TestBench bench)
    {
        Bench(bench).Tools.Http(Address, 200, Rss("one")).Http("https://news.example.org/feed", 200, Rss("two")).Http("https://news.example.org/feed", 200, Rss("three", "two"));
        await bench.RunAsync(new Feed());
        bench.Set("url", "https://news.example.org/feed");
        await bench.RunAsync(new Feed());
        await bench.RunAsync(new Feed());
        Expect.Contains("- three", bench.Tools.Messages.Single());
    }

    [AgentTest]
    public static async Task Atom_is_read_too(TestBench bench)
    {
        const string empty = "<feed xmlns=\"http://www.w3.org/2005/Atom\"></feed>";
        const string one = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><id>1</id><title>Hello</title><link href=\"https://blog.example.org/1\"/></entry></feed>";
        Bench(bench).Tools.Http(Address, 200, empty).Http(Address, 200, one);
        await bench.RunAsync(new Feed());
        await bench.RunAsync(new Feed());
        Expect.Contains("Hello https://blog.example.org/1", bench.Tools.Messages[0]);
    }

    [AgentTest]
    public static async Task What_is_no_feed_is_a_failure(TestBench bench)
    {
        Bench(bench).Tools.Http(Address, 200, "<html><p>Hello").Http(Address, 200, "<!DOCTYPE x [<!ENTITY a \"b\">]><rss>&a;</rss>").Http(Address, 500, "");
        for (var run = 0; run < 3; run++)
        {
            Expect.That(!(await bench.RunAsync(new Feed())).IsSuccess, "it fails");
        }
    }
}
