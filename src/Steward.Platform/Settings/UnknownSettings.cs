using Microsoft.Extensions.Configuration;

namespace Steward.Platform.Settings;

/// <summary>Finds settings that nobody reads: a misspelt key must not be silent. Pure.</summary>
public static class UnknownSettings
{
    /// <summary>The full keys (<c>Work:Concurency</c>) that are in the configuration and in none of the sections, each with the nearest known one where there is one.</summary>
    public static IEnumerable<string> Find(IConfiguration configuration, IReadOnlyCollection<SettingsSection> sections)
    {
        foreach (var found in configuration.GetChildren())
        {
            var known = sections.FirstOrDefault(section => section.Name.Equals(found.Key, StringComparison.OrdinalIgnoreCase));
            if (known is null)
            {
                yield return Describe(found, sections.Select(section => section.Name));
                continue;
            }

            foreach (var unknown in Below(found, known.Options))
            {
                yield return unknown;
            }
        }
    }

    private static IEnumerable<string> Below(IConfigurationSection found, Type type)
    {
        var inner = Nullable.GetUnderlyingType(type) ?? type;
        if (Element(inner) is { } element)
        {
            return found.GetChildren().SelectMany(child => Below(child, element));
        }

        if (inner.Namespace?.StartsWith("System", StringComparison.Ordinal) == true || inner.IsEnum)
        {
            return found.GetChildren().Select(child => Describe(child, []));
        }

        var properties = inner.GetProperties().Where(property => property.CanWrite).ToList();
        return found.GetChildren().SelectMany(child =>
            properties.Find(property => property.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)) is { } property
                ? Below(child, property.PropertyType)
                : [Describe(child, properties.Select(known => known.Name))]);
    }

    // What a list or a dictionary holds; null for everything else.
    private static Type? Element(Type type) => type == typeof(string) ? null
        : type.IsArray ? type.GetElementType()
        : type.GetInterfaces().Append(type).FirstOrDefault(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GetGenericArguments()[0] is not { } item ? null
        : item.IsGenericType && item.GetGenericTypeDefinition() == typeof(KeyValuePair<,>) ? item.GetGenericArguments()[1]
        : item;

    private static string Describe(IConfigurationSection found, IEnumerable<string> known)
    {
        var nearest = known.Select(name => (name, distance: Distance(name, found.Key))).Where(near => near.distance <= 3).OrderBy(near => near.distance).FirstOrDefault().name;
        var place = found.Path[..^found.Key.Length];
        return nearest is null ? $"{found.Path}: there is no such setting." : $"{found.Path}: there is no such setting. Did you mean {place}{nearest}?";
    }

    // Levenshtein's distance, one row at a time.
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var (diagonal, above) = (row[0], 0);
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                above = row[j];
                var change = char.ToUpperInvariant(one[i - 1]) == char.ToUpperInvariant(other[j - 1]) ? 0 : 1;
                row[j] = Math.Min(diagonal + change, Math.Min(row[j], row[j - 1]) + 1);
                diagonal = above;
            }
        }

        return row[^1];
    }
}
