using System.Text;
using System.Text.Json.Nodes;
using Steward.Simulation.Traffic;

namespace Steward.Simulation.GitHub;

/// <summary>Branches and files over HTTP. Each change records itself when it is performed.</summary>
internal sealed class ContentRoutes(Repository repository, MutationLog log)
{
    private const string Contents = GitHubApi.Repo + "/contents/{**path}";
    private const string Workflows = ".github/workflows/";

    public void Map(GitHubApi api)
    {
        api.On("GET", GitHubApi.Repo + "/branches/{**branch}", "GetBranch", ("contents", "read"), Branch);
        api.On("POST", GitHubApi.Repo + "/git/refs", "CreateRef", ("contents", "write"), Create);
        api.On("GET", Contents, "GetContent", ("contents", "read"), Read);
        api.On("PUT", Contents, "PutContent", ("contents", "write"), Write);
    }

    private Reply Branch(Visit visit) => repository.Git.Find(visit.Route("branch")) is not { } branch
        ? Reply.Message(404, "Branch not found")
        : Reply.Json(200, new JsonObject
        {
            ["name"] = branch.Name,
            ["commit"] = new JsonObject { ["sha"] = branch.Head.Sha, ["url"] = repository.Url($"/commits/{branch.Head.Sha}") },
            ["protected"] = branch.IsProtected,
            ["protection_url"] = repository.Url($"/branches/{branch.Name}/protection"),
        });

    private Reply Create(Visit visit)
    {
        const string heads = "refs/heads/";
        if (visit.Body.Text("ref") is not { } name || !name.StartsWith(heads, StringComparison.Ordinal) || name.Length == heads.Length)
        {
            return Reply.Message(422, "Reference name must start with 'refs/'");
        }

        if (visit.Body.Text("sha") is not { } sha || repository.Git.Commit(sha) is not { } commit)
        {
            return Reply.Message(422, "Object does not exist");
        }

        if (repository.Git.Find(name[heads.Length..]) is not null)
        {
            return Reply.Message(422, "Reference already exists");
        }

        repository.Git.Create(name[heads.Length..], commit);
        log.Record(Systems.GitHub, "CreateRef", $"{repository.Name}/{name[heads.Length..]}", sha);
        return Reply.Json(201, new JsonObject
        {
            ["ref"] = name,
            ["node_id"] = "REF_1",
            ["url"] = repository.Url($"/git/{name}"),
            ["object"] = new JsonObject { ["type"] = "commit", ["sha"] = sha, ["url"] = repository.Url($"/git/commits/{sha}") },
        });
    }

    private Reply Read(Visit visit)
    {
        var path = visit.Route("path");
        if (repository.Git.Commit(visit.Query("ref") ?? GitTree.Default) is not { } commit || (commit.Files.GetValueOrDefault(path) ?? Workflow(path)) is not { } content)
        {
            return Wire.NotFound;
        }

        var members = File(path, content);
        members["encoding"] = "base64";
        // GitHub breaks the lines of base64.
        members["content"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(content), Base64FormattingOptions.InsertLineBreaks).ReplaceLineEndings("\n") + "\n";
        return Reply.Json(200, members);
    }

    // What ran has a file, whoever wrote it.
    private string? Workflow(string path) => path.StartsWith(Workflows, StringComparison.Ordinal) && path[Workflows.Length..] is var file
        && !repository.RemovedWorkflows.Contains(file) && repository.Runs.Exists(run => run.File == file) ? $"name: {file}\n" : null;

    private Reply Write(Visit visit)
    {
        var (path, name) = (visit.Route("path"), visit.Body.Text("branch") ?? GitTree.Default);
        if (visit.Body.Text("message") is not { Length: > 0 } message || visit.Body.Text("content") is not { } encoded)
        {
            return Reply.Message(422, "Invalid request.\n\n\"message\", \"content\" weren't supplied.");
        }

        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length))
        {
            return Reply.Message(422, "content is not valid Base64");
        }

        if (repository.Git.Find(name) is not { } branch)
        {
            return Reply.Message(404, $"Branch {name} not found");
        }

        if (branch.IsProtected)
        {
            return Reply.Message(409, "Could not create file: Changes must be made through a pull request.");
        }

        var there = branch.Head.Files.GetValueOrDefault(path);
        if (there is not null && visit.Body.Text("sha") is null)
        {
            return Reply.Message(422, "Invalid request.\n\n\"sha\" wasn't supplied.");
        }

        if (visit.Body.Text("sha") is { } expected && (there is null || GitTree.Blob(there) != expected))
        {
            return Reply.Message(409, $"{path} does not match {expected}");
        }

        var content = Encoding.UTF8.GetString(bytes, 0, length);
        var commit = repository.Push(name, message, visit.Account, new Dictionary<string, string> { [path] = content });
        log.Record(Systems.GitHub, "PutContent", $"{repository.Name}/{name}/{path}", commit.Sha);
        return Reply.Json(there is null ? 201 : 200, new JsonObject { ["content"] = File(path, content), ["commit"] = new JsonObject { ["sha"] = commit.Sha, ["message"] = message } });
    }

    private JsonObject File(string path, string content) => new()
    {
        ["type"] = "file",
        ["size"] = Encoding.UTF8.GetByteCount(content),
        ["name"] = path.Split('/')[^1],
        ["path"] = path,
        ["sha"] = GitTree.Blob(content),
        ["url"] = repository.Url($"/contents/{path}"),
        ["git_url"] = repository.Url($"/git/blobs/{GitTree.Blob(content)}"),
        ["html_url"] = repository.Page($"/blob/{GitTree.Default}/{path}"),
        ["download_url"] = null,
    };
}
