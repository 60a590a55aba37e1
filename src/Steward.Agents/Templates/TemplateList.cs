using System.Reflection;
using System.Text.RegularExpressions;
using Steward.Agents.Declarations;

namespace Steward.Agents.Templates;

/// <summary>An agent that comes with Steward.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Source">Its source.</param>
internal sealed record Template(string Name, string Source);

/// <summary>What a template is for, and what it wants to know.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Purpose">What it does, for people.</param>
/// <param name="Schedule">When it runs unless the agent says otherwise, as it is declared.</param>
/// <param name="Settings">Its settings by name; one without a default has to be set.</param>
/// <param name="Tools">The tools that it may use.</param>
internal sealed record TemplateAbout(string Name, string Purpose, AgentSchedule? Schedule, IReadOnlyDictionary<string, SettingDeclaration> Settings, IReadOnlyList<string> Tools);

/// <summary>The agents that come with Steward.</summary>
internal static partial class TemplateList
{
    private const string Folder = "Templates/";
    private static readonly Assembly Here = typeof(TemplateList).Assembly;

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Here.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Select(name => Path.GetFileNameWithoutExtension(name[Folder.Length..])).Order(StringComparer.Ordinal)];

    /// <summary>What they are for.</summary>
    public static IReadOnlyList<TemplateAbout> All { get; } = [.. Names.Select(name => About(Find(name)!))];

    /// <summary>One by its name; null when there is none.</summary>
    public static Template? Find(string name)
    {
        using var stream = Names.Contains(name) ? Here.GetManifestResourceStream($"{Folder}{name}.cs") : null;
        return stream is null ? null : new Template(name, new StreamReader(stream).ReadToEnd());
    }

    // Of a stranger's source the compiled declaration counts; these are our own, and nobody should wait for a compiler to see a list.
    private static TemplateAbout About(Template template)
    {
        var declaration = DeclarationReader.Read(Declared().Match(template.Source).Groups[1].Value);
        return declaration.IsRefused
            ? throw new InvalidOperationException($"The template {template.Name} cannot be read: {declaration.Refusal.Message}")
            : new TemplateAbout(template.Name, declaration.Value.Purpose, declaration.Value.Schedule, declaration.Value.Settings, [.. declaration.Value.Tools.Names.Order(StringComparer.Ordinal)]);
    }

    [GeneratedRegex("\\[Declaration\\(\"\"\"(.*?)\"\"\"\\)\\]", RegexOptions.Singleline)]
    private static partial Regex Declared();
}
