using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Steward.Connectors.N8n;

namespace Steward.Server.CommandLine;

/// <summary>Writes workflows to files. What a server says is data: a name becomes a safe file name, and a file that holds something else stays.</summary>
internal static class N8nExport
{
    private const int MaxSlug = 80;

    // Names that mean devices on Windows, where a repository may be checked out as well.
    private static readonly HashSet<string> Reserved = new(["con", "prn", "aux", "nul", .. Enumerable.Range(1, 9).SelectMany(n => new[] { $"com{n}", $"lpt{n}" })], StringComparer.Ordinal);

    public static async Task<int> RunAsync(Talk talk, DirectoryInfo directory, string? name, bool force)
    {
        var workflows = await ListAsync(talk, name);
        if (workflows.Count == 0)
        {
            throw new CommandFailure(ExitCodes.Failed, name is null ? "n8n has no workflows." : $"n8n has no workflow called '{name}'. Names: steward n8n list.");
        }

        var files = new List<(string Path, string Text, JsonNode Export)>();
        foreach (var (id, file) in Names(workflows))
        {
            var export = await talk.GetAsync($"api/n8n/workflows/{Uri.EscapeDataString(id)}");
            files.Add((Path.Combine(directory.FullName, file), WorkflowDocument.Text(export["document"]!.AsObject()), export));
        }

        // Before anything is written: half an export would look like a whole one.
        if (!force && files.Where(file => IsForeign(file.Path, file.Export.Text("name"))).Select(file => file.Path).ToList() is { Count: > 0 } foreign)
        {
            throw new CommandFailure(ExitCodes.Failed, $"Nothing was written: these files hold something else than the workflow that would go there:\n  {string.Join("\n  ", foreign)}\nMove them, or export with --force.");
        }

        var written = await WriteAsync(directory, files, talk.Cancellation);
        talk.Output.Show(written, () =>
        {
            talk.Output.Table(["file", "workflow", ""], [.. written["files"]!.AsArray().Select(file => new[] { file.Text("file"), file.Text("name"), file.Text("state") })], "");
            foreach (var file in written["files"]!.AsArray())
            {
                foreach (var place in file!["masked"]!.AsArray())
                {
                    talk.Output.Line($"! {file.Text("file")}: {place} held a secret; it was taken out. Make a credential of it in n8n.");
                }
            }
        });
        return ExitCodes.Ok;
    }

    /// <summary>A file name for each workflow: what its name has of letters, digits and hyphens, and its id where that is not enough to tell two apart.</summary>
    internal static IEnumerable<(string Id, string File)> Names(IReadOnlyList<(string Id, string Name)> workflows) =>
        workflows.GroupBy(one => Slug(one.Name), StringComparer.Ordinal)
            .SelectMany(same => same.Select(one => (one.Id, same.Count() == 1 && same.Key.Length > 0 ? $"{same.Key}.json" : $"{same.Key}-{Safe(one.Id)}.json".TrimStart('-'))));

    private static string Safe(string id) => string.Concat(id.Where(char.IsAsciiLetterOrDigit).Take(40));

    private static string Slug(string name)
    {
        var slug = new StringBuilder();
        foreach (var letter in name.Normalize(NormalizationForm.FormD))
        {
            if (char.IsAsciiLetterOrDigit(letter))
            {
                slug.Append(char.ToLowerInvariant(letter));
            }
            else if (slug.Length > 0 && slug[^1] != '-' && System.Globalization.CharUnicodeInfo.GetUnicodeCategory(letter) != System.Globalization.UnicodeCategory.NonSpacingMark)
            {
                slug.Append('-');
            }
        }

        var whole = slug.ToString().Trim('-');
        var cut = (whole.Length <= MaxSlug ? whole : whole[..MaxSlug]).Trim('-');
        return Reserved.Contains(cut) ? $"{cut}-" : cut;
    }

    private static async Task<List<(string Id, string Name)>> ListAsync(Talk talk, string? name)
    {
        var workflows = new List<(string Id, string Name)>();
        string? after = null;
        do
        {
            var page = await talk.GetAsync("api/n8n/workflows" + Lists.Query(("limit", "50"), ("after", after), ("name", name)));
            workflows.AddRange(page.Items().Where(one => one.Text("archived") != "true" && (name is null || one.Text("name") == name)).Select(one => (one.Text("id") ?? "", one.Text("name") ?? "")));
            after = page.Text("next");
        }
        while (after is not null);

        return workflows;
    }

    // A file of an earlier export of the same workflow is ours, also where somebody has edited it.
    private static bool IsForeign(string path, string? name)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            return Directory.Exists(path);
        }

        try
        {
            return file.LinkTarget is not null || JsonNode.Parse(File.ReadAllBytes(path), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }).Text("name") != name;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return true;
        }
    }

    private static async Task<JsonObject> WriteAsync(DirectoryInfo directory, IEnumerable<(string Path, string Text, JsonNode Export)> files, CancellationToken cancellationToken)
    {
        var report = new JsonArray();
        try
        {
            directory.Create();
            foreach (var (path, text, export) in files)
            {
                var old = File.Exists(path) && new FileInfo(path).LinkTarget is null ? await File.ReadAllTextAsync(path, cancellationToken) : null;
                if (old != text)
                {
                    // In one step, and over a link rather than through it.
                    var whole = $"{path}.{Environment.ProcessId}.tmp";
                    await File.WriteAllTextAsync(whole, text, cancellationToken);
                    File.Move(whole, path, overwrite: true);
                }

                report.Add(new JsonObject
                {
                    ["file"] = path, ["id"] = export.Text("id"), ["name"] = export.Text("name"), ["state"] = old is null ? "written" : old == text ? "unchanged" : "changed",
                    ["masked"] = export["masked"]?.DeepClone() ?? new JsonArray(),
                });
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCodes.Failed, $"The files cannot be written: {e.Message}");
        }

        return new JsonObject { ["files"] = report };
    }
}
