using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Agents.Sdk.Tools;

namespace Steward.Agents.Sdk.Testing;

/// <summary>The agent's folder in a test: what the real one takes, gives and refuses.</summary>
internal sealed class ScriptedFolder(Func<DateTimeOffset> now)
{
    private const int MostEntries = 1000;
    private const int LongestPath = 1000;
    private const int LongestName = 200;

    private readonly Dictionary<string, DateTimeOffset> folders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> changed = new(StringComparer.Ordinal);

    /// <summary>The contents of the files, by path. A test may put some there, and folders are where they have files.</summary>
    public Dictionary<string, string> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>What a tool answers; null when it is none of files.</summary>
    /// <exception cref="ToolException">As of the real one.</exception>
    public JsonObject? Call(string tool, string path, string text) => tool switch
    {
        "files_read" => new() { ["text"] = Text(path) },
        "files_write" => Write(path, text),
        "files_append" => Write(path, Files.GetValueOrDefault(path, "") + text),
        "files_list" => new() { ["entries"] = new JsonArray([.. List(path).Take(MostEntries).Select(Node)]) },
        "files_delete" => Delete(path),
        "files_mkdir" => Make(path),
        "files_info" => Node(Entry(Checked(path))),
        _ => null,
    };

    private string Text(string path) =>
        Files.TryGetValue(Checked(path), out var text) ? text : throw (IsFolder(path) ? Invalid($"'{path}' is not a file.") : Missing(path));

    private JsonObject Write(string path, string text)
    {
        if (Path.GetDirectoryName(Checked(path)) is { Length: > 0 } above)
        {
            Make(above);
        }

        if (IsFolder(path))
        {
            throw Invalid($"'{path}' is a folder.");
        }

        (Files[path], changed[path]) = (text, now());
        return [];
    }

    private IEnumerable<FileEntry> List(string path)
    {
        var root = path is "" or ".";
        if (!root && !Entry(Checked(path)).IsFolder)
        {
            throw Invalid($"'{path}' is not a folder.");
        }

        var below = root ? "" : $"{path}/";
        return Files.Keys.Concat(folders.Keys).Where(one => one.Length > below.Length && one.StartsWith(below, StringComparison.Ordinal))
            .Select(one => one[below.Length..].Split('/')[0]).Distinct().Order(StringComparer.Ordinal).Select(name => Entry(below + name));
    }

    private JsonObject Delete(string path)
    {
        if (Entry(Checked(path)).IsFolder && List(path).Any())
        {
            throw Invalid($"The folder '{path}' is not empty.");
        }

        if (Path.GetDirectoryName(path) is { Length: > 0 } above)
        {
            // It stays when the last file in it goes.
            Make(above);
        }

        _ = Files.Remove(path) || folders.Remove(path);
        return [];
    }

    private JsonObject Make(string path)
    {
        var parts = Checked(path).Split('/');
        foreach (var folder in Enumerable.Range(1, parts.Length).Select(count => string.Join('/', parts[..count])))
        {
            _ = Files.ContainsKey(folder) ? throw Invalid($"'{folder}' is not a folder.") : folders.TryAdd(folder, now());
        }

        return [];
    }

    private FileEntry Entry(string path) =>
        Files.TryGetValue(path, out var text) ? new FileEntry(path, false, Encoding.UTF8.GetByteCount(text), changed.GetValueOrDefault(path, now()))
        : IsFolder(path) ? new FileEntry(path, true, 0, folders.GetValueOrDefault(path, now()))
        : throw Missing(path);

    private bool IsFolder(string path) => folders.ContainsKey(path) || Files.Keys.Any(file => file.StartsWith($"{path}/", StringComparison.Ordinal));

    // What leads through a file is no way.
    private ToolException Missing(string path) =>
        Files.Keys.Any(file => path.StartsWith($"{file}/", StringComparison.Ordinal)) ? Invalid($"A part of '{path}' is not a folder.") : new("not-found", $"There is no '{path}'.");

    private static string Checked(string path) =>
        path.Length is > 0 and <= LongestPath && !path.Contains('\0', StringComparison.Ordinal) && path.Split('/').All(part => part is not ("" or "." or "..") && part.Length <= LongestName)
            ? path
            : throw new ToolException("refused", $"'{path}' is not a path below the folder, such as 'reports/today.txt'.");

    private static ToolException Invalid(string message) => new("invalid", message);

    private static JsonObject Node(FileEntry entry) => (JsonObject)JsonSerializer.SerializeToNode(entry, AgentJson.Options)!;
}
