using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Steward.Agents.Runs;
using Steward.Kernel;
using Steward.Platform.Storage;
using Steward.Sandboxing.Workspaces;

namespace Steward.Agents.Tools;

/// <summary>The folders of agents, below the data directory: one for each, by its id.</summary>
internal sealed class AgentFolders(IOptions<StorageOptions> storage)
{
    // As many as there are agents that wrote since the start.
    private readonly ConcurrentDictionary<Guid, Lock> writing = new();

    private string Root => Path.Combine(Path.GetFullPath(storage.Value.DataDirectory), "agents");

    /// <summary>An agent's folder, made where it is not there.</summary>
    public Workspace Of(Guid agentId) => new(Path.Combine(Root, agentId.ToString()));

    /// <summary>Held from a look whether the folder has room until that is taken: an agent asks for several things at once.</summary>
    public Lock Writing(Guid agentId) => writing.GetOrAdd(agentId, static _ => new Lock());

    /// <summary>The agents that have a folder, or had one.</summary>
    public IReadOnlyList<Guid> All() => !Directory.Exists(Root) ? [] : [.. Directory.EnumerateDirectories(Root).Select(folder => Guid.TryParse(Path.GetFileName(folder), out var id) ? id : Guid.Empty).Where(id => id != Guid.Empty)];

    /// <summary>Deletes an agent's folder with all that is in it.</summary>
    public void Delete(Guid agentId)
    {
        var folder = Path.Combine(Root, agentId.ToString());
        writing.TryRemove(agentId, out _);
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // It never wrote anything.
        }
        catch (IOException)
        {
            // Its run writes at this moment. It is called off, and this is done again when it has ended.
        }
    }
}

/// <summary>What an agent may do in its folder; each is a tool.</summary>
internal sealed class FileTool : ITool
{
    private const string Reading = "files_read";
    private const int LargestFile = 10 << 20;
    private const int MostEntries = 1000;
    private const long Quota = 100 << 20;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly AgentFolders folders;
    private readonly Func<Workspace, ToolCall, JsonNode> act;

    private FileTool(AgentFolders folders, string name, string about, Func<Workspace, ToolCall, JsonNode> act) => (this.folders, Name, About, this.act) = (folders, name, about, act);

    public string Name { get; }

    public string Grant => "files";

    public string About { get; }

    /// <summary>All of them.</summary>
    public static IEnumerable<ITool> All(AgentFolders folders) =>
    [
        new FileTool(folders, Reading, "Reads a file of text: { path } gives { text }.", Read),
        new FileTool(folders, "files_write", "Writes a file of text, whole or not at all: { path, text }.", Write),
        new FileTool(folders, "files_append", "Writes at the end of a file of text: { path, text }.", Append),
        new FileTool(folders, "files_list", "What is in a folder: { path } gives { entries }.", (folder, call) =>
            new JsonObject { ["entries"] = new JsonArray([.. folder.List(call.Text("path"), MostEntries).Select(Node)]) }),
        new FileTool(folders, "files_delete", "Deletes a file or an empty folder: { path }.", (folder, call) => Done(() => folder.Delete(call.Text("path")))),
        new FileTool(folders, "files_mkdir", "Makes a folder and those above it: { path }.", (folder, call) => Done(() => folder.MakeFolder(call.Text("path")))),
        new FileTool(folders, "files_info", "What is at a path: { path } gives { path, isFolder, size, changedAt }.", (folder, call) => Node(folder.Info(call.Text("path")))),
    ];

    public async Task<JsonNode> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        try
        {
            var folder = folders.Of(call.Caller.Agent.Id);
            Declared(call);
            if (Name != Reading)
            {
                lock (folders.Writing(call.Caller.Agent.Id))
                {
                    return act(folder, call);
                }
            }

            if (SizeOf(folder, call.Text("path")) > LargeMessages.From)
            {
                await call.BeforeLarge(cancellationToken);
            }

            return act(folder, call);
        }
        catch (WorkspaceException e)
        {
            throw Fault(e);
        }
        catch (DecoderFallbackException)
        {
            throw new ToolFaultException("invalid", "The file is not text in UTF-8.");
        }
    }

    /// <summary>Looks whether the path of a call is among those that the agent declared. One that leads out is refused later, as such.</summary>
    /// <exception cref="ToolFaultException">It is not.</exception>
    public static void Declared(ToolCall call)
    {
        var (path, tools) = (call.Text("path"), call.Caller.Declaration.Tools);
        if (!tools.Covers(path) && (path is "" or "." || Workspace.IsPath(path)))
        {
            throw new ToolFaultException("not-declared", $"The agent's declaration does not name '{path}' for its files: it names {string.Join(", ", tools.Paths)}.");
        }
    }

    private static JsonObject Read(Workspace folder, ToolCall call)
    {
        using var file = folder.Read(call.Text("path"));
        if (file.Length > LargestFile)
        {
            throw TooLarge();
        }

        var content = new byte[file.Length];
        file.ReadExactly(content);
        return new JsonObject { ["text"] = Strict.GetString(content) };
    }

    private static JsonObject Write(Workspace folder, ToolCall call)
    {
        var content = Content(folder, call, already: 0);
        return Done(() => InFolder(folder, call.Text("path")).Write(call.Text("path"), content));
    }

    /// <summary>Writes a file and makes the folders on the way to it, where the agent's folder has room for it.</summary>
    /// <exception cref="ToolFaultException">It has none, or the path is refused.</exception>
    public static void Put(Workspace folder, string path, byte[] content)
    {
        try
        {
            var fitting = Fitting(folder, content, already: 0);
            try
            {
                folder.Write(path, fitting);
            }
            catch (WorkspaceException e) when (e.Fault == WorkspaceFault.NotFound)
            {
                InFolder(folder, path).Write(path, fitting);
            }
        }
        catch (WorkspaceException e)
        {
            throw Fault(e);
        }
    }

    private static JsonObject Append(Workspace folder, ToolCall call)
    {
        var content = Content(folder, call, SizeOf(folder, call.Text("path")));
        return Done(() => InFolder(folder, call.Text("path")).Append(call.Text("path"), content));
    }

    private static byte[] Content(Workspace folder, ToolCall call, long already) => Fitting(folder, Encoding.UTF8.GetBytes(call.Text("text", LargestFile)), already);

    private static byte[] Fitting(Workspace folder, byte[] content, long already) =>
        content.Length + already > LargestFile ? throw TooLarge()
            : folder.Size() + content.Length > Quota ? throw new ToolFaultException("too-large", $"The agent's folder may have {Quota >> 20} MB in all. Delete something first.")
            : content;

    // The same folder, with those on the way to the file.
    private static Workspace InFolder(Workspace folder, string path)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } above)
        {
            folder.MakeFolder(above);
        }

        return folder;
    }

    private static long SizeOf(Workspace folder, string path)
    {
        try
        {
            return folder.Info(path).Size;
        }
        catch (WorkspaceException e) when (e.Fault == WorkspaceFault.NotFound)
        {
            return 0;
        }
    }

    private static JsonObject Done(Action action)
    {
        action();
        return [];
    }

    private static ToolFaultException Fault(WorkspaceException e) => new(e.Fault switch { WorkspaceFault.NotFound => "not-found", WorkspaceFault.LeadsOut => "refused", _ => "invalid" }, e.Message);

    private static ToolFaultException TooLarge() => new("too-large", $"A file may have {LargestFile >> 20} MB.");

    private static JsonNode Node(WorkspaceEntry entry) => System.Text.Json.JsonSerializer.SerializeToNode(entry, Json.Options)!;
}
