using System.Text.Json.Nodes;
using Steward.Simulation;

namespace Steward.Server.Tests.N8n;

public sealed class N8nCommandTests : N8nServer
{
    private string Folder => Server.Directory["exported"];

    [Fact]
    public async Task What_was_exported_is_imported_unchanged_and_exported_the_same()
    {
        await ImportWholeAsync(true, Workflow("First One", "Läuft 🚀"), Workflow("../../etc/passwd"));

        var (exported, said, error) = await Cli.RunAsync(Server, "n8n", "export", Folder);

        Assert.True(exported == 0, error);
        Assert.Equal(["etc-passwd.json", "first-one.json"], Files());
        Assert.Contains("written", said, StringComparison.Ordinal);
        var text = await File.ReadAllTextAsync(Path.Combine(Folder, "first-one.json"), Ending);
        Assert.Contains("Läuft 🚀", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"active\"", text, StringComparison.Ordinal);

        var (again, report, _) = await Cli.RunAsync(Server, "n8n", "export", Folder, "--json");
        Assert.Equal(0, again);
        Assert.All(JsonNode.Parse(report)!["files"]!.AsArray(), file => Assert.Equal("unchanged", (string?)file!["state"]));
        Assert.Equal(text, await File.ReadAllTextAsync(Path.Combine(Folder, "first-one.json"), Ending));

        var before = World.Mutations.Count;
        var (imported, table, _) = await Cli.RunAsync(Server, "n8n", "import", Folder);
        Assert.Equal(0, imported);
        Assert.Contains("unchanged", table, StringComparison.Ordinal);
        Assert.Equal(before, World.Mutations.Count);
    }

    [Fact]
    public async Task An_import_says_which_approvals_it_waits_for_and_goes_through_after_them()
    {
        var file = await WriteAsync("one.json", Workflow("one").ToJsonString());

        var (waits, said, _) = await Cli.RunAsync(Server, "n8n", "import", file, "--activate");
        Assert.Equal(1, waits);
        var approve = said.Split('\n').Single(line => line.Trim().StartsWith("steward approvals approve ", StringComparison.Ordinal)).Trim().Split(' ')[^1];
        Assert.Equal(200, (await Server.PostAsync($"/api/approvals/{approve}/approve", new JsonObject(), Ada)).Status);

        Assert.Equal(1, (await Cli.RunAsync(Server, "n8n", "import", file, "--activate")).ExitCode);
        await ApproveAllAsync();
        var (done, report, _) = await Cli.RunAsync(Server, "n8n", "import", file, "--activate", "--json");

        Assert.Equal((0, "activated"), (done, (string?)JsonNode.Parse(report)!["items"]![0]!["activation"]!["state"]));
        Assert.True((await Cli.RunAsync(Server, "n8n", "list", "--active", "true")).Output.Contains("one", StringComparison.Ordinal));
        Assert.Equal(0, (await Cli.RunAsync(Server, "n8n", "executions", "--status", "error")).ExitCode);
    }

    [Fact]
    public async Task Foreign_files_stay_unless_they_may_go()
    {
        await ImportWholeAsync(false, Workflow("one"), Workflow("two"));
        var foreign = await WriteAsync("exported/one.json", """{"mine":true}""");

        var (refused, _, error) = await Cli.RunAsync(Server, "n8n", "export", Folder);

        Assert.Equal(1, refused);
        Assert.Contains(foreign, error, StringComparison.Ordinal);
        Assert.Equal(["one.json"], Files());
        Assert.Equal("""{"mine":true}""", await File.ReadAllTextAsync(foreign, Ending));
        Assert.Equal(0, (await Cli.RunAsync(Server, "n8n", "export", Folder, "--force")).ExitCode);
        Assert.Equal(["one.json", "two.json"], Files());
        Assert.Contains("\"name\": \"one\"", await File.ReadAllTextAsync(foreign, Ending), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_out_of_the_folder_is_not_followed()
    {
        await ImportWholeAsync(false, Workflow("one"));
        var outside = await WriteAsync("outside.json", Workflow("one").ToJsonString());
        Directory.CreateDirectory(Folder);
        File.CreateSymbolicLink(Path.Combine(Folder, "one.json"), outside);

        Assert.Equal(1, (await Cli.RunAsync(Server, "n8n", "export", Folder)).ExitCode);
        Assert.Equal(0, (await Cli.RunAsync(Server, "n8n", "export", Folder, "--force")).ExitCode);

        Assert.Equal(Workflow("one").ToJsonString(), await File.ReadAllTextAsync(outside, Ending));
        Assert.Null(new FileInfo(Path.Combine(Folder, "one.json")).LinkTarget);
    }

    [Fact]
    public async Task Names_that_look_alike_get_files_of_their_own_and_one_can_be_picked()
    {
        await ImportWholeAsync(false, Workflow("Same!"), Workflow("same?"), Workflow("🚀"), Workflow("con"));

        Assert.Equal(0, (await Cli.RunAsync(Server, "n8n", "export", Folder)).ExitCode);

        var files = Files();
        Assert.Equal(4, files.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Equal(2, files.Count(file => file.StartsWith("same-", StringComparison.Ordinal)));
        Assert.DoesNotContain("con.json", files);
        var picked = Server.Directory["picked"];
        Assert.Equal(0, (await Cli.RunAsync(Server, "n8n", "export", picked, "--workflow", "🚀")).ExitCode);
        Assert.Single(Directory.GetFiles(picked));
        var (none, _, error) = await Cli.RunAsync(Server, "n8n", "export", picked, "--workflow", "Sam");
        Assert.Equal(1, none);
        Assert.Contains("steward n8n list", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_files_are_named()
    {
        Assert.Equal(2, (await Cli.RunAsync(Server, "n8n", "import")).ExitCode);
        Assert.Equal(2, (await Cli.RunAsync(Server, "n8n", "import", Server.Directory["nothing-here"])).ExitCode);
        Directory.CreateDirectory(Folder);
        Assert.Equal(2, (await Cli.RunAsync(Server, "n8n", "import", Folder)).ExitCode);
        await FailsAsync("bad.json", "{", "bad.json is not JSON");
        await FailsAsync("text.json", "\"x\"", "holds no workflow");
        var good = await WriteAsync("good.json", Workflow("one").ToJsonString());
        await FailsAsync("nodes.json", """{"name":"x","connections":{}}""", "nodes.json: 'nodes' must be a list", good);
        await FailsAsync("twice.json", Workflow("one").ToJsonString(), "Several files hold a workflow called 'one'", good);
        Assert.Empty(World.Mutations);
    }

    [Fact]
    public async Task A_file_of_many_workflows_is_imported_whole()
    {
        var file = await WriteAsync("all.json", new JsonArray([.. Enumerable.Range(0, 130).Select(i => Workflow($"w{i}"))]).ToJsonString());

        var (exitCode, report, _) = await Cli.RunAsync(Server, "n8n", "import", file, "--json");

        Assert.Equal((1, 130), (exitCode, JsonNode.Parse(report)!["items"]!.AsArray().Count));
    }

    private string[] Files() => [.. Directory.GetFiles(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];

    private async Task FailsAsync(string name, string content, string says, params string[] with)
    {
        var (exitCode, _, error) = await Cli.RunAsync(Server, ["n8n", "import", .. with, await WriteAsync(name, content)]);
        Assert.Equal(2, exitCode);
        Assert.Contains(says, error, StringComparison.Ordinal);
    }

    private async Task<string> WriteAsync(string name, string content)
    {
        var path = Server.Directory[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, content, Ending);
        return path;
    }
}
