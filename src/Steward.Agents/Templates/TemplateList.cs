using System.Reflection;

namespace Steward.Agents.Templates;

/// <summary>An agent that comes with Steward.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Source">Its source.</param>
internal sealed record Template(string Name, string Source);

/// <summary>The agents that come with Steward.</summary>
internal static class TemplateList
{
    private const string Folder = "Templates/";
    private static readonly Assembly Here = typeof(TemplateList).Assembly;

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Here.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Select(name => Path.GetFileNameWithoutExtension(name[Folder.Length..])).Order(StringComparer.Ordinal)];

    /// <summary>One by its name; null when there is none.</summary>
    public static Template? Find(string name)
    {
        using var stream = Names.Contains(name) ? Here.GetManifestResourceStream($"{Folder}{name}.cs") : null;
        return stream is null ? null : new Template(name, new StreamReader(stream).ReadToEnd());
    }
}
