using System.Globalization;
using System.Reflection;
using Steward.Kernel;

namespace Steward.Platform.Storage;

/// <summary>One step of a room's tables, applied once and never changed afterwards.</summary>
/// <param name="Room">The room that owns the tables.</param>
/// <param name="Number">Its place in the room's order, from 1.</param>
/// <param name="Name">What it brings.</param>
/// <param name="Sql">The statements, in this store's words.</param>
/// <param name="Checksum">SHA-256 of the file as written, so that a later change is noticed.</param>
public sealed record Migration(string Room, int Number, string Name, string Sql, string Checksum)
{
    private const string Folder = "Migrations/";

    /// <summary>The migrations that are embedded in a room's assembly, for one store, in order.</summary>
    public static IReadOnlyList<Migration> Of(string room, Assembly assembly, Dialect dialect) =>
    [
        .. assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(Folder, StringComparison.Ordinal))
            .Select(resource => (resource, parts: resource[Folder.Length..].Split('.')))
            .Where(found => found.parts.Length == 2 || found.parts[1] == dialect.Name)
            .Select(found => Read(room, assembly, found.resource, found.parts[0], dialect))
            .OrderBy(migration => migration.Number),
    ];

    private static Migration Read(string room, Assembly assembly, string resource, string fileName, Dialect dialect)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        var text = reader.ReadToEnd().ReplaceLineEndings("\n");
        return new Migration(
            room,
            int.Parse(fileName.AsSpan(0, 4), CultureInfo.InvariantCulture),
            fileName[5..],
            dialect.Translate(text),
            TextHash.Of(text));
    }
}
