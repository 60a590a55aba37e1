using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Steward.Kernel;

namespace Steward.Server.CommandLine;

/// <summary>Reads workflow files and sends them to the server, which decides what is to be done.</summary>
internal static partial class N8nImport
{
    // The server takes a body of 1 MB and 100 workflows.
    private const int MaxBody = 900_000;
    private const int MaxWorkflows = 100;

    public static async Task<int> RunAsync(Talk talk, FileSystemInfo[] paths, bool activate)
    {
        var workflows = paths.SelectMany(Files).DistinctBy(file => file.FullName).SelectMany(Read).ToList();
        if (workflows.Count == 0)
        {
            throw new CommandFailure(ExitCodes.Usage, "There is no workflow in what was named: folders are searched for *.json files, not for folders.");
        }

        foreach (var same in workflows.GroupBy(one => one.Json.Text("name")).Where(group => group.Key is not null && group.Count() > 1))
        {
            throw new CommandFailure(ExitCodes.Usage, $"Several files hold a workflow called '{same.Key}': {string.Join(", ", same.Select(one => one.File))}. An import finds workflows by their names: rename them, or name one file.");
        }

        var items = new JsonArray();
        var complete = true;
        foreach (var batch in Batches(workflows))
        {
            var answer = await SendAsync(talk, batch, activate);
            complete &= answer.Text("isComplete") == "true";
            foreach (var item in answer["items"]!.AsArray())
            {
                items.Add(item!.DeepClone());
            }
        }

        var report = new JsonObject { ["items"] = items, ["isComplete"] = complete };
        talk.Output.Show(report, () => Print(talk.Output, items));
        return complete ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static IEnumerable<FileInfo> Files(FileSystemInfo path) => path switch
    {
        DirectoryInfo { Exists: true } folder => folder.EnumerateFiles("*.json").OrderBy(file => file.Name, StringComparer.Ordinal),
        FileInfo { Exists: true } file => [file],
        _ => throw new CommandFailure(ExitCodes.Usage, $"There is neither a file nor a folder '{path}'."),
    };

    // n8n's own command line writes all workflows into one file, as a list.
    private static IEnumerable<(string File, JsonNode Json)> Read(FileInfo file)
    {
        JsonNode? json;
        try
        {
            json = file.Length > MaxBody ? throw new CommandFailure(ExitCodes.Usage, $"{file} is larger than {MaxBody / 1000} kB: no workflow is.") : JsonNode.Parse(File.ReadAllBytes(file.FullName), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException e)
        {
            throw new CommandFailure(ExitCodes.Usage, $"{file} is not JSON: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCodes.Usage, $"{file} cannot be read: {e.Message}");
        }

        foreach (var one in json is JsonArray several ? several.ToList() : [json])
        {
            yield return (file.ToString(), one as JsonObject ?? throw new CommandFailure(ExitCodes.Usage, $"{file} holds no workflow: a workflow is a JSON object with name, nodes and connections."));
        }
    }

    private static IEnumerable<List<(string File, JsonNode Json)>> Batches(List<(string File, JsonNode Json)> workflows)
    {
        var (batch, size) = (new List<(string File, JsonNode Json)>(), 0);
        foreach (var one in workflows)
        {
            var length = Encoding.UTF8.GetByteCount(one.Json.ToJsonString(Json.Options));
            if (batch.Count == MaxWorkflows || (batch.Count > 0 && size + length > MaxBody))
            {
                yield return batch;
                (batch, size) = ([], 0);
            }

            batch.Add(one);
            size += length;
        }

        yield return batch;
    }

    private static async Task<JsonNode> SendAsync(Talk talk, List<(string File, JsonNode Json)> batch, bool activate)
    {
        try
        {
            return await talk.SendAsync(HttpMethod.Post, "api/n8n/import",
                new JsonObject { ["workflows"] = new JsonArray([.. batch.Select(one => one.Json.DeepClone())]), ["activate"] = activate });
        }
        catch (CommandFailure refused) when (Place().Match(refused.Problem.Text("field") ?? "") is { Success: true } place
            && int.Parse(place.Groups[1].ValueSpan, CultureInfo.InvariantCulture) is var at && at < batch.Count)
        {
            throw new CommandFailure(refused.ExitCode, $"{batch[at].File}: {refused.Problem.Text("detail")}", refused.Problem);
        }
    }

    private static void Print(Output output, JsonArray items)
    {
        output.Table(["workflow", "id", "document", "active", "detail"], [.. items.Select(item => new[]
        {
            item.Text("name"), item.Text("id"), item!["import"].Text("state"), item["activation"].Text("state"),
            string.Join(" ", new[] { item["import"].Text("detail"), item["activation"].Text("detail") }.OfType<string>()),
        })], "");
        var approvals = items.SelectMany(item => new[] { item!["import"].Text("approvalId"), item["activation"].Text("approvalId") }).OfType<string>().ToList();
        if (approvals.Count > 0)
        {
            output.Line("Somebody other than you has to decide (steward approvals show ID). After that, repeat this command:");
            foreach (var approval in approvals)
            {
                output.Line($"  steward approvals approve {approval}");
            }
        }
    }

    [GeneratedRegex(@"^workflows\[([0-9]{1,3})\]", RegexOptions.CultureInvariant)]
    private static partial Regex Place();
}
