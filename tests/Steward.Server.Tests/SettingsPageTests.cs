using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Steward.Server.Startup;

namespace Steward.Server.Tests;

/// <summary>The page on the settings says all there is, and nothing that there is not.</summary>
public sealed partial class SettingsPageTests
{
    // What stands for a name that is the operator's to choose.
    private const string Chosen = "NAME";

    private static readonly string Page = File.ReadAllText(Path.Combine(Root(), "docs", "settings.md"));

    [Fact]
    public void Every_setting_is_on_the_page() => AssertNone(Settings().Keys.Except(Rows().Select(row => row.Key)));

    [Fact]
    public void Every_setting_on_the_page_is_one_and_stands_there_once()
    {
        var named = Rows().Select(row => row.Key).ToList();

        Assert.NotEmpty(named);
        AssertNone(named.Except(Settings().Keys));
        AssertNone(named.GroupBy(key => key).Where(same => same.Count() > 1).Select(same => same.Key));
    }

    [Fact]
    public void The_defaults_on_the_page_are_those_of_the_program()
    {
        var settings = Settings();

        AssertNone(Rows().Where(row => settings.TryGetValue(row.Key, out var real) && row.Default != real)
            .Select(row => $"{row.Key}: the page says '{row.Default}', the program '{settings[row.Key]}'"));
    }

    [Fact]
    public void No_other_page_names_a_setting_that_there_is_not()
    {
        var (settings, root) = (Settings().Keys.ToList(), Root());
        string[] pages = [.. Directory.GetFiles(Path.Combine(root, "docs"), "*.md", SearchOption.AllDirectories), Path.Combine(root, "README.md"), Path.Combine(root, "CHANGELOG.md")];
        var sections = Rooms.Settings.Select(section => section.Name).ToHashSet();

        AssertNone(
            from page in pages
            from key in Quoted().Matches(File.ReadAllText(page)).Select(match => match.Groups[1].Value).Where(text => Key().IsMatch(text) && sections.Contains(text.Split(':')[0]))
            where !settings.Exists(known => known == Plain(key) || known.StartsWith($"{Plain(key)}:", StringComparison.Ordinal))
            select $"{Path.GetFileName(page)}: {key}");
    }

    // One line for each, all of them to be read.
    private static void AssertNone(IEnumerable<string> wrong) => Assert.Equal("", string.Join('\n', wrong));

    // A row names one key or several; it gives one default for all of them, or one for each.
    private static IEnumerable<(string Key, string Default)> Rows() =>
        from line in Page.Split('\n')
        where line.StartsWith("| `", StringComparison.Ordinal)
        let cells = line.Split('|')
        let keys = Quoted().Matches(cells[1]).Select(match => Plain(match.Groups[1].Value)).ToList()
        let defaults = Quoted().Matches(cells[2]).Select(match => match.Groups[1].Value).ToList()
        from at in Enumerable.Range(0, keys.Count)
        select (keys[at], defaults.Count == keys.Count ? defaults[at] : Assert.Single(defaults.DefaultIfEmpty("")));

    // Every key with its default as it is written in the file; empty where there is none.
    private static Dictionary<string, string> Settings() =>
        Rooms.Settings.SelectMany(section => Below(section.Name, section.Options, Activator.CreateInstance(section.Options))).ToDictionary();

    private static IEnumerable<KeyValuePair<string, string>> Below(string key, Type type, object? value)
    {
        var inner = Nullable.GetUnderlyingType(type) ?? type;
        if (inner.IsGenericType && inner.GetGenericTypeDefinition() == typeof(Dictionary<,>))
        {
            var element = inner.GetGenericArguments()[1];
            return Below($"{key}:{Chosen}", element, element == typeof(string) ? null : Activator.CreateInstance(element));
        }

        return inner.Namespace!.StartsWith("System", StringComparison.Ordinal) || inner.IsEnum
            ? [new(key, Written(value))]
            : inner.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.SetMethod is { IsPublic: true })
                .SelectMany(property => Below($"{key}:{property.Name}", property.PropertyType, property.GetValue(value)));
    }

    private static string Written(object? value) => value switch
    {
        null => "",
        true => "true",
        false => "false",
        IFormattable plain => plain.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    // NAME, NUMBER, SEVERITY: whatever is in capitals is chosen by the operator.
    private static string Plain(string key) => Capitals().Replace(key, Chosen);

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Steward.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Steward.slnx is nowhere above this program.");
        }

        return folder;
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex("^[A-Za-z0-9]+(:[A-Za-z0-9]+)+$")]
    private static partial Regex Key();

    [GeneratedRegex("(?<=:)[A-Z]{3,}(?=:|$)")]
    private static partial Regex Capitals();
}
