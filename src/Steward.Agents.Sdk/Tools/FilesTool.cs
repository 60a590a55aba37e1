using System.Text.Json;
using System.Text.Json.Nodes;

namespace Steward.Agents.Sdk.Tools;

/// <summary>The agent's own folder, kept between runs. Paths are relative to it, with <c>/</c>; a file has at most 10 MB.</summary>
/// <param name="tools">The way to the tools.</param>
public sealed class FilesTool(ITools tools)
{
    /// <summary>Reads a file of text.</summary>
    /// <exception cref="ToolException"><c>not-found</c>, or it is not UTF-8.</exception>
    public async Task<string> ReadAsync(string path, CancellationToken cancellationToken) =>
        (await tools.CallAsync("files_read", Path(path), cancellationToken)).GetProperty("text").GetString()!;

    /// <summary>Writes a file of text, whole or not at all; folders on the way are made.</summary>
    public Task WriteAsync(string path, string text, CancellationToken cancellationToken) => tools.CallAsync("files_write", Path(path, text), cancellationToken);

    /// <summary>Writes at the end of a file of text; makes it where it is not there.</summary>
    public Task AppendAsync(string path, string text, CancellationToken cancellationToken) => tools.CallAsync("files_append", Path(path, text), cancellationToken);

    /// <summary>The files and folders in a folder.</summary>
    public async Task<IReadOnlyList<FileEntry>> ListAsync(string path, CancellationToken cancellationToken) =>
        (await tools.CallAsync("files_list", Path(path), cancellationToken)).GetProperty("entries").Deserialize<List<FileEntry>>(AgentJson.Options)!;

    /// <summary>Deletes a file, or a folder that is empty.</summary>
    /// <exception cref="ToolException"><c>not-found</c>, or the folder is not empty.</exception>
    public Task DeleteAsync(string path, CancellationToken cancellationToken) => tools.CallAsync("files_delete", Path(path), cancellationToken);

    /// <summary>Makes a folder, and those above it.</summary>
    public Task MakeFolderAsync(string path, CancellationToken cancellationToken) => tools.CallAsync("files_mkdir", Path(path), cancellationToken);

    /// <summary>What is at a path.</summary>
    /// <exception cref="ToolException"><c>not-found</c>.</exception>
    public async Task<FileEntry> InfoAsync(string path, CancellationToken cancellationToken) =>
        (await tools.CallAsync("files_info", Path(path), cancellationToken)).Deserialize<FileEntry>(AgentJson.Options)!;

    private static JsonObject Path(string path, string? text = null) => text is null ? new() { ["path"] = path } : new() { ["path"] = path, ["text"] = text };
}

/// <summary>A file or a folder.</summary>
/// <param name="Path">Where it is, below the agent's folder.</param>
/// <param name="IsFolder">True for a folder.</param>
/// <param name="Size">How many bytes it has; 0 for a folder.</param>
/// <param name="ChangedAt">When it was last written.</param>
public sealed record FileEntry(string Path, bool IsFolder, long Size, DateTimeOffset ChangedAt);
